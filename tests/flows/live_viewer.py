"""A viewer of an emulated live channel, who notes when each byte arrived and reads the clock in the picture."""

import json
import os
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

from marquee.emulator import Emulator
from marquee.emulator.live.commands import CLOCK_BITS, CLOCK_HERTZ
from marquee.emulator.live.control import FEED_PATH
from marquee.emulator.visits import Answer
from tests.flows.world import World, wait_for
from tests.media_files import boxes, program

CLOCK_WRAPS = 2**CLOCK_BITS / CLOCK_HERTZ  # seconds


@dataclass
class Arrival:
    """A segment as it came."""

    content: bytes = b""
    times: list[float] = field(default_factory=list[float])
    """When each part arrived, seconds since 1970."""
    sizes: list[int] = field(default_factory=list[int])


@dataclass(frozen=True)
class Viewer:
    """Reads a channel's endpoint as CloudFront would, for a distribution of the account."""

    world: World
    domain: str
    path: str
    """With the slash at its end."""

    @property
    def source(self) -> dict[str, str]:
        return {"x-marquee-source-arn": f"arn:aws:cloudfront::{self.world.account}:distribution/E1234567890ABC"}

    def get(self, name: str, headers: dict[str, str] | None = None) -> Answer:
        return self.world.emulator.visit(
            "GET", f"https://{self.domain}{self.path}{name}", headers=self.source if headers is None else headers
        )

    def manifest(self) -> str:
        """The MPD, once there is one."""
        wait_for(lambda: self.get("index.mpd").status == 200)
        return self.get("index.mpd").body.decode()

    def watch(self, name: str) -> Arrival:
        """One segment, from before it begins to its end."""
        place = urlsplit(self.world.emulator.endpoint)
        context = ssl.create_default_context(cafile=self.world.emulator.ca_bundle)
        connection, arrival = HTTPSConnection("127.0.0.1", place.port, timeout=20, context=context), Arrival()
        try:
            connection.request("GET", f"{self.path}{name}", headers={"host": self.domain, **self.source})
            response = connection.getresponse()
            assert (response.status, response.headers["transfer-encoding"]) == (200, "chunked")
            for part in iter(lambda: response.read1(1 << 16), b""):
                arrival.times.append(time.time())
                arrival.sizes.append(len(part))
                arrival.content += part
        finally:
            connection.close()
        return arrival


def feed(world: World, channel_id: str) -> None:
    """Put the test picture on."""
    asked = {"account": world.account, "region": world.region, "channelId": channel_id, "source": None}
    answer = world.emulator.visit("POST", f"{world.emulator.endpoint}{FEED_PATH}", body=json.dumps(asked).encode())
    assert answer.status == 200, answer.body


def ffmpegs(emulator: Emulator) -> int:
    """Processes of live channels in the emulator's process group: encoders and contributors."""
    found = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getpgid(int(folder.name)) == emulator.process_group:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                found += b"ffmpeg" in command[0] and any(b"live_flv" in part or b"127.0.0.1" in part for part in command)
        except (OSError, ProcessLookupError):
            continue
    return found


def next_segment(mpd: str) -> tuple[str, str]:
    """Names of the initialisation and of the picture's segment that begins next, by the manifest's own clock."""
    began = time.mktime(time.strptime(_attribute(mpd, "availabilityStartTime")[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    seconds = int(_attribute(mpd, "duration")) / int(_attribute(mpd, "timescale"))
    number = int((time.time() - began) // seconds) + 2
    names = (_attribute(mpd, "initialization"), _attribute(mpd, "media"))
    init, media = (name.replace("$RepresentationID$", "0").replace("$Number%05d$", f"{number:05d}") for name in names)
    return init, media


def clocks(init: bytes, segment: bytes) -> list[float]:
    """When each picture of a segment was made, seconds since 1970, to the twentieth; modulo `CLOCK_WRAPS`."""
    boxes = f"crop=iw:ih/24:0:0,scale={CLOCK_BITS}:1:flags=area,format=gray"
    command = [program(), "-v", "error", "-i", "pipe:0", "-vf", boxes, "-f", "rawvideo", "pipe:1"]
    pixels = subprocess.run(command, input=init + segment, capture_output=True, check=True).stdout
    return [sum(1 << bit for bit in range(CLOCK_BITS) if row[bit] > 127) / CLOCK_HERTZ for row in _rows(pixels)]


def ages(arrival: Arrival, made: list[float]) -> list[float]:
    """How old the newest picture of each fragment was when the fragment's last byte arrived. Fragments hold equally many pictures."""
    ends = [start + size for start, size, kind in boxes(arrival.content) if kind == b"mdat"]
    each = len(made) / len(ends)
    arrived = list(zip(accumulate(arrival.sizes), arrival.times, strict=True))
    came = [next(moment for so_far, moment in arrived if so_far >= end) for end in ends]
    newest = [made[min(round((index + 1) * each), len(made)) - 1] for index in range(len(ends))]
    return [(moment - then) % CLOCK_WRAPS for moment, then in zip(came, newest, strict=True)]


def _rows(pixels: bytes) -> Iterator[bytes]:
    return (pixels[start : start + CLOCK_BITS] for start in range(0, len(pixels), CLOCK_BITS))


def _attribute(mpd: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]+)"', mpd)
    assert found, name
    return found[1]

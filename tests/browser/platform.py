"""The whole platform in two regions of an emulated AWS, behind its edge, with one small title: what a browser then visits."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from marquee.cli._serve import Doors, doors
from marquee.domain import tokens
from marquee.domain.names import Secret
from marquee.domain.tokens import Claims
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.services.outages import OUTAGES_PATH
from marquee.engine import run
from marquee.ingest import Catalogue, Target, upload, wait_for_record
from marquee.settings import Settings, load, stack_file
from marquee.viewing import Entitlements, rotate, sign_in
from tests.media_files import AAC, ffmpeg

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, HOME, AWAY = "616263646566", "eu-west-1", "eu-central-1"
TITLE, SECONDS, CAPTION = "ribbon", 10, "A ribbon goes by"


@dataclass(frozen=True, kw_only=True)
class Session:
    """What `POST /playback` answered, or a forgery of it."""

    answer: Mapping[str, Any]
    cookies: Mapping[str, str]
    path: str
    """That the cookies are for."""


@dataclass(kw_only=True)
class Platform:
    """The deployed stack."""

    emulator: Emulator
    settings: Settings
    doors: Doors | None = None
    jwts: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def home(self) -> Target:
        return Target.of_emulator(self.emulator, self.settings)

    @property
    def away(self) -> Target:
        return Target.of_emulator(self.emulator, self.settings, AWAY)

    @property
    def port(self) -> int:
        assert self.doors is not None
        port = urlsplit(self.doors.player).port
        assert port is not None
        return port

    def viewer(self, name: str, quality: tokens.Quality = "UHD") -> str:
        """The id of a viewer who may watch everything in this quality; `jwts` has the token then."""
        signed_in = sign_in(self.home, name)
        Entitlements(self.home).grant(signed_in.user, "*", quality)
        self.jwts[name] = signed_in.token
        return signed_in.user

    def ask(self, method: str, label: str, path: str, *, address: str = "127.0.0.1", **options: Any) -> httpx.Response:
        """A request through the edge to `<label>.<domain>`, as a program and from any address of the loopback."""
        headers = {"host": f"{label}.marquee.localhost:{self.port}", **options.pop("headers", {})}
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address), trust_env=False, timeout=60) as client:
            return client.request(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, **options)

    def session(self, name: str, address: str = "127.0.0.1", **wanted: Any) -> Session:
        """A session of a viewer, asked for from an address: for the title, or for what is `wanted`."""
        body = {"contentId": TITLE, "device": {"id": "test", "type": "browser"}, **wanted}
        answer = self.ask("POST", "api", "/playback", address=address, headers={"authorization": f"Bearer {self.jwts[name]}"}, json=body)
        assert answer.status_code == 200, answer.text
        pairs = dict(one.partition(";")[0].split("=", 1) for one in answer.headers.get_list("set-cookie"))
        return Session(answer=answer.json(), cookies=pairs, path="/".join([*urlsplit(answer.json()["base"]).path.split("/")[:3], ""]))

    def keys(self, secret: Secret) -> list[dict[str, Any]]:
        """The secret's signing keys, the current one first."""
        value = self.home.client("secretsmanager").get_secret_value(SecretId=self.home.names.secret(secret))["SecretString"]
        return json.loads(value)["keys"]

    def claims(self, session: Session) -> Claims:
        """What a session's path token says."""
        keys = {key["id"]: key["secret"] for key in self.keys("token-keys")}
        return tokens.verify(session.path.split("/")[2], "path", keys=keys, now=0)

    def rotated(self, secret: Secret) -> None:
        """Replace a signing key, and wait until that is done."""
        secrets, name = self.home.client("secretsmanager"), self.home.names.secret(secret)
        version = rotate(self.home, secret)
        wait_for(lambda: "AWSCURRENT" in secrets.describe_secret(SecretId=name)["VersionIdsToStages"].get(version, []))

    def outage(self, *, down: bool, region: str = HOME) -> None:
        """Take a region down, or bring it back."""
        body = json.dumps({"region": region, "down": down}).encode()
        answer = self.emulator.visit("POST", self.emulator.endpoint + OUTAGES_PATH, body=body)
        assert (region in json.loads(answer.body)["down"]) is down


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Ask again and again; AssertionError if it never holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.2)


@contextmanager
def deployed(**sections: Mapping[str, Any]) -> Iterator[Platform]:
    """Two regions of `dev`, with cookies that hold for one address. `sections`: of the stack file, beside that."""
    raw: dict[str, Any] = dict(stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform)
    raw["accounts"] = {**raw["accounts"], "workload": ACCOUNT}
    raw["regions"] = [*raw["regions"], {"name": AWAY, "cidr": "10.24.0.0/16", "role": "active"}]
    raw["media"] = {**raw.get("media", {}), "segment_seconds": 2}
    raw["playback"] = {**raw.get("playback", {}), "bind_address": True}
    raw |= sections
    with Emulator() as emulator:
        run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
        yield Platform(emulator=emulator, settings=load(raw, "dev"))


@contextmanager
def opened(platform: Platform) -> Iterator[Platform]:
    """With its edge and the page."""
    with doors(platform.emulator, platform.settings, 0) as found:
        yield replace(platform, doors=found)


def publish(platform: Platform, folder: Path) -> None:
    """Ingest the title, with captions, and wait until the other region has it too."""
    s3, incoming = platform.home.client("s3"), platform.home.names.bucket("incoming", HOME)
    said = {"title": "A ribbon", "language": "en", "captions": {"en": "ribbon.en.vtt"}}
    vtt = f"WEBVTT\n\n00:00:00.000 --> 00:00:{SECONDS}.000\n{CAPTION}\n"
    for name, content in (("ribbon.en.vtt", vtt), ("ribbon.mp4.json", json.dumps(said))):
        s3.put_object(Bucket=incoming, Key=f"masters/{TITLE}/{name}", Body=content.encode())
    record = wait_for_record(platform.home, upload(platform.home, film(folder), title=TITLE), seconds=200)
    assert record["outcome"] == "published", record
    playback = (Catalogue(platform.home).title(TITLE) or {})["playback"]

    def files(target: Target) -> int:
        bucket = target.names.bucket("renditions", target.region)
        return target.client("s3").list_objects_v2(Bucket=bucket, Prefix=playback["prefix"]).get("KeyCount", 0)

    wait_for(lambda: files(platform.away) == files(platform.home) > 0)
    wait_for(lambda: Catalogue(platform.away).title(TITLE))


def film(folder: Path) -> Path:
    """Wide, so that its largest rung is HD and yet soon encoded; plain, so that all are."""
    path = folder / f"{TITLE}.mp4"
    picture = f"color=c=navy:size=1280x320:rate=12:duration={SECONDS},drawgrid=w=64:h=64:c=white"
    sound = f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"
    encode = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24")
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *encode, *AAC, "-movflags", "+faststart", path)
    return path

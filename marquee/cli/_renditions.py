"""A published title as its manifests list it, and its segments on this machine."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import m3u8
from botocore.exceptions import BotoCoreError, ClientError
from mpegdash.parser import MPEGDASHParser

from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.publishing import Playback, RenditionInfo
from marquee.errors import MarqueeError
from marquee.ingest import Target

_HOLES: Final = re.compile(r"\$(RepresentationID|Bandwidth|Number|Time)(?:%0\d+d)?\$")
_TENC: Final = re.compile(rb"tenc.{8}(.{16})", re.DOTALL)
"""Version and flags, a reserved byte, the pattern, two bytes more, then the key's id. Source: ISO/IEC 23001-7, 8.2."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One picture or sound."""

    name: str
    """The rendition's; of a sound and of trick play, the folder or file that it begins with."""
    label: KeyLabel | None
    """Whose key encrypts it, by the id in its own header; None if it is clear."""
    manifests: tuple[str, ...]
    """Which of HLS and DASH list it."""
    init: str
    segments: tuple[str, ...]
    info: RenditionInfo | None
    """None but for a picture."""


class Renditions:
    """The files of one title version in the target's renditions bucket. Every method raises MarqueeError if they cannot be had."""

    def __init__(self, target: Target, playback: Playback):
        self._s3: Any = target.client("s3")
        self._bucket, self._prefix = target.names.bucket("renditions", target.region), playback["prefix"]
        self._playback = playback

    def read(self, name: str) -> bytes:
        """A whole file."""
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise MarqueeError(f"s3://{self._bucket}/{self._prefix}{name} cannot be read: {error}") from error

    def text(self, name: str) -> str:
        """A manifest or another text."""
        return self.read(name).decode()

    def streams(self) -> list[Stream]:
        """Every picture and sound of both manifests, each once."""
        found: dict[str, Stream] = {}
        for manifest, listed in (("HLS", self._hls()), ("DASH", self._dash())):
            for init, segments, info in listed:
                known = found.get(init)
                if known is None:
                    name = info["name"] if info else init.rpartition("/")[0] or init
                    found[init] = Stream(name=name, label=self._label(init), manifests=(manifest,), init=init, segments=segments, info=info)
                elif manifest not in known.manifests:
                    found[init] = replace(known, manifests=(*known.manifests, manifest))
        return list(found.values())

    def fetch(self, stream: Stream, segments: Sequence[str], path: Path) -> Path:
        """Write the stream's beginning and these of its segments to one MP4."""
        with ThreadPoolExecutor(8) as pool:
            parts = list(pool.map(self.read, [stream.init, *segments]))
        path.write_bytes(b"".join(parts))
        return path

    def _label(self, init: str) -> KeyLabel | None:
        match = _TENC.search(self.read(init))
        if match is None:
            return None
        key_id = str(uuid.UUID(bytes=match[1]))
        for label, known in self._playback["keys"].items():
            if known == key_id:
                return label
        raise MarqueeError(f"{self._prefix}{init} is encrypted under a key that its title does not have")

    def _hls(self) -> Iterator[tuple[str, tuple[str, ...], RenditionInfo | None]]:
        """The catalogue lists pictures in the order of this manifest."""
        master: Any = m3u8.loads(self.text(self._playback["hls"]))
        pictures = list(dict.fromkeys(each.uri for each in master.playlists if each.stream_info.resolution))
        infos = dict(zip(pictures, self._playback["renditions"], strict=True))
        sounds = [each.uri for each in master.media if each.type == "AUDIO" and each.uri]
        alone = [each.uri for each in master.playlists if not each.stream_info.resolution]
        for uri in dict.fromkeys([*pictures, *sounds, *alone]):
            playlist: Any = m3u8.loads(self.text(uri))
            folder = uri.rpartition("/")[0]
            at = f"{folder}/" if folder else ""
            names = tuple(f"{at}{segment.uri}" for segment in playlist.segments)
            yield at + playlist.segments[0].init_section.uri, names, infos.get(uri)

    def _dash(self) -> Iterator[tuple[str, tuple[str, ...], RenditionInfo | None]]:
        """By the names that the templates make, among the files that there are."""
        stored = self._stored()
        mpd: Any = MPEGDASHParser.parse(self.text(self._playback["dash"]))
        for adaptation in (each for period in mpd.periods for each in period.adaptation_sets):
            for representation in adaptation.representations:
                template = [*(representation.segment_templates or []), *(adaptation.segment_templates or [])][0]
                kind = f"{adaptation.content_type or ''}{adaptation.mime_type or ''}{representation.mime_type or ''}"
                if not template.initialization or not ("video" in kind or "audio" in kind):
                    continue
                media = re.compile(_filled(template.media, representation))
                init = re.compile(_filled(template.initialization, representation))
                (beginning,) = [name for name in stored if init.fullmatch(name)]
                yield beginning, tuple(name for name in stored if media.fullmatch(name) and name != beginning), None

    def _stored(self) -> list[str]:
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            return [item["Key"].removeprefix(self._prefix) for page in pages for item in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            raise MarqueeError(f"s3://{self._bucket}/{self._prefix} cannot be listed: {error}") from error


def _filled(template: str, representation: Any) -> str:
    """A pattern of the names that the template makes for one representation."""
    values = {"RepresentationID": representation.id, "Bandwidth": representation.bandwidth}
    pattern, at = "", 0
    for hole in _HOLES.finditer(template):
        known = values.get(hole[1])
        pattern += re.escape(template[at : hole.start()]) + (r"\d+" if known is None else re.escape(str(known)))
        at = hole.end()
    return pattern + re.escape(template[at:])

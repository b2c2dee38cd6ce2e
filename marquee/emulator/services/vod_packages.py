"""Packages of MediaPackage VOD: made when somebody first asks for an asset and a configuration, kept as long as there is room."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urljoin

from marquee.domain.ladder.drm import SYSTEM_IDS, KeyLabel, Protection, Scheme, System
from marquee.domain.ladder.packager import ContentKey
from marquee.emulator.media import clear_hls, just_in_time
from marquee.emulator.media.clear_hls import Track, UnfitError
from marquee.emulator.media.errors import JobError
from marquee.emulator.media.just_in_time import Bench, Wanted
from marquee.emulator.media.pool import Pool, ToolError
from marquee.emulator.media.work import Keys
from marquee.emulator.services import speke
from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.upstream import module

PRINCIPAL: Final = "mediapackage.amazonaws.com"
PACKAGES: Final[Mapping[str, tuple[Literal["hls", "dash"], str, Scheme]]] = {
    "CmafPackage": ("hls", "HlsManifests", "cbcs"),
    "DashPackage": ("dash", "DashManifests", "cenc"),
}
"""Kind of configuration → what it makes, where its manifests are named, and how AWS encrypts it. Source: MediaPackage User Guide,
"Container and DRM system support with SPEKE": SAMPLE-AES (`cbcs`) under CMAF, `cenc` under DASH."""
_LIMIT: Final = 2 * 1024**3  # bytes of all packages together
_READERS: Final = 8
_CLIENT_ERROR: Any = module("botocore.exceptions").ClientError


class UnpackagedError(Exception):
    """There is no package. The message says why, and holds no key."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One asset in one configuration, each as its API describes it."""

    asset: Mapping[str, Any]
    configuration: Mapping[str, Any]
    region: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells packages apart: an asset that is made anew under its old id is another."""
        return self.asset["Arn"], self.asset["CreatedAt"], self.configuration["Arn"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A title's clear renditions, read with the role that its asset names."""

    session: ServiceSession
    bucket: str
    key: str
    """Of the master playlist."""

    @classmethod
    def of(cls, asset: Mapping[str, Any], region: str) -> "Source":
        """Raises UnpackagedError for a role that MediaPackage cannot take on."""
        bucket, _, key = str(asset["SourceArn"]).rpartition(":::")[2].partition("/")
        return cls(session=session(asset["SourceRoleArn"], asset["Arn"], region), bucket=bucket, key=key)

    def tracks(self) -> tuple[Track, ...]:
        """What there is. Raises UnfitError, UnpackagedError."""
        return clear_hls.tracks(self.read("").decode("utf-8", "replace"))

    def segments(self, track: Track) -> list[str]:
        """Names of a track's files, relative to the master playlist. Raises UnfitError, UnpackagedError."""
        listed = clear_hls.segments(self.read(track.uri).decode("utf-8", "replace"), track)
        return [urljoin(track.uri, name) for name in listed]

    def read(self, name: str, first: int | None = None) -> bytes:
        """A file beside the master playlist, or its `first` bytes; the master playlist itself for no name. Raises UnpackagedError."""
        span = {} if first is None else {"Range": f"bytes=0-{first - 1}"}
        try:
            return self.session.client("s3").get_object(Bucket=self.bucket, Key=urljoin(self.key, name), **span)["Body"].read()
        except _CLIENT_ERROR as error:
            raise UnpackagedError(f"s3://{self.bucket}/{urljoin(self.key, name)}: {error}") from error


class Packages:
    """All of an emulator's. The least recently used go first."""

    def __init__(self, pool: Pool, folder: Path, limit: int = _LIMIT):
        self._pool, self._folder, self._limit = pool, folder, limit
        self._threads = ThreadPoolExecutor(max_workers=pool.size, thread_name_prefix="vod")
        """Of its own: what is packaged asks S3 and the key provider, whose answers come from the server's threads."""
        self._made: OrderedDict[tuple[str, ...], asyncio.Future[Path]] = OrderedDict()
        self._number = 0

    async def folder(self, order: Order) -> Path:
        """Where the package lies. Who asks meanwhile waits for the same one. Raises UnpackagedError."""
        made = known = self._made.get(order.key)
        if made is None:
            self._number += 1
            place = self._folder / str(self._number)
            made = asyncio.get_running_loop().run_in_executor(self._threads, self._make, order, place)
            self._made[order.key] = made
        self._made.move_to_end(order.key)
        try:
            found = await asyncio.shield(made)  # a viewer who leaves takes nobody's package along
        except UnpackagedError:
            self._made.pop(order.key, None)
            raise
        if known is None:
            self._make_room()
        return found

    def _make_room(self) -> None:
        done = [(key, made.result()) for key, made in self._made.items() if made.done() and not made.exception()]
        sizes = {key: _size(path) for key, path in done}
        for key, path in done[:-1]:
            if sum(sizes.values()) <= self._limit:
                return
            del self._made[key], sizes[key]
            shutil.rmtree(path, ignore_errors=True)

    def _make(self, order: Order, place: Path) -> Path:
        kind = next(kind for kind in PACKAGES if order.configuration.get(kind))
        settings, (made, manifests, scheme) = order.configuration[kind], PACKAGES[kind]
        named = settings[manifests][0]
        place.mkdir(parents=True)
        _scope(order)
        try:
            source = Source.of(order.asset, order.region)
            tracks = source.tracks()
            protection, keys = self._keys(order, settings.get("Encryption"), scheme, just_in_time.labels(tracks))
            wanted = Wanted(
                kind=made,
                manifest=named.get("ManifestName", "index"),
                segment=Fraction(settings.get("SegmentDurationSeconds", 6)),
                iframes=bool(named.get("IncludeIframeOnlyStream")),
                protection=protection,
                keys=keys,
            )
            bench = Bench(self._pool, place)
            just_in_time.package(bench, {track: _fetched(source, track, place) for track in tracks}, wanted)
        except (JobError, ToolError, UnfitError, OSError, ValueError) as error:
            shutil.rmtree(place, ignore_errors=True)
            raise UnpackagedError(f"{order.asset['Id']}: {error}") from error
        except UnpackagedError:
            shutil.rmtree(place, ignore_errors=True)
            raise
        for file in place.iterdir():
            if file != bench.package:
                file.unlink()
        return bench.package

    def _keys(
        self, order: Order, encryption: Mapping[str, Any] | None, scheme: Scheme, labels: tuple[KeyLabel, ...]
    ) -> tuple[Protection | None, dict[KeyLabel, ContentKey]]:
        if not encryption:
            return None, {}
        asked = encryption["SpekeKeyProvider"]
        systems: tuple[System, ...] = tuple(system for system in get_args(System) if SYSTEM_IDS[system] in asked["SystemIds"])
        keys = Keys(protection=Protection(scheme=scheme, systems=systems), url=asked["Url"], resource_id=order.asset["ResourceId"])
        return keys.protection, speke.ask(session(asked["RoleArn"], order.asset["Arn"], order.region), keys, labels)


def session(role: str, source_arn: str, region: str) -> ServiceSession:
    """A session of a role for MediaPackage. Raises UnpackagedError."""
    try:
        return take_on(role, service=PRINCIPAL, source_arn=source_arn, region=region, session="mediapackage")
    except (MissingRoleError, UntrustedError) as error:
        raise UnpackagedError(f"{PRINCIPAL} cannot take on {role}") from error


def _scope(order: Order) -> None:
    responses = module("ministack.core.responses")
    responses.set_request_account_id(order.asset["Arn"].split(":")[4])
    responses.set_request_region(order.region)


def _fetched(source: Source, track: Track, place: Path) -> Path | list[str]:
    names = source.segments(track)
    with ThreadPoolExecutor(_READERS) as readers:
        parts = readers.map(source.read, names)
        if track.kind == "text":
            return [part.decode("utf-8", "replace") for part in parts]
        target = place / f"{track.name}.ts"
        with target.open("wb") as whole:
            whole.writelines(parts)
    return target


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())

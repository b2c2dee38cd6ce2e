"""A master's companions, and whether the master is what they say."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from marquee.domain import companions, titles
from marquee.domain.companions import BadCompanionError, Sidecar
from marquee.domain.media import Companion, Declared, MediaFacts

LARGEST_STREAMED = 32 * 1024**3
"""Bytes. A SHA-256 that S3 does not keep is computed by reading the whole file, and a function has a quarter of an hour."""
_CLOSE_SECONDS, _CLOSE_PART = 1.0, 0.01  # encoders and containers differ in how they count the last frames


class LieError(ValueError):
    """The master is not what its sidecar says; the message says in what."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object beside the master."""

    companion: Companion
    size: int
    """Bytes."""


class Surroundings(Protocol):
    """The bucket, as far as a master's judge may see it. Every method raises only for what is not the file's fault."""

    def find(self, key: str) -> Found | None:
        """The current version of an object."""
        ...

    def read(self, companion: Companion) -> bytes:
        """All of a companion."""
        ...

    def checksums(self) -> Mapping[str, str]:
        """What S3 keeps of the whole master: `sha256` and `crc64nvme`, as base64. None of an upload in parts' composite ones."""
        ...

    def sha256(self) -> str:
        """64 hexadecimal digits, by reading the whole master."""
        ...


def nothing_declared() -> Declared:
    """For a master without a sidecar."""
    return {"title": None, "language": None, "captions": {}, "companions": []}


def declare(key: str, around: Surroundings, into: Declared) -> Sidecar:
    """What the uploader says of the master `key`, written `into` as it is found: of a bad companion too it is known then where it lies.

    Raises BadCompanionError or LieError.
    """
    found = around.find(companions.sidecar_key(key))
    if found is None:
        return Sidecar()
    into["companions"].append(found.companion)
    try:
        said = companions.parse(_content(found, companions.SIDECAR, around))
    except BadCompanionError as error:
        raise BadCompanionError(f"{_name(found)}: {error}") from None
    if said.title_id not in {None, titles.title_of(key)}:
        raise LieError(f"it was uploaded as {titles.title_of(key)}, and the JSON file beside it says {said.title_id!r}"[:300])
    folder = key.rpartition("/")[0]
    into["title"], into["language"] = said.title, said.language
    for language, name in said.captions.items():
        into["captions"][language] = _captions(f"{folder}/{name}", around, into)
    return said


def check(said: Sidecar, media: MediaFacts, size: int, around: Surroundings) -> None:
    """Compare the sidecar with the master of `size` bytes. Raises LieError, or BadCompanionError for what cannot be compared."""
    if said.seconds is not None:
        seconds = media["durationMs"] / 1000
        if abs(seconds - said.seconds) > max(_CLOSE_SECONDS, _CLOSE_PART * said.seconds):
            raise LieError(f"it lasts {seconds:g} s, and the JSON file beside it says {said.seconds:g}")
    kept = around.checksums() if said.sha256 or said.crc64nvme else {}
    if said.crc64nvme is not None:
        if "crc64nvme" not in kept:
            raise BadCompanionError("S3 keeps no CRC-64/NVME of the whole upload; upload with that checksum, or declare the SHA-256")
        if kept["crc64nvme"] != said.crc64nvme:
            raise LieError(f"its CRC-64/NVME is {kept['crc64nvme']}, and the JSON file beside it says {said.crc64nvme}")
    if said.sha256 is not None:
        if "sha256" not in kept and size > LARGEST_STREAMED:
            raise BadCompanionError("a SHA-256 of an upload in parts this large cannot be checked; declare the CRC-64/NVME, which S3 keeps")
        really = base64.b64decode(kept["sha256"]).hex() if "sha256" in kept else around.sha256()
        if really != said.sha256:
            raise LieError(f"its SHA-256 is {really}, and the JSON file beside it says {said.sha256}")


def _captions(key: str, around: Surroundings, into: Declared) -> Companion:
    found = around.find(key)
    if found is None:
        raise BadCompanionError(f"the captions {key.rpartition('/')[2]!r} were not uploaded before the master")
    if found.companion not in into["companions"]:
        into["companions"].append(found.companion)
    try:
        companions.check_webvtt(_content(found, companions.CAPTIONS, around))
    except BadCompanionError as error:
        raise BadCompanionError(f"{_name(found)}: {error}") from None
    return found.companion


def _content(found: Found, kind: str, around: Surroundings) -> bytes:
    if found.size > companions.LARGEST[kind]:
        raise BadCompanionError(f"it has {found.size} bytes, and {companions.LARGEST[kind]} are allowed")
    return around.read(found.companion)


def _name(found: Found) -> str:
    return found.companion["key"].rpartition("/")[2]

"""What an upload is called, which title it belongs to, and how the catalogue records both.

The catalogue holds two kinds of item under one key. A title's item says what is current: its key is the title id. An upload's item
says what became of one version of one object, and never changes: its key is the title id, `#` and the version.
"""

import re
from hashlib import sha256
from typing import Final, Literal

MASTERS: Final = "masters/"
"""Prefix of the incoming bucket that uploads go to: `masters/<title id>/<file name>`."""
QUARANTINE: Final = "quarantine/"
"""Prefix of the incoming bucket that refused uploads are moved to."""

_TITLE_ID = "[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
KEY_PATTERN: Final = f"{MASTERS}{_TITLE_ID}/[^/]+"
"""Regular expression of a master's key, without anchors; JSONata and Python read it alike."""
UNKNOWN: Final = "-"
"""Stands for the title of an upload whose key names none; never a title id itself."""

KEY: Final = "contentId"
"""Partition key of the catalogue."""

Outcome = Literal["published", "superseded", "quarantined"]
"""What became of an upload. `superseded`: it is sound, and a newer upload of the title was recorded before it."""
Status = Literal["ingested", "published", "quarantined", "taken_down"]
"""Of a title. `ingested`: a sound upload of it is being encoded, and nothing plays yet. `quarantined`: no upload of it was sound so far, or
an operator withdrew it until somebody has looked. `taken_down`: withdrawn for good. Uploads of a withdrawn title are refused."""

EVENT_SOURCE: Final = "marquee.media"
INGESTED_EVENT: Final = "TitleIngested"
"""An upload is sound and kept; its renditions are being made."""
PUBLISHED_EVENT: Final = "TitlePublished"
"""A version plays from now on: `titleId`, `version`, `playback` (see `marquee.domain.publishing`), `replaces` (a version or null)."""
QUARANTINED_EVENT: Final = "TitleQuarantined"
"""An upload was refused: `titleId`, `key`, `versionId`, `reason`, `detail`, `movedTo`."""
TAKEN_DOWN_EVENT: Final = "TitleTakenDown"
"""An operator withdrew a title: `titleId`, `version` (or null), `prefixes`, `action`, `reason`. Caches forget what lies below those;
`_jit/<region>/<asset>/` is a version that is packaged just in time."""

RENDITIONS: Final = "titles/"
"""Prefix of the renditions bucket: `titles/<title id>/<version>/`, written once and never changed."""
CLEAR: Final = "clear/"
"""The same for unencrypted renditions, which only just-in-time packaging reads."""
HLS_MANIFEST: Final = "index.m3u8"
DASH_MANIFEST: Final = "index.mpd"
THUMBNAILS: Final = "thumbnails.vtt"
"""Lists a title's thumbnails, below what is served."""
RETIRED_TAG: Final = ("marquee:retired", "true")
"""Key and value of the tag on renditions that no title plays from any more; a lifecycle rule expires them."""

_KEY = re.compile(KEY_PATTERN)
_ID = re.compile(_TITLE_ID)


def slug(text: str) -> str:
    """A title id made of any text: `"My Film (2019)"` gives `"my-film-2019"`. Empty if no letter or digit of ASCII is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].rstrip("-")


def is_title_id(text: str) -> bool:
    """Lower-case ASCII letters, digits and inner hyphens, 1 to 64 characters: it enters keys, URLs and file names."""
    return _ID.fullmatch(text) is not None


def master_key(title_id: str, file_name: str) -> str:
    """Object key of a master. Raises ValueError for what would not lead back to the title."""
    key = f"{MASTERS}{title_id}/{file_name}"
    if title_of(key) != title_id:
        raise ValueError(f"{key} is no key of a master")
    if len(key.encode()) > 900:  # S3 allows 1,024 bytes, and the quarantine's key is longer
        raise ValueError(f"the file name is too long: {len(key.encode())} bytes of key, 900 at most")
    return key


def title_of(key: str) -> str:
    """Title id that an object key names, or `UNKNOWN`."""
    return key.split("/")[1] if _KEY.fullmatch(key) else UNKNOWN


def upload_id(title_id: str, version_id: str) -> str:
    """Key of an upload's item."""
    return f"{title_id}#{version_id}"


def version_of(s3_version_id: str) -> str:
    """Title version that an upload becomes: 16 hexadecimal digits, the same whenever the same object version is ingested."""
    return sha256(s3_version_id.encode()).hexdigest()[:16]


def rendition_prefix(title_id: str, version: str, *, clear: bool = False) -> str:
    """Where a title version's renditions lie in the renditions bucket, with the slash at its end."""
    return f"{CLEAR if clear else RENDITIONS}{title_id}/{version}/"


def kept_prefix(title_id: str, version: str) -> str:
    """Where an accepted master and its captions lie in the bucket of masters. Nothing in these keys is the uploader's choice."""
    return f"{title_id}/{version}/"


def quarantine_key(key: str, version_id: str) -> str:
    """Where a refused version goes: a place of its own, so that two refused versions of one key never meet."""
    folder, _, name = key.rpartition("/")
    return f"{QUARANTINE}{folder}/{version_id}/{name or 'unnamed'}"


def reason_key(key: str, version_id: str) -> str:
    """Where the reason is written, beside the refused version."""
    return f"{quarantine_key(key, version_id)}.reason.json"

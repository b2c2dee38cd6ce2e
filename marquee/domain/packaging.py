"""Titles that MediaPackage packages just in time: how their versions are called there, and where the edge has them.

An egress address is `https://<group>/out/v1/<asset>/<configuration>/<both>/index.m3u8`: the first part is the same for all
configurations of one asset, the second for all assets of one configuration. Behind the edge the same is `_jit/<region>/<asset>/…`, below
the version's prefix.
"""

import re
from dataclasses import dataclass
from typing import Final

from marquee.domain.content_keys import Content

PREFIX: Final = "_jit/"
"""Begins what the edge fetches from MediaPackage, below a version's prefix: no title id, region or version has an underscore."""
EGRESS: Final = "/out/v1"
"""What every egress path begins with: the origins' path."""
CDN_HEADER: Final = "X-MediaPackage-CDNIdentifier"
"""Header with which a CDN is let in. Source: MediaPackage User Guide, "CDN authorization"."""
CDN_SECRET_KEY: Final = "MediaPackageCDNIdentifier"  # noqa: S105 the name of a member
"""Member of the secret's JSON that holds the header's value. Source: likewise."""

ASSET_PATTERN: Final = r"[a-z]{2}-[a-z-]{1,20}-[0-9]{1,2}/[0-9a-f]{32}"
"""Regular expression of `Asset.text`; `runtime/edge/media.js` has the same."""

_NAME: Final = re.compile(f"{PREFIX}({ASSET_PATTERN})(?:/.*)?", re.DOTALL)
_URL: Final = re.compile(rf"https://[^/]+{EGRESS}/([0-9a-f]{{32}})/.+")


@dataclass(frozen=True)
class Asset:
    """One title version in one region's MediaPackage, as addresses name it."""

    region: str
    """That ingested it: nobody else has it."""
    name: str
    """32 hexadecimal digits, MediaPackage's choice."""

    @property
    def text(self) -> str:
        """`<region>/<name>`, as a path token says it."""
        return f"{self.region}/{self.name}"

    @property
    def prefix(self) -> str:
        """`_jit/<region>/<name>/`: of everything of it, below the version's prefix."""
        return f"{PREFIX}{self.text}/"


def asset_id(title_id: str, version: str) -> str:
    """The id that the asset of a title version is made under; as its resource id it is the key provider's content id too."""
    return Content(title_id, version).id


def asset_of(name: str) -> Asset | None:
    """The asset that a manifest's name leads to; None for one that S3 serves."""
    found = _NAME.fullmatch(name)
    return Asset(*found[1].split("/")) if found else None


def asset_at(region: str, url: str) -> Asset:
    """The asset of an egress address. Raises ValueError for any other address."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError(f"{url} is no egress address of MediaPackage")
    return Asset(region, found[1])

"""What there is to watch."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marquee.domain import titles
from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Target
from marquee.ingest.live import LiveChannels

_PICTURE: Final = re.compile(r"thumbnails\.vtt|[A-Za-z0-9_-]{1,128}(\.\d{7})?\.jpg")


class NoSuchPictureError(LookupError):
    """The title has no picture of this name."""


class Shelf:
    """Titles and live channels. Their pictures are read past the edge: a viewer who has no session yet sees them too."""

    def __init__(self, target: Target, channels: Mapping[str, Target]):
        self._catalogue, self._channels = Catalogue(target), channels
        self._s3 = target.client("s3")

    def contents(self) -> list[dict[str, Any]]:
        """`[{"id", "name", "live", "pictures"?}, …]`: channels that are on, then published titles, the latest first."""
        on = [{"id": name, "name": name, "live": True} for name, target in self._channels.items() if _runs(target, name)]
        return [*on, *(_title(item) for item in self._catalogue.titles("published"))]

    def picture(self, title: str, name: str) -> bytes:
        """The list of a title's thumbnails or one sprite of it. Raises NoSuchPictureError."""
        item = self._catalogue.title(title) if titles.is_title_id(title) else None
        if item is None or not item.get("playback") or not _PICTURE.fullmatch(name):
            raise NoSuchPictureError
        try:
            found = self._s3.get_object(Bucket=item["playback"]["bucket"], Key=item["playback"]["prefix"] + name)
        except self._s3.exceptions.NoSuchKey:
            raise NoSuchPictureError from None
        return found["Body"].read()


def _runs(target: Target, channel: str) -> bool:
    try:
        return LiveChannels(target).show(channel).state == "RUNNING"
    except MarqueeError:
        return False  # its region is down


def _title(item: Mapping[str, Any]) -> dict[str, Any]:
    playback: Mapping[str, Any] = item.get("playback") or {}
    known = {"id": item["title"], "name": item.get("name") or item["title"], "live": False}
    return known | ({"pictures": f"console/titles/{item['title']}/pictures/thumbnails.vtt"} if playback.get("thumbnails") else {})

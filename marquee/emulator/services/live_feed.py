"""The emulator user's own way to put something on a channel, without a camera: a test picture or a file."""

import json
from pathlib import Path
from typing import Any

from marquee.emulator.live.control import FEED_PATH
from marquee.emulator.services.medialive import MediaLive
from marquee.emulator.services.own import ApiError

__all__ = ["FEED_PATH", "feed"]


def feed(service: MediaLive, body: bytes) -> bytes:
    """Have the channel fed while it runs, from now on. ApiError 400 for a request that makes no sense, 404 for no such channel or file."""
    try:
        asked: dict[str, Any] = json.loads(body)
        source = Path(asked["source"]) if asked["source"] is not None else None
        place = (str(asked["account"]), str(asked["region"]), str(asked["channelId"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError(400, "BadRequestException", f"account, region, channelId and source: {error}") from error
    if source is not None and not (source.is_absolute() and source.is_file()):
        raise ApiError(404, "NotFoundException", f"{source} is no file")
    try:
        service.feed(*place, source)
    except KeyError as error:
        raise ApiError(404, "NotFoundException", f"There is no channel {place[2]}") from error
    return b"{}"

"""What players tell of quality, checked field by field."""

import math
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

from runtime.playback.problems import RefusedError

MAX_EVENTS: Final = 50
"""In one beacon."""
EVENTS: Final[Mapping[str, Sequence[str]]] = {
    # event → its numbers, all of them needed
    "startup": ("milliseconds",),
    "rebuffer": ("milliseconds",),
    "quality": ("bitrate", "height"),
    "heartbeat": ("position", "bufferMilliseconds", "droppedFrames"),
    "seek": ("position",),
    "ended": ("position",),
    "error": ("code",),
}
_LARGEST: Final = 1e13
"""Above any number that an event has; the clock's milliseconds have thirteen digits until the year 2286."""
_PLAYER = re.compile(r"[A-Za-z0-9 ./_-]{1,64}")


def events_of(body: Mapping[str, Any], claims: Mapping[str, str], now: float) -> list[dict[str, Any]]:
    """The stream's records: `{"events": [{"type", "at", …}], "player"?}` with the session, title and quality of the token.

    `at` is the player's clock in milliseconds since 1970; `received` is ours. Raises RefusedError.
    """
    events, player = body.get("events"), body.get("player", "unknown")
    if not isinstance(events, list) or not 0 < len(cast("list[Any]", events)) <= MAX_EVENTS:
        raise _invalid("events", f"is not a list of 1 to {MAX_EVENTS} events")
    if not isinstance(player, str) or not _PLAYER.fullmatch(player):
        raise _invalid("player", "is not a name and version of up to 64 characters")
    known = {name: claims[name] for name in ("session", "user", "device", "title", "version", "quality")}
    common = {**known, "player": player, "received": int(now * 1000)}
    return [{**common, **_event(each, f"events[{index}]")} for index, each in enumerate(cast("list[Any]", events))]


def _event(given: Any, place: str) -> dict[str, Any]:
    fields = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in EVENTS:
        raise _invalid(f"{place}.type", f"is none of {', '.join(EVENTS)}")
    wanted = ("at", *EVENTS[kind])
    for name in wanted:
        value = fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= _LARGEST:
            raise _invalid(f"{place}.{name}", "is not a number of 0 or more")
    if fields.keys() - {"type", *wanted}:
        raise _invalid(place, f"has other fields than type, {', '.join(wanted)}")
    return fields


def _invalid(field: str, why: str) -> RefusedError:
    return RefusedError(HTTPStatus.BAD_REQUEST, "invalid_request", f"{field} {why}", field=field)

"""P8: media is served to signed URLs or cookies alone."""

import re
from typing import Final

from guard.control import Env, Param, Severity, resource_control
from guard.edge import behaviours
from guard.node import Findings, Node, NotApplicable, check_each
from guard.params import strings
from guard.resource import Resource
from guard.tokens import DISTRIBUTION

_MEDIA: Final = (
    r"(?i)(\.(m3u8|mpd|m4s|m4v|m4a|mp4|ts|aac|vtt|webm|cmf[vatm]|ism[vt]?)\*?$)|(^|/)(media|vod|hls|dash|cmaf|live|video)s?(/|\*|$)"
)


@resource_control(
    id="P8",
    title="Media behaviours demand signed URLs",
    severity=Severity.HIGH,
    types=DISTRIBUTION,
    params=(
        Param(
            name="media",
            default=_MEDIA,
            schema={"type": "string", "description": "Regular expression that finds media in a behaviour's pathPattern."},
        ),
        strings("public", "Path patterns that anybody may read although they share an origin with media, such as posters."),
    ),
    why="Whoever has a link to a segment, from a log, a forum or another player, watches for free, and no licence check can stop it.",
    fix="set trustedKeyGroups on the behaviour.",
)
def media_needs_signed_urls(distribution: Resource, *, env: Env) -> Findings:
    """A behaviour is media by its path, or because a media behaviour reads the same origin: the default one would leak its objects."""
    pattern = _compiled(env.params["media"])
    origins = {_text(item, "targetOriginId") for item in behaviours(distribution) if pattern.search(_text(item, "pathPattern"))} - {""}
    public = set(env.texts("public"))

    def is_media(behaviour: Node) -> bool:
        if behaviour.is_unreadable:
            return True
        path = _text(behaviour, "pathPattern")
        return path not in public and (bool(pattern.search(path)) or _text(behaviour, "targetOriginId") in origins)

    found = [behaviour for behaviour in behaviours(distribution) if is_media(behaviour)]
    if not found:
        raise NotApplicable("no behaviour serves media")
    return check_each(found, _check)


def _check(behaviour: Node) -> Findings:
    if not behaviour.at("trustedKeyGroups").present():
        yield behaviour.at("trustedKeyGroups").fail("Media is served without a signature")


def _compiled(given: object) -> re.Pattern[str]:
    try:
        return re.compile(given if isinstance(given, str) else _MEDIA)
    except re.error:
        return re.compile(_MEDIA)


def _text(node: Node, name: str) -> str:
    """The text, empty where it cannot be read: an unknown origin is no reason to judge none of the others."""
    value = node.at(name).value
    return value if isinstance(value, str) else ""

"""The answer to a granted request: URLs below the token, signed cookies, and the licence token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from marquee.domain import signed_access
from marquee.domain.signing_keys import SigningKey
from marquee.domain.tokens import Audience, Claims, sign
from runtime.playback import signing
from runtime.playback.environment import Environment
from runtime.playback.problems import respond
from runtime.playback.session import Grant

_REFRESH_AFTER: Final = 0.75
"""Share of a token's life after which a player should ask for the next one."""
_LIVE_MANIFESTS: Final = ("cmaf/index.m3u8", "cmaf/index.mpd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an answer is made with."""

    token_key: SigningKey
    cookie_key: SigningKey
    address: str | None
    """The viewer's IPv4 address, if the cookies are to hold for it alone."""
    files: Sequence[str] = ()
    """Names that get a signed URL each."""


def granted(grant: Grant, record: Mapping[str, Any], material: Material, environment: Environment) -> dict[str, Any]:
    """200 with everything a player needs. `record`: the catalogue's item, empty for a live channel.

    `docs/playback.md` shows the body. Raises ValueError for a key or a record that no player could use.
    """
    path_token = _token(replace(grant.claims, asset=grant.asset), material, "path")
    root = f"https://media.{environment.domain}/t/{path_token}/"
    base = f"{root}{grant.scope}/"
    api = f"https://api.{environment.domain}"
    playback: Mapping[str, Any] = record.get("playback") or {}
    hls, dash = _LIVE_MANIFESTS if grant.live else (str(playback.get("hls", "")), str(playback.get("dash", "")))
    if not hls or not dash:
        raise ValueError(f"the record of {grant.claims.title} names no manifests")
    signed = signing.sign(material.cookie_key, f"{root}*", expires=grant.expires, address=material.address)
    body = {
        "session": grant.session,
        "contentId": grant.claims.title,
        "version": grant.claims.version,
        "live": grant.live,
        "quality": grant.quality,
        "issuedAt": grant.issued,
        "expiresAt": grant.expires,
        "refreshAfter": grant.issued + int((grant.expires - grant.issued) * _REFRESH_AFTER),
        "base": base,
        "manifests": {"hls": base + hls, "dash": base + dash},
        "thumbnails": base + str(playback["thumbnails"]) if playback.get("thumbnails") else None,
        "captions": list(playback.get("captions", ())),
        "licence": {
            "token": _token(grant.claims, material, "licence"),
            "clearkey": f"{api}/licence/clearkey",
            "hls": f"{api}/licence/hls/",
        },
        "beacon": f"{api}/beacon",
        "files": {name: _file(base, name, grant, material) for name in material.files},
    }
    return respond(HTTPStatus.OK, body, cookies=_cookies(signed, path_token, grant, environment))


def _token(claims: Claims, material: Material, audience: Audience) -> str:
    return sign(claims, audience, key_id=material.token_key.id, key=material.token_key.secret)


def _file(base: str, name: str, grant: Grant, material: Material) -> str:
    signed = signing.sign(material.cookie_key, base + name, expires=grant.expires, address=material.address)
    return signed_access.url(base + name, signed)


def _cookies(signed: signed_access.Signed, path_token: str, grant: Grant, environment: Environment) -> list[str]:
    """They reach the media of this session alone: the path holds its token."""
    scope = f"Domain={environment.domain}; Path=/t/{path_token}/; Max-Age={grant.expires - grant.issued}"
    safe = f"Secure; HttpOnly; SameSite={environment.same_site}"
    return [f"{name}={value}; {scope}; {safe}" for name, value in signed_access.cookies(signed).items()]

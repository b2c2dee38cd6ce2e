"""Sessions that somebody made up or altered: none of them shows a picture."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marquee.domain import signed_access, tokens
from marquee.domain.signing_keys import SigningKey
from marquee.viewing import Subject, revoke
from runtime.playback import signing
from tests.browser.platform import TITLE, Platform, Session, wait_for
from tests.browser.screen import Cinema


def forgeries_are_refused(cinema: Cinema) -> None:
    platform = cinema.platform
    platform.viewer("thief")
    good = platform.session("thief")
    with cinema.screen() as screen:
        screen.give(good).open("dash").plays(2)  # the way that the forgeries take works
        for name, forged in _forgeries(platform, good).items():
            screen.give(forged).choose()
            try:
                screen.does_not_play("/titles/")
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error
        screen.page.select_option("#protocol", "hls")
        screen.give(good).choose().plays(2)
        screen.give(replace(good, cookies={})).choose().does_not_play("/titles/")


def _forgeries(platform: Platform, good: Session) -> Mapping[str, Session]:
    cookie_key, claims, now = _cookie_key(platform), platform.claims(good), int(time.time())
    broken = good.path[:-2] + ("A" if good.path[-2] != "A" else "B") + "/"
    policy = good.cookies[signed_access.POLICY]
    return {
        "without cookies": replace(good, cookies={}),
        "expired cookies": replace(good, cookies=_cookies(platform, cookie_key, good.path, now - 5)),
        "expired token": _moved(platform, good, _path(platform, replace(claims, issued=now - 60, expires=now - 5)), now),
        "tampered cookie": replace(good, cookies={**good.cookies, signed_access.POLICY: _longer(policy)}),
        "tampered token": _moved(platform, good, broken, now),
        "signed by a stranger": _moved(platform, good, _path(platform, claims, "0" * 43), now),
        "wrong path": _elsewhere(good),
        "other address": platform.session("thief", address="127.0.0.2"),
        "revoked": _revoked(platform),
    }


def _cookie_key(platform: Platform) -> SigningKey:
    found = platform.keys("cookie-keys")[0]
    return SigningKey(id=found["id"], secret=found["secret"], active_from=0)


def _cookies(platform: Platform, key: SigningKey, path: str, expires: int) -> Mapping[str, str]:
    resource = f"https://media.{platform.settings.identity.domain}{path}*"
    return signed_access.cookies(signing.sign(key, resource, expires=expires))


def _path(platform: Platform, claims: tokens.Claims, secret: str | None = None) -> str:
    key = platform.keys("token-keys")[0]
    return f"/t/{tokens.sign(claims, 'path', key_id=key['id'], key=secret or key['secret'])}/"


def _moved(platform: Platform, session: Session, path: str, now: int) -> Session:
    """The session below another token, with cookies that CloudFront takes: the function at the edge alone can refuse it."""
    return Session(
        answer=_readdressed(session.answer, session.path, path),
        cookies=_cookies(platform, _cookie_key(platform), path, now + 600),
        path=path,
    )


def _elsewhere(session: Session) -> Session:
    return replace(session, answer=_readdressed(session.answer, f"/titles/{TITLE}/", "/titles/another/"))


def _readdressed(answer: Mapping[str, Any], old: str, new: str) -> Mapping[str, Any]:
    manifests = {name: url.replace(old, new) for name, url in answer["manifests"].items()}
    return {**answer, "manifests": manifests, "thumbnails": None}


def _longer(policy: str) -> str:
    """The policy with a later end, as if it were signed."""
    said = signed_access.encode(signed_access.policy("https://*", expires=int(time.time()) + 10**6))
    assert said != policy
    return said


def _revoked(platform: Platform) -> Session:
    session = platform.session("thief")
    revoke(platform.home, [Subject("session", session.answer["session"])])
    path = session.path + session.answer["manifests"]["hls"].split("/t/")[1].split("/", 1)[1]
    wait_for(lambda: _get(platform, session, path) == 403)
    return session


def _get(platform: Platform, session: Session, path: str) -> int:
    cookie = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    return platform.ask("GET", "media", path, headers={"cookie": cookie}).status_code

"""What the functions at the edge let through, what they refuse, and what they cost."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.packaging import Asset
from marquee.domain.revocations import STATE_KEY, Revocation, State
from marquee.domain.tokens import MAX_CHARACTERS, Claims, TokenError, live_scope, pseudonym, sign, title_scope, verify
from tests.edge.node import request, run

pytestmark = pytest.mark.slow  # each starts Node

NOW = 1_800_000_000
KEY, OLD = ("0a0b0c0d", "k" * 43), ("11111111", "o" * 43)
VERSION = "9" * 16
CLAIMS = Claims(
    session="a" * 24, user=pseudonym("viewer"), device=pseudonym("phone"), quality="HD", issued=NOW - 60, expires=NOW + 60,
    scope=title_scope("my-film", VERSION),
)  # fmt: skip
FILE = f"/titles/my-film/{VERSION}/index.m3u8"
STORE = {STATE_KEY: State((KEY, OLD)).text}


def token(claims: Claims = CLAIMS, key: tuple[str, str] = KEY, audience: Any = "path") -> str:
    return sign(claims, audience, key_id=key[0], key=key[1])


def media(events: list[dict[str, Any]], store: dict[str, str] | None = STORE, now: int = NOW) -> list[dict[str, Any]]:
    return run("media.js", events, store=store, now=now)


def status(outcome: dict[str, Any]) -> int:
    """200 for a request that goes on to the cache."""
    return outcome["answer"].get("statusCode", 200) if "crashed" not in outcome["answer"] else 0


def test_a_good_token_goes_on_without_its_prefix():
    live = token(replace(CLAIMS, scope=live_scope("news")))
    titles, channel, head = media([
        request(f"/t/{token()}{FILE}", query={"CMCD": "bl%3D100"}),
        request(f"/t/{live}/_live/news/cmaf/index.mpd", query={"_HLS_msn": "7"}),
        request(f"/t/{token(key=OLD)}{FILE}", "HEAD"),
    ])  # fmt: skip
    assert titles["answer"]["uri"] == FILE
    assert titles["answer"]["querystring"] == {"CMCD": {"value": "bl%3D100"}}
    assert channel["answer"]["uri"] == "/news/cmaf/index.mpd"  # below the channel group of MediaPackage
    assert channel["answer"]["querystring"] == {"_HLS_msn": {"value": "7"}}
    assert head["answer"]["uri"] == FILE  # the key before the current one still holds


def test_nothing_revoked_costs_one_read():
    assert media([request(f"/t/{token()}{FILE}")])[0]["reads"] == [STATE_KEY]


def test_a_refusal_is_not_kept():
    (refused,) = media([request("/t/x/y/z")])
    assert refused["answer"] == {
        "statusCode": 403, "statusDescription": "Forbidden", "body": "Forbidden",
        "headers": {"cache-control": {"value": "no-store"}, "content-type": {"value": "text/plain"}},
    }  # fmt: skip


def test_a_token_opens_nothing_else():
    refused = [
        f"/t/{token()}/titles/my-film/{'8' * 16}/index.m3u8",
        f"/t/{token()}/titles/my-film2/{VERSION}/index.m3u8",
        f"/t/{token()}/titles/my-film/{VERSION}",
        f"/t/{token()}/titles/my-film/{VERSION}x/a",
        f"/t/{token()}/_live/my-film/a",
        f"/t/{token()}/clear/my-film/{VERSION}/a",
        f"/t/{token(audience='licence')}{FILE}",
        f"/t/{token(replace(CLAIMS, expires=NOW))}{FILE}",
        f"/t/{token(key=(KEY[0], OLD[1]))}{FILE}",
        f"/t/{token(key=('22222222', KEY[1]))}{FILE}",
        f"/t/{token(key=('deadbeef', 'undefined'))}{FILE}",
    ]
    assert [status(outcome) for outcome in media([request(uri) for uri in refused])] == [403] * len(refused)


ASSET = Asset("eu-west-1", "a" * 32)
JIT = f"/titles/my-film/{VERSION}/{ASSET.prefix}{'c' * 32}/{'b' * 32}/index.m3u8"


def test_a_token_that_names_an_asset_opens_it_and_its_titles_own_files():
    named = token(replace(CLAIMS, asset=ASSET.text))
    manifest, thumbnails = media([request(f"/t/{named}{JIT}"), request(f"/t/{named}/titles/my-film/{VERSION}/thumbnails.vtt")])
    assert manifest["answer"]["uri"] == f"/{'a' * 32}/{'c' * 32}/{'b' * 32}/index.m3u8"  # below the packaging group's egress path
    assert thumbnails["answer"]["uri"] == f"/titles/my-film/{VERSION}/thumbnails.vtt"


def test_an_asset_is_opened_by_no_other_token():
    """Neither another title's, nor one of before, nor one of another region, nor by a way around."""
    named, before = (f"/t/{token(claims)}" for claims in (replace(CLAIMS, asset=ASSET.text), CLAIMS))
    below = f"/titles/my-film/{VERSION}"
    live = f"/t/{token(replace(CLAIMS, scope=live_scope('news'), asset=ASSET.text))}"
    refused = [
        f"{before}{JIT}",
        f"{before}{below}/_jit/undefined/a/b/index.m3u8",
        f"{named}{JIT.replace('a' * 32, 'd' * 32)}",
        f"{named}{JIT.replace('a' * 32, 'a' * 31)}",
        f"{named}{JIT.replace('a' * 32, 'a' * 33)}",
        f"{named}{JIT.replace('eu-west-1', 'us-east-1')}",
        f"{named}{JIT.replace('my-film', 'other')}",
        f"{named}{JIT.replace(VERSION, '8' * 16)}",
        f"{named}{below}/_jit/{ASSET.text}",
        f"{named}{below}/_jit/index.m3u8",
        f"{named}{below}/x{JIT}",
        f"{named}{below}/_live/news/cmaf/index.mpd",
        f"{named}{below}/x/_live/news/cmaf/index.mpd",
        f"{named}{JIT.replace('index.m3u8', '_live/index.m3u8')}",
        f"{named}{JIT.replace('index.m3u8', '_jit/us-east-1/' + 'd' * 32 + '/x/y/index.m3u8')}",
        f"{named}/_jit/{ASSET.text}/c/b/index.m3u8",
        f"{named}/{'a' * 32}/c/b/index.m3u8",
        f"{live}{JIT}",
        f"{live}/_live/news/_jit/{ASSET.text}/c/b/index.m3u8",
        f"{live}/_live/news/_live/other/cmaf/index.mpd",
    ]
    outcomes = media([request(uri) for uri in refused])
    assert {uri: status(outcome) for uri, outcome in zip(refused, outcomes, strict=True) if status(outcome) != 403} == {}


def test_one_second_decides():
    events = [request(f"/t/{token()}{FILE}")]
    assert status(media(events, now=CLAIMS.expires - 1)[0]) == 200
    assert status(media(events, now=CLAIMS.expires)[0]) == 403


_BESIDE = [
    *(
        "",
        ".",
        "..",
        "../x",
        "a/../b",
        "./a",
        "a//b",
        ".hidden",
        "a/.b",
        "-x",
        "%2e%2e/x",
        "a%2fb",
        "a%00",
        "%252e",
        "a%",
        "é",
        "a b",
        "a\\b",
    ),
    *(
        "a;b",
        "a\n",
        "a?b",
        "a#b",
        "a&b",
        "<a>",
        "a'b",
        'a"b',
        "a|b",
        "a*",
        "{a}",
        "$(a)",
        "a\u202eb",
        "x" * 300,
        "/".join(["a"] * 20),
        "\ud800",
    ),
]
_TOKENS = [
    *("x", ".", "..", "..." * 9, "TOKEN.", ".TOKEN", "TOKENx", "TOKEN%00", "a.b.c", "TOKEN=", "TO KEN", "constructor", "%74oken", "ÄÖÜ"),
    *("a" * 513, f"0a0b0c0d.{'A' * 400}.{'A' * 43}", f"0a0b0c0d.!!!.{'A' * 43}", "__proto__.MXx.AAAA", "0A0B0C0D.MXw.".ljust(56, "A")),
    *("0a0b0c0d..".ljust(53, "A"),),
]
HOSTILE = [
    *("", "/", "/t", "/t/", "/t//", "/index.m3u8", FILE, f"//t/TOKEN{FILE}", f"/T/TOKEN{FILE}", f"/t/TOKEN/{FILE}", "/t/TOKEN"),
    *("/t/TOKEN/", "/t/TOKEN/titles/my-film", "/t/TOKEN/../t/TOKEN"),
    *(f"/t/TOKEN/titles/my-film/{VERSION}/{name}" for name in _BESIDE),
    *(f"/t/{text}{FILE}" for text in _TOKENS),
]


def test_hostile_paths_are_refused():
    assert len(HOSTILE) >= 60
    outcomes = media([request(uri.replace("TOKEN", token())) for uri in HOSTILE])
    assert {uri: status(outcome) for uri, outcome in zip(HOSTILE, outcomes, strict=True) if status(outcome) != 403} == {}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", ""])
def test_media_is_only_read(method: str):
    assert status(media([request(f"/t/{token()}{FILE}", method)])[0]) == 405


def test_long_paths_and_headers_cost_little():
    long = [request("/t/" + "a/" * 4000), request("/t/" + "a" * 8000), request(f"/t/{token()}{FILE}", headers={"user-agent": "(" * 8000})]
    assert all(outcome["statements"] < 300 for outcome in media(long))


@pytest.mark.parametrize("store", [None, {}, {STATE_KEY: ""}, {STATE_KEY: "null"}, {STATE_KEY: "{}"}, {STATE_KEY: '{"keys":null}'}])
def test_without_a_readable_store_nobody_passes(store: dict[str, str] | None):
    assert status(media([request(f"/t/{token()}{FILE}")], store)[0]) == 503


@pytest.mark.parametrize(
    ("revocation", "refused"),
    [
        (Revocation("session", CLAIMS.session, NOW, NOW + 60), True),
        (Revocation("user", CLAIMS.user, CLAIMS.issued, NOW + 60), True),
        (Revocation("title", "my-film", NOW, NOW + 60), True),
        (Revocation("device", CLAIMS.device, NOW, NOW + 60), True),
        (Revocation("user", CLAIMS.user, CLAIMS.issued - 1, NOW + 60), False),
        (Revocation("session", "b" * 24, NOW, NOW + 60), False),
        (Revocation("title", "other", NOW, NOW + 60), False),
    ],
)
def test_revocations_are_the_domains(revocation: Revocation, refused: bool):
    store = {STATE_KEY: State((KEY,), revoked=True).text, revocation.key: revocation.value}
    (outcome,) = media([request(f"/t/{token()}{FILE}")], store)
    assert status(outcome) == (403 if refused else 200)
    assert revocation.refuses(CLAIMS) is refused


def test_revocations_are_not_looked_up_while_the_state_says_that_there_are_none():
    """What makes the usual request cheap. `runtime.playback.state` never writes an entry without saying so."""
    entry = Revocation("session", CLAIMS.session, NOW, NOW + 60)
    assert status(media([request(f"/t/{token()}{FILE}")], {STATE_KEY: State((KEY,)).text, entry.key: entry.value})[0]) == 200


AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36": ("desktop", "widevine"),
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0": ("desktop", "playready"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15": ("desktop", "fairplay"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1": ("mobile", "fairplay"),
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36": ("mobile", "widevine"),
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 Safari/537.36": ("tv", "playready"),
    "AppleTV11,1/17.0": ("tv", "fairplay"),
    "Mozilla/5.0 (Linux; Android 12; BRAVIA 4K) AppleWebKit/537.36 Chrome/100.0 Safari/537.36": ("tv", "widevine"),
    "": ("desktop", "widevine"),
    "\u202e<script>": ("desktop", "widevine"),
}  # fmt: skip


def test_devices_are_put_into_few_classes():
    sent = {"x-marquee-device": "forged", "x-marquee-drm": "forged"}
    outcomes = media([request(f"/t/{token()}{FILE}", headers={"user-agent": agent, **sent}) for agent in AGENTS])
    found = [outcome["answer"]["headers"] for outcome in outcomes]
    assert [(each["x-marquee-device"]["value"], each["x-marquee-drm"]["value"]) for each in found] == list(AGENTS.values())


COST = {"media.js": 130, "api.js": 45}
"""Statements that a request which passes may take: a proxy of compute utilization, which CloudFront alone can tell."""


def test_cost_stays_bounded():
    revoked = {STATE_KEY: State((KEY,), revoked=True).text}
    (usual, looked_up) = (media([request(f"/t/{token()}{FILE}")], store)[0]["statements"] for store in (STORE, revoked))
    packaged = media([request(f"/t/{token(replace(CLAIMS, asset=ASSET.text))}{JIT}")], revoked)[0]["statements"]
    assert 50 < usual < looked_up < packaged <= COST["media.js"]
    assert run("api.js", [request("/playback", "POST")], store=None, now=NOW)[0]["statements"] <= COST["api.js"]


def test_api_tells_the_viewers_address_and_drops_what_misleads():
    forged = {"x-marquee-viewer": "10.0.0.1", "x-forwarded-host": "evil", "x-http-method-override": "DELETE", "authorization": "Bearer x"}
    (outcome,) = run("api.js", [request("/playback", "POST", headers=forged)], store=None, now=NOW)
    assert outcome["answer"]["headers"] == {"x-marquee-viewer": {"value": "203.0.113.9"}, "authorization": {"value": "Bearer x"}}


@pytest.mark.parametrize(
    "uri",
    ["//", "/a//b", "/a/../b", "/./a", "/a%2fb", "/%2e%2e/a", "/a b", "/é", "/a;b", "/a\\b", "/" + "a/" * 20, "/" + "a" * 2000, "x", ""],
)
def test_api_refuses_odd_paths(uri: str):
    assert status(run("api.js", [request(uri)], store=None, now=NOW)[0]) == 400


def test_api_passes_its_own_routes():
    uris = [
        "/",
        "/playback",
        "/playback/refresh",
        f"/sessions/{'a' * 24}",
        "/licence/clearkey",
        "/licence/hls/0f3a-1",
        "/beacon",
        "/health/deep",
    ]
    assert [status(outcome) for outcome in run("api.js", [request(uri) for uri in uris], store=None, now=NOW)] == [200] * len(uris)
    assert status(run("api.js", [request("/playback", "TRACE")], store=None, now=NOW)[0]) == 405


def _cases(chance: Random, many: int) -> list[tuple[str, str]]:
    """Tokens, sound or damaged, each with the scope of the path behind it."""
    return [_damaged(chance, _random_claims(chance)) for _ in range(many)]


def _random_claims(chance: Random) -> Claims:
    def digits(length: int) -> str:
        return "".join(chance.choices("0123456789abcdef", k=length))

    name = chance.choice("az09") + "".join(chance.choices("az0-9b", k=chance.randint(0, 20))) + chance.choice("az09")
    return Claims(
        session=digits(24), user=digits(16), device=digits(16), quality=chance.choice(["SD", "HD", "UHD"]), issued=chance.randint(0, NOW),
        expires=chance.choice([NOW - 1, NOW, NOW + 1, NOW + 86400, 99_999_999_999]),
        scope=chance.choice([title_scope(name, digits(16)), live_scope(name)]),
        asset=chance.choice([None, None, Asset(chance.choice(["eu-west-1", "us-gov-east-1", "ap-southeast-12"]), digits(32)).text]),
    )  # fmt: skip


def _damaged(chance: Random, claims: Claims) -> tuple[str, str]:
    text = token(claims, chance.choice([KEY, KEY, OLD, ("0a0b0c0d", "x" * 43)]), chance.choice(["path", "path", "path", "licence"]))
    at = chance.randrange(len(text))
    other = chance.choice("ABZaz09-_.=~")
    text = chance.choice([
        text, text, text, text[:at] + other + text[at + 1 :], text[:at], text[:at] + other + text[at:], text[at:], text[:-1] + other,
        "".join(chance.choices("ab.0-_", k=60)),
    ])  # fmt: skip
    return text, chance.choice([claims.scope, claims.scope, claims.scope, _random_claims(chance).scope])


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_python_and_javascript_agree(seed: int):
    cases = _cases(Random(seed), 300)  # noqa: S311 nothing secret
    outcomes = media([request(f"/t/{text}/{scope}/index.mpd") for text, scope in cases])
    verdicts: set[bool] = set()
    for (text, scope), outcome in zip(cases, outcomes, strict=True):
        try:
            good = verify(text, "path", keys=dict((KEY, OLD)), now=NOW).scope == scope and len(text) <= MAX_CHARACTERS
        except TokenError:
            good = False
        verdicts.add(good)
        assert status(outcome) == (200 if good else 403), (text, scope)
    assert verdicts == {True, False}

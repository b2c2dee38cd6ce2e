"""The platform's own traffic before the web ACLs that its components declare: nothing that it or a sound player sends is stopped."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from components.drm.web_acl import _RULES as KEY_RULES
from components.ingress.web_rules import rules
from marquee.domain import signed_access, tokens
from marquee.domain.packaging import Asset
from marquee.emulator.firewall.inspected import Inspected
from marquee.emulator.firewall.web_acl import WebAcl
from marquee.settings.waf import Waf
from runtime.playback.events import EVENTS, MAX_EVENTS
from runtime.playback.requests import MAX_BYTES
from runtime.prefetch.agents import AGENTS
from tests.firewall_stand import of_components, request, stopped

MEDIA, API = "media.example.org", "api.example.org"
LONGEST_ID = "l" * 64
SCOPE = f"titles/{LONGEST_ID}/0123456789abcdef"
ASSET = Asset("ap-southeast-1", "a" * 32)
CLAIMS = tokens.Claims(
    session="a" * 24,
    user="b" * 16,
    device="c" * 16,
    quality="UHD",
    issued=1_700_000_000,
    expires=1_700_086_400,
    scope=SCOPE,
    asset=ASSET.text,
)
TOKEN = tokens.sign(CLAIMS, "path", key_id="0123abcd", key="k" * 43)
JWT = {"authorization": f"Bearer {'j' * 1500}"}
PACKAGED = f"/t/{TOKEN}/{SCOPE}/{ASSET.prefix}{'c' * 32}/{'b' * 32}/index_video_4_000000004.cmfv"
NEXT = f"../../../../../{ASSET.prefix}{'c' * 32}/{'b' * 32}/index_video_4_000000005.cmfv"
"""What shaka-player 5.2.12 says of the next segment, as a browser sent it."""
SAID = f'bl=6000,br=156,bs,cid="{LONGEST_ID}",d=2000,dl=6000,mtp=25400,nor="{quote(NEXT, safe="")}",ot=v,sf=h,sid="{CLAIMS.session}",st=v'
CMCD = quote(SAID, safe="")
BOT = {"bot_control": True, "anonymous_addresses": "count"}


def edge(**waf: Any) -> WebAcl:
    return of_components(rules(Waf(**{**BOT, **waf}), media_domain=MEDIA))


def to(host: str, path: str = "/", *, agent: str | None = "Mozilla/5.0", headers: dict[str, str] | None = None, **given: Any) -> Inspected:
    named = {"host": host, **({"user-agent": agent} if agent else {}), **(headers or {})}
    return request(path, headers=named, **given)


def cookies() -> dict[str, str]:
    policy = signed_access.policy(f"https://{MEDIA}/t/{TOKEN}/*", expires=1_700_086_400, address="255.255.255.255")
    signed = signed_access.Signed(policy=signed_access.encode(policy), signature=signed_access.encode(b"s" * 256), key_id="K" * 14)
    return dict(signed_access.cookies(signed))


def beacon() -> bytes:
    kinds = ({"type": kind, "at": 1700000000000, **dict.fromkeys(fields, 1234567890123)} for kind, fields in EVENTS.items())
    largest = max(kinds, key=lambda one: len(json.dumps(one)))
    return json.dumps({"events": [largest] * MAX_EVENTS, "player": "p" * 64}).encode()


PLAYING = {
    "a segment with CMCD": to(MEDIA, PACKAGED, query=f"CMCD={CMCD}", cookies=cookies()),
    "a segment for a device that does not say what it is": to(MEDIA, PACKAGED, agent=None, cookies=cookies()),
    "a range": to(MEDIA, PACKAGED, headers={"range": "bytes=0-99"}, cookies=cookies()),
    "a low-latency playlist": to(MEDIA, f"/t/{TOKEN}/_live/news/v/index.m3u8", query="_HLS_msn=12&_HLS_part=3", cookies=cookies()),
    "a signed URL": to(MEDIA, PACKAGED, query="&".join(f"{name.partition('-')[2]}={value}" for name, value in cookies().items())),
    "a preflight": to(API, "/playback", method="OPTIONS", headers={"access-control-request-method": "POST"}),
    "a session": to(API, "/playback", method="POST", headers=JWT, body=b"x" * MAX_BYTES),
    "an app's session": to(API, "/playback", method="POST", agent="okhttp/4.12.0", headers=JWT, body=b"{}"),
    "a licence": to(API, "/licence/clearkey", method="POST", headers=JWT, body=b"x" * MAX_BYTES),
    "a key of HLS": to(API, f"/licence/hls/{'a' * 32}", headers=JWT),
    "a beacon": to(API, "/beacon", method="POST", headers=JWT, body=beacon()),
    "the health of a region": to(API, "/health/live"),
    **{f"prefetching as {agent[:40]}": to(MEDIA, PACKAGED, agent=agent, cookies=cookies()) for agent in AGENTS},
}
BEHIND = {
    "a health check of Route 53": to("origin.euw1.example.org", "/health", agent="Amazon-Route53-Health-Check-Service (ref 0; report x)"),
    "CloudFront for a health page": to("origin.euw1.example.org", "/health/live", agent="Amazon CloudFront"),
}


@pytest.mark.parametrize("what", PLAYING)
def test_the_edge_stops_nothing_of_a_viewer_s(what: str) -> None:
    verdict = edge().judge(PLAYING[what], 0)
    assert (stopped(verdict), verdict.counted) == (None, [])


@pytest.mark.parametrize("what", BEHIND)
def test_the_load_balancer_s_firewall_stops_no_health_check(what: str) -> None:
    assert stopped(of_components(rules(Waf(bot_control=False)), regional=True).judge(BEHIND[what], 0)) is None


def test_the_key_provider_s_firewall_lets_a_large_request_without_an_agent_through() -> None:
    asked = to("id.execute-api.eu-west-1.amazonaws.com", "/prod/speke", agent=None, method="POST", body=b"<" * 60_000)
    verdict = of_components(KEY_RULES, regional=True).judge(asked, 0)
    assert stopped(verdict) is None
    assert {each.name for _, found in verdict.groups for each in found.counted} == {"NoUserAgent_HEADER", "SizeRestrictions_BODY"}


@pytest.mark.parametrize("host", [API, "d111.cloudfront.net", MEDIA.upper()])
def test_the_common_rules_look_at_all_that_is_not_media(host: str) -> None:
    found = stopped(edge().judge(to(host, agent=None), 0))
    assert found == (None if host.lower() == MEDIA else "AWSManagedRulesCommonRuleSet/NoUserAgent_HEADER")


def test_media_is_not_spared_what_only_an_exploit_sends() -> None:
    assert stopped(edge().judge(to(MEDIA, method="PROPFIND"), 0)) == "AWSManagedRulesKnownBadInputsRuleSet/PROPFIND_METHOD"


def test_apps_are_no_bots() -> None:
    (bots,) = (rule for rule in rules(Waf(bot_control=True), media_domain=MEDIA) if rule["name"] == "AWSManagedRulesBotControlRuleSet")
    overrides = bots["statement"]["managed_rule_group_statement"]["rule_action_overrides"]
    assert all(each["action_to_use"] == {"count": {}} for each in overrides)
    assert {each["name"] for each in overrides} == {"SignalNonBrowserUserAgent", "CategoryHttpLibrary"}


def test_in_count_mode_groups_count_and_floods_are_stopped() -> None:
    acl = edge(mode="count", requests_per_session=100)
    found = acl.judge(to(API, agent=None), 0)
    assert (found.action, found.counted) == ("ALLOW", ["AWSManagedRulesCommonRuleSet"])
    actions = [acl.judge(to(MEDIA, cookies={"CloudFront-Signature": "one"}), 0) for _ in range(101)]
    assert [stopped(one) for one in actions[99:]] == [None, "rate-by-session"]
    assert stopped(acl.judge(to(MEDIA, cookies={"CloudFront-Signature": "two"}), 0)) is None

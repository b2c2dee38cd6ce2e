"""A deployed stack whose edge judges: a title plays, floods and countries are stopped, and the log tells of it without credentials."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.edge.server import EdgeServer
from marquee.ingest import Target
from tests.flows.edge_stack import as_header, ask, cookies_of, deployed, playback
from tests.flows.world import World, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION, EDGE = "529303417781", "eu-west-1", "us-east-1"
TITLE, VERSION, SEGMENT = "film", "0123456789abcdef", "video/00001.m4s"
LIMIT = 100
HOME, FLOODER = "127.0.0.1", "127.0.0.9"


@dataclass
class Platform:
    """The stack behind its edge."""

    world: World
    target: Target
    edge: EdgeServer
    jwt: str

    def ask(self, method: str, label: str, path: str, *, address: str = HOME, **options: Any) -> httpx.Response:
        """Through the edge, from an address of the loopback."""
        return ask(self.edge, method, label, path, address=address, **options)

    def log(self) -> list[dict[str, Any]]:
        """Records of the firewall so far."""
        logs, group = self.world("logs", EDGE), self.target.names.edge_web_acl_log_group()
        streams = [each["logStreamName"] for each in logs.describe_log_streams(logGroupName=group)["logStreams"]]
        events = [logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"] for name in streams]
        return [json.loads(event["message"]) for one in events for event in one]

    def override(self, action: str) -> None:
        """Let the web ACL's groups only count, or no longer, as somebody in the console would."""
        waf = self.world("wafv2", EDGE)
        (listed,) = waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
        names = {"Name": listed["Name"], "Id": listed["Id"], "Scope": "CLOUDFRONT"}
        answer = waf.get_web_acl(**names)
        kept = {name: answer["WebACL"][name] for name in ("DefaultAction", "VisibilityConfig", "Rules")}
        for rule in kept["Rules"]:
            if "OverrideAction" in rule:
                rule["OverrideAction"] = {action: {}}
        waf.update_web_acl(**names, LockToken=answer["LockToken"], **kept)


@pytest.fixture(scope="module")
def platform(emulator: Emulator) -> Iterator[Platform]:
    """`dev` with a small limit; a title lies there already."""
    limits = {"countries_blocked": ["AQ"], "waf": {"requests_per_address": LIMIT, "bot_control": True}}
    stack = deployed(emulator, ACCOUNT, edge=limits)
    stack.lay(TITLE, VERSION, (titles.HLS_MANIFEST, SEGMENT), b"#EXTM3U\n")
    with stack.edge() as edge:
        yield Platform(stack.world, stack.target, edge, stack.jwt)


def test_a_title_plays_a_flood_is_stopped_and_the_log_tells(platform: Platform) -> None:
    counts = platform.edge.statistics.firewall
    before = Counter(counts.blocked)
    started = playback(platform.edge, platform.jwt, TITLE)
    cookies = cookies_of(started)
    carried = {"cookie": as_header(cookies)}
    base = urlsplit(started.json()["base"]).path
    said = quote('bs,cid="film",nor="..%2F..%2F..%2Ffilm%2F0123456789abcdef%2Fvideo%2F00002.m4s",ot=v', safe="")
    played = [
        platform.ask("GET", "media", f"{base}{name}?CMCD={said}", headers=carried, nameless=nameless)
        for name in (titles.HLS_MANIFEST, SEGMENT)
        for nameless in (False, True)
    ]
    assert [answer.status_code for answer in played] == [200] * 4
    assert counts.blocked == before
    assert platform.ask("GET", "api", "/health/live", nameless=True).status_code == 403
    assert counts.blocked - before == {"AWSManagedRulesCommonRuleSet/NoUserAgent_HEADER": 1}

    flood = [platform.ask("GET", "media", "/x", address=FLOODER).text for _ in range(LIMIT + 3)]
    assert ["Request blocked." in text for text in flood] == [False] * LIMIT + [True] * 3
    assert (counts.blocked - before)["rate-by-address"] == 3
    assert platform.ask("GET", "media", f"{base}{SEGMENT}", headers=carried).status_code == 200, "another address is not concerned"

    wait_for(lambda: len(platform.log()) >= LIMIT + 10)
    records = platform.log()
    assert {record["webaclId"].split("/")[-2] for record in records} == {platform.target.names.edge_web_acl()}
    (limited, *_) = [record for record in records if record["terminatingRuleId"] == "rate-by-address"]
    assert (limited["action"], limited["terminatingRuleType"], limited["httpRequest"]["clientIp"]) == ("BLOCK", "RATE_BASED", FLOODER)
    (rate,) = limited["rateBasedRuleList"]
    assert (rate["limitKey"], rate["maxRateAllowed"], rate["limitValue"]) == ("IP", LIMIT, FLOODER)
    text = json.dumps(records)
    assert platform.jwt not in text
    assert not [value for value in cookies.values() if value in text]
    (asked,) = [record for record in records if record["httpRequest"]["httpMethod"] == "POST"]
    assert {"name": "authorization", "value": "REDACTED"} in asked["httpRequest"]["headers"]
    assert counts.lost == 0


def test_what_only_aws_can_judge_is_named(platform: Platform) -> None:
    (rules,) = platform.edge.statistics.to_json()["firewall"]["not_judged"].values()
    assert rules["AWSManagedRulesBotControlRuleSet"] == ["AWSManagedRulesBotControlRuleSet"]
    assert "AWSManagedRulesCommonRuleSet/GenericLFI_QUERYARGUMENTS" in rules["AWSManagedRulesCommonRuleSet"]
    assert "rate-by-address" not in rules


def test_a_country_is_kept_out(platform: Platform) -> None:
    viewer = platform.edge.names.viewer
    for country, refused in (("AQ", True), ("DE", False)):
        platform.edge.names.viewer = replace(viewer, country=country)
        answer = platform.ask("GET", "api", "/health/live")
        assert ("block access from your country" in answer.text) is refused
    platform.edge.names.viewer = viewer


def test_a_group_counts_once_it_is_told_to(platform: Platform) -> None:
    def ask() -> int:
        return platform.ask("GET", "api", "/health/live", nameless=True).status_code

    before = ask()

    platform.override("Count")
    wait_for(lambda: ask() != 403)
    assert before == 403
    assert platform.edge.statistics.firewall.counted["AWSManagedRulesCommonRuleSet"] >= 1
    records = wait_for(lambda: [each for each in platform.log() if each["nonTerminatingMatchingRules"]])
    assert records[0]["nonTerminatingMatchingRules"] == [
        {"ruleId": "AWSManagedRulesCommonRuleSet", "action": "COUNT", "ruleMatchDetails": []}
    ]
    assert records[0]["action"] == "ALLOW"
    platform.override("None")
    wait_for(lambda: ask() == 403)

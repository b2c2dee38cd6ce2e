"""What the emulated firewall logs: records in AWS's form, redacted and filtered, and the batches that they are written in."""

import json
from typing import Any

import pytest

from marquee.emulator.firewall import records
from marquee.emulator.firewall.log_writer import LogWriter
from marquee.emulator.firewall.web_acl import Verdict, WebAcl
from tests.firewall_stand import ANY, ARN, PLAIN, PREFIX, acl, group, rated, request, rule, verdict

COMMON = "AWSManagedRulesCommonRuleSet"


def logged(made: WebAcl, asked: Any, found: Verdict) -> dict[str, Any]:
    return records.record(made, asked, found, source="DIST", id="R1", milliseconds=1700000000000)


def test_the_record_of_a_request() -> None:
    made = WebAcl(acl(group(count=True), rule(rated(0, EvaluationWindowSec=120), Name="rate")))
    asked = request("/x", query="a=b", headers={"host": "h"}, country="DE")
    record = logged(made, asked, made.judge(asked, 0))
    assert record == {
        "timestamp": 1700000000000, "formatVersion": 1, "webaclId": ARN, "terminatingRuleId": "rate", "terminatingRuleType": "RATE_BASED",
        "action": "BLOCK", "terminatingRuleMatchDetails": [], "httpSourceName": "CF", "httpSourceId": "DIST",
        "ruleGroupList": [{
            "ruleGroupId": f"AWS#{COMMON}", "excludedRules": None, "nonTerminatingMatchingRules": [],
            "terminatingRule": {"ruleId": "NoUserAgent_HEADER", "action": "BLOCK", "ruleMatchDetails": None},
        }],
        "rateBasedRuleList": [{
            "rateBasedRuleId": f"{ARN}/rate", "rateBasedRuleName": "rate", "limitKey": "IP", "maxRateAllowed": 0,
            "evaluationWindowSec": "120", "limitValue": "192.0.2.1",
        }],
        "nonTerminatingMatchingRules": [{"ruleId": "group", "action": "COUNT", "ruleMatchDetails": []}],
        "requestHeadersInserted": None, "responseCodeSent": None,
        "httpRequest": {
            "clientIp": "192.0.2.1", "country": "DE", "headers": [{"name": "host", "value": "h"}], "uri": "/x", "args": "a=b",
            "httpVersion": "HTTP/1.1", "httpMethod": "GET", "requestId": "R1",
        },
        "labels": [{"name": "awswaf:managed:aws:core-rule-set:NoUserAgent_Header"}],
    }  # fmt: skip


def test_the_keys_of_a_rate_are_in_its_record() -> None:
    key = {"Cookie": {"Name": "s", "TextTransformations": PLAIN}}
    made = WebAcl(acl(rule(rated(0, "CUSTOM_KEYS", CustomKeys=[key]))))
    asked = request(cookies={"s": "1"})
    (rate,) = logged(made, asked, made.judge(asked, 0))["rateBasedRuleList"]
    assert (rate["limitKey"], rate["customValues"]) == ("CUSTOMKEYS", [{"key": "COOKIE", "name": "s", "value": "1"}])


def test_redaction() -> None:
    asked = request("/secret", query="q=secret", headers={"authorization": "secret", "host": "h"}, cookies={"a": "secret"})
    made = WebAcl(acl())
    fields = [{"SingleHeader": {"Name": "Authorization"}}, {"SingleHeader": {"Name": "cookie"}}, {"UriPath": {}}, {"QueryString": {}}]
    record = records.redacted(logged(made, asked, made.judge(asked, 0)), [*fields, {"Method": {}}])
    assert "secret" not in json.dumps(record)
    assert {"name": "cookie", "value": "REDACTED"} in record["httpRequest"]["headers"]
    assert (record["httpRequest"]["httpMethod"], {"name": "host", "value": "h"} in record["httpRequest"]["headers"]) == ("REDACTED", True)


@pytest.mark.parametrize(
    ("conditions", "requirement", "kept"),
    [
        ([{"ActionCondition": {"Action": "BLOCK"}}], "MEETS_ANY", True), ([{"ActionCondition": {"Action": "COUNT"}}], "MEETS_ANY", True),
        ([{"ActionCondition": {"Action": "ALLOW"}}], "MEETS_ANY", False),
        ([{"ActionCondition": {"Action": "BLOCK"}}, {"LabelNameCondition": {"LabelName": "no"}}], "MEETS_ALL", False),
        ([{"ActionCondition": {"Action": "BLOCK"}}, {"LabelNameCondition": {"LabelName": f"{PREFIX}yes"}}], "MEETS_ALL", True),
    ],
)  # fmt: skip
def test_filters(conditions: Any, requirement: str, kept: bool) -> None:
    found = verdict(rule(ANY, {"Count": {}}, RuleLabels=[{"Name": "yes"}]), rule(ANY))
    keeps = {"DefaultBehavior": "DROP", "Filters": [{"Behavior": "KEEP", "Requirement": requirement, "Conditions": conditions}]}
    drops = {"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "DROP", "Requirement": requirement, "Conditions": conditions}]}
    assert (records.is_kept(found, keeps), records.is_kept(found, drops), records.is_kept(found, None)) == (kept, not kept, True)


class _Logs:
    """Takes events, or refuses them."""

    class exceptions:  # noqa: N801 boto3's name
        ResourceAlreadyExistsException = KeyError

    def __init__(self, *, works: bool = True):
        self.works, self.batches = works, list[int]()

    def create_log_stream(self, **_: str) -> None:
        raise KeyError

    def put_log_events(self, **given: Any) -> None:
        if not self.works:
            raise OSError
        self.batches.append(len(given["logEvents"]))


@pytest.mark.parametrize("works", [True, False])
def test_records_are_written_in_batches_or_lost_and_counted(works: bool) -> None:
    logs = _Logs(works=works)
    writer = LogWriter(logs)
    for _ in range(2_500):
        writer.add("group", "stream", {"timestamp": 1})
    writer.flush()
    assert (writer.written, writer.lost) == ((2_500, 0) if works else (0, 2_500))
    assert logs.batches == ([1_000, 1_000, 500] if works else [])

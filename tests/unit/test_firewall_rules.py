"""Web ACLs of the emulated firewall: order, actions, labels, groups with their overrides, and rates."""

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.emulator.firewall import records
from marquee.emulator.firewall.inspected import Inspected
from marquee.emulator.firewall.rates import Rates
from marquee.emulator.firewall.web_acl import WebAcl
from tests.firewall_stand import AGENT, ANY, ARN, PLAIN, PREFIX, acl, group, rated, request, rule, stopped, verdict

COMMON, BAD = "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"
OWN = ARN.replace("webacl/acl", "rulegroup/own")


def labelled(key: str, scope: str = "LABEL") -> dict[str, Any]:
    return {"LabelMatchStatement": {"Key": key, "Scope": scope}}


def with_cookies(size: int) -> Inspected:
    return request(headers={**AGENT, "cookie": "c" * size})


def test_the_lowest_priority_that_ends_it_decides() -> None:
    made = acl(rule(ANY, Name="second"), rule(ANY, {"Allow": {}}, Name="first"))
    made["Rules"][0]["Priority"] = 9
    found = WebAcl(made).judge(request(), 0)
    assert (found.action, found.rule, found.kind) == ("ALLOW", "first", "REGULAR")


def test_the_default_action_when_nothing_ends_it() -> None:
    assert verdict(rule(ANY, {"Count": {}})).rule == "Default_Action"
    blocks = WebAcl(acl(DefaultAction={"Block": {"CustomResponse": {"ResponseCode": 404}}})).judge(request(), 0)
    assert (blocks.action, blocks.response and blocks.response.status) == ("BLOCK", 404)


def test_a_custom_response() -> None:
    custom = {"ResponseCode": 429, "CustomResponseBodyKey": "slow", "ResponseHeaders": [{"Name": "Retry-After", "Value": "60"}]}
    bodies = {"slow": {"ContentType": "APPLICATION_JSON", "Content": '{"slow": true}'}}
    found = WebAcl(acl(rule(ANY, {"Block": {"CustomResponse": custom}}), CustomResponseBodies=bodies)).judge(request(), 0)
    assert found.response is not None
    assert (found.response.status, found.response.body) == (429, b'{"slow": true}')
    assert found.response.headers == {"retry-after": "60", "content-type": "application/json"}


def test_count_goes_on_and_inserts_headers() -> None:
    counts = rule(ANY, {"Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "Seen", "Value": "1"}]}}}, Name="counts")
    allows = rule(ANY, {"Allow": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "let-in", "Value": "2"}]}}}, Name="allows")
    found = verdict(counts, allows)
    assert (found.action, found.counted) == ("ALLOW", ["counts"])
    assert found.inserted == [("x-amzn-waf-seen", "1"), ("x-amzn-waf-let-in", "2")]


@pytest.mark.parametrize("action", ["Captcha", "Challenge"])
def test_what_asks_a_browser_is_not_judged(action: str) -> None:
    made = WebAcl(acl(rule(ANY, {action: {}}, RuleLabels=[{"Name": "asked"}]), rule(labelled("asked"), Name="next")))
    found = made.judge(request(), 0)
    assert (found.action, found.unknown, found.labels) == ("ALLOW", ["rule"], [])
    assert made.not_judged == {"rule": [f"action {action.upper()}"]}


@pytest.mark.parametrize(
    ("key", "scope", "found"),
    [
        ("team:odd", "LABEL", True), ("odd", "LABEL", True), (f"{PREFIX}team:odd", "LABEL", True), ("team", "LABEL", False),
        ("dd", "LABEL", False), ("team:", "NAMESPACE", True), (PREFIX, "NAMESPACE", True), ("other:", "NAMESPACE", False),
        ("awswaf:clientip:geo:country:XX", "LABEL", True),
    ],
)  # fmt: skip
def test_labels_of_earlier_rules(key: str, scope: str, found: bool) -> None:
    puts = rule(ANY, {"Count": {}}, Name="puts", RuleLabels=[{"Name": "team:odd"}])
    geo = rule({"GeoMatchStatement": {"CountryCodes": ["AQ"]}}, Name="geo")
    assert (verdict(puts, geo, rule(labelled(key, scope))).action == "BLOCK") is found
    assert verdict(rule(labelled(key, scope), Name="too early"), puts).action == "ALLOW"


@pytest.mark.parametrize(
    ("name", "fits", "does_not"),
    [
        ("NoUserAgent_HEADER", request(headers={}), request()),
        ("SizeRestrictions_QUERYSTRING", request(query="q" * 2049), request(query="q" * 2048)),
        ("SizeRestrictions_Cookie_HEADER", with_cookies(10_241), with_cookies(10_240)),
        ("SizeRestrictions_BODY", request(body=b"b" * 8193), request(body=b"b" * 8192)),
        ("SizeRestrictions_URIPATH", request("/" * 1025), request("/" * 1024)),
    ],
)  # fmt: skip
def test_the_common_rules_that_are_documented(name: str, fits: Any, does_not: Any) -> None:
    assert stopped(verdict(group(), asked=does_not)) is None
    found = verdict(group(), asked=fits)
    assert (stopped(found), found.kind) == (f"group/{name}", "MANAGED_RULE_GROUP")
    assert [label.lower() for label in found.labels] == [f"awswaf:managed:aws:core-rule-set:{name}".lower()]


def test_a_known_bad_input() -> None:
    assert stopped(verdict(group(BAD), asked=request(method="PROPFIND"))) == "group/PROPFIND_METHOD"


def test_a_group_that_only_counts() -> None:
    found = verdict(group(count=True), rule(labelled("core-rule-set:", "NAMESPACE"), {"Count": {}}, Name="sees"), asked=request(headers={}))
    assert (found.action, found.counted) == ("ALLOW", ["group", "sees"])


@pytest.mark.parametrize("how", ["RuleActionOverrides", "ExcludedRules"])
def test_a_rule_of_a_group_that_only_counts(how: str) -> None:
    item: dict[str, Any] = {"Name": "NoUserAgent_HEADER"}
    given: dict[str, Any] = {how: [item if how == "ExcludedRules" else {**item, "ActionToUse": {"Count": {}}}]}
    found = verdict(group(**given), asked=request(headers={}))
    assert (found.action, found.counted) == ("ALLOW", [])
    assert stopped(verdict(group(**given), asked=request("/" * 2000, headers={}))) == "group/SizeRestrictions_URIPATH"
    logged = records.record(WebAcl(acl()), request(headers={}), found, source="D", id="R", milliseconds=1)["ruleGroupList"]
    inner = {"ruleId": "NoUserAgent_HEADER", "action": "COUNT", "ruleMatchDetails": None, "overriddenAction": "BLOCK"}
    excluded = [{"exclusionType": "EXCLUDED_AS_COUNT", "ruleId": "NoUserAgent_HEADER"}]
    assert logged == [
        {
            "ruleGroupId": f"AWS#{COMMON}", "terminatingRule": None,
            "nonTerminatingMatchingRules": [] if how == "ExcludedRules" else [inner],
            "excludedRules": excluded if how == "ExcludedRules" else None,
        }
    ]  # fmt: skip


def test_a_group_looks_at_its_scope_alone() -> None:
    to_admin = {"ByteMatchStatement": {
        "FieldToMatch": {"UriPath": {}}, "PositionalConstraint": "STARTS_WITH", "SearchString": b"/admin", "TextTransformations": PLAIN,
    }}  # fmt: skip
    scoped = group(ScopeDownStatement=to_admin)
    assert stopped(verdict(scoped, asked=request("/", headers={}))) is None
    assert stopped(verdict(scoped, asked=request("/admin", headers={}))) == "group/NoUserAgent_HEADER"


def test_a_group_of_ones_own() -> None:
    inside = [rule(ANY, {"Count": {}}, Name="marks", RuleLabels=[{"Name": "seen"}]), rule(labelled("seen"), Name="stops", Priority=1)]
    described = {"ARN": OWN, "LabelNamespace": "awswaf:111122223333:rulegroup:own:", "Rules": inside}
    runs = {"Name": "own", "Statement": {"RuleGroupReferenceStatement": {"ARN": OWN}}, "OverrideAction": {"None": {}}}
    found = verdict(runs, groups={OWN: described})
    assert (stopped(found), found.kind, found.labels) == ("own/stops", "GROUP", ["awswaf:111122223333:rulegroup:own:seen"])


def test_what_is_not_judged_is_named_by_its_rule() -> None:
    made = WebAcl(acl(group("AWSManagedRulesBotControlRuleSet"), {**group(), "Name": "common"}))
    assert made.not_judged["group"] == ["AWSManagedRulesBotControlRuleSet"]
    assert f"{COMMON}/GenericLFI_QUERYARGUMENTS" in made.not_judged["common"]
    assert f"{COMMON}/NoUserAgent_HEADER" not in made.not_judged["common"]


def asks(made: WebAcl, times: int, at: float = 0, **given: Any) -> list[str]:
    return [made.judge(request(**given), at).action for _ in range(times)]


def test_one_address_asks_too_much_and_another_does_not() -> None:
    made = WebAcl(acl(rule(rated(), Name="rate")))
    assert asks(made, 4) == ["ALLOW", "ALLOW", "BLOCK", "BLOCK"]
    assert asks(made, 1, address="192.0.2.2") == ["ALLOW"]
    found = made.judge(request(), 1)
    assert (found.rule, found.kind) == ("rate", "RATE_BASED")
    assert asks(made, 1, at=302) == ["ALLOW"]


def test_the_window_that_is_asked_for() -> None:
    made = WebAcl(acl(rule(rated(EvaluationWindowSec=60))))
    assert asks(made, 3)[-1] == "BLOCK"
    assert asks(made, 1, at=59) == ["BLOCK"]
    assert asks(made, 1, at=119.5) == ["ALLOW"]


@pytest.mark.parametrize(
    ("key", "same", "other", "without"),
    [
        ({"Cookie": {"Name": "s", "TextTransformations": PLAIN}}, {"cookies": {"s": "1"}}, {"cookies": {"s": "2"}}, {}),
        ({"Header": {"Name": "H", "TextTransformations": PLAIN}}, {"headers": {"h": "1"}}, {"headers": {"h": "2"}}, {}),
        ({"QueryArgument": {"Name": "q", "TextTransformations": PLAIN}}, {"query": "q=1"}, {"query": "q=2"}, {"query": "r=1"}),
        ({"QueryString": {"TextTransformations": PLAIN}}, {"query": "q=1"}, {"query": "q=2"}, None),
        ({"UriPath": {"TextTransformations": PLAIN}}, {"path": "/1"}, {"path": "/2"}, None),
        ({"HTTPMethod": {}}, {"method": "GET"}, {"method": "POST"}, None),
        ({"LabelNamespace": {"Namespace": "awswaf:clientip:geo:"}}, {"country": "AQ"}, {"country": "DE"}, None),
    ],
)  # fmt: skip
def test_keys_of_a_rate(key: dict[str, Any], same: Any, other: Any, without: Any) -> None:
    geo = rule({"GeoMatchStatement": {"CountryCodes": ["XX"]}}, {"Count": {}}, Name="geo")
    made = WebAcl(acl(geo, rule(rated(kind="CUSTOM_KEYS", CustomKeys=[key]))))
    assert asks(made, 3, **same) == ["ALLOW", "ALLOW", "BLOCK"]
    assert asks(made, 1, **other) == ["ALLOW"]
    if without is not None:
        assert asks(made, 5, **without) == ["ALLOW"] * 5  # what lacks the key is not counted


def test_keys_are_transformed_before_they_are_compared() -> None:
    key = {"Header": {"Name": "h", "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}}
    made = WebAcl(acl(rule(rated(kind="CUSTOM_KEYS", CustomKeys=[key]))))
    assert [asks(made, 1, headers={"h": value})[0] for value in ("A", "a", "A")] == ["ALLOW", "ALLOW", "BLOCK"]


def test_a_rate_of_all_and_of_a_forwarded_address() -> None:
    assert set(asks(WebAcl(acl(rule(rated(kind="CONSTANT", ScopeDownStatement=labelled("never"))))), 5)) == {"ALLOW"}
    made = WebAcl(acl(rule(rated(kind="CONSTANT", ScopeDownStatement=ANY))))
    assert [asks(made, 1, address=f"192.0.2.{number}")[0] for number in range(3)] == ["ALLOW", "ALLOW", "BLOCK"]
    config = {"HeaderName": "x-forwarded-for", "FallbackBehavior": "MATCH"}
    made = WebAcl(acl(rule(rated(kind="FORWARDED_IP", ForwardedIPConfig=config))))
    assert asks(made, 3, headers={"x_forwarded_for": "192.0.2.9, 192.0.2.8"})[-1] == "BLOCK"
    assert asks(made, 1, headers={"x_forwarded_for": "192.0.2.7"}) == ["ALLOW"]
    assert asks(made, 5) == ["ALLOW"] * 5


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20)), max_size=60))
def test_rates_count_what_came_within_the_window(steps: list[tuple[str, int]]) -> None:
    rates, now, seen = Rates(60), 0, {"a": deque[int](), "b": deque[int]()}
    for key, later in steps:
        now += later
        seen[key].append(now)
        assert rates.count(key, now) == sum(1 for moment in seen[key] if moment > now - 60)


def test_rates_forget_who_has_been_silent_longest() -> None:
    rates = Rates(60)
    for number in range(10_002):
        rates.count(number, 0)
    assert (rates.count(10_001, 0), rates.count(0, 0)) == (2, 1)

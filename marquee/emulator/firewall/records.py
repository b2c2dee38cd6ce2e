"""Log records: what is written of a request, and what is left out of them.

Source: AWS WAF Developer Guide, "Log fields for web ACL traffic" and "Log examples"; AWS WAF API Reference, LoggingConfiguration.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from marquee.emulator.firewall.inspected import Inspected, Rate
from marquee.emulator.firewall.rules import Found, Group, Rule
from marquee.emulator.firewall.web_acl import Verdict, WebAcl

_REDACTED: Final = "REDACTED"


def record(acl: WebAcl, request: Inspected, verdict: Verdict, *, source: str, id: str, milliseconds: int) -> dict[str, Any]:
    """The record of a request to CloudFront. `source`: id of the distribution; `id`: of the request."""
    response = verdict.response
    made: dict[str, Any] = {
        "timestamp": milliseconds,
        "formatVersion": 1,
        "webaclId": acl.arn,
        "terminatingRuleId": verdict.rule,
        "terminatingRuleType": verdict.kind,
        "action": verdict.action,
        "terminatingRuleMatchDetails": [],
        "httpSourceName": "CF",
        "httpSourceId": source,
        "ruleGroupList": [_group(group, found) for group, found in verdict.groups],
        "rateBasedRuleList": [_rate(acl, name, rate) for name, rate in verdict.rates],
        "nonTerminatingMatchingRules": [{"ruleId": name, "action": "COUNT", "ruleMatchDetails": []} for name in verdict.counted],
        "requestHeadersInserted": [{"name": name, "value": value} for name, value in verdict.inserted] or None,
        "responseCodeSent": response.status if response else None,
        "httpRequest": {
            "clientIp": request.address,
            "country": request.country or "-",
            "headers": [{"name": name, "value": value} for name, value in request.headers.items()],
            "uri": request.path,
            "args": request.query,
            "httpVersion": "HTTP/1.1",
            "httpMethod": request.method,
            "requestId": id,
        },
    }
    return {**made, "labels": [{"name": label} for label in verdict.labels]} if verdict.labels else made


def redacted(made: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The record without what `RedactedFields` name. AWS does not say that a rate's keys are covered, so that they are not here."""
    names = {str(item["SingleHeader"]["Name"]).lower() for item in fields if "SingleHeader" in item}
    request = dict(made["httpRequest"])
    for kind, key in (("UriPath", "uri"), ("QueryString", "args"), ("Method", "httpMethod")):
        if any(kind in item for item in fields):
            request[key] = _REDACTED
    request["headers"] = [{**header, "value": _REDACTED} if header["name"] in names else header for header in request["headers"]]
    return {**made, "httpRequest": request}


def is_kept(verdict: Verdict, filtering: Mapping[str, Any] | None) -> bool:
    """Whether a `LoggingFilter` lets the record of a request be written. The first filter that fits decides."""
    if not filtering:
        return True
    inner = [each for _, found in verdict.groups for each in found.counted]
    actions = {verdict.action, *(["COUNT"] if verdict.counted or inner else [])}
    actions |= {"EXCLUDED_AS_COUNT"} if any(each.excluded for each in inner) else set[str]()
    for each in filtering["Filters"]:
        together: Callable[[Any], bool] = all if each["Requirement"] == "MEETS_ALL" else any
        if together(_meets(condition, actions, verdict.labels) for condition in each["Conditions"]):
            return each["Behavior"] == "KEEP"
    return filtering["DefaultBehavior"] == "KEEP"


def _meets(condition: Mapping[str, Any], actions: set[str], labels: Sequence[str]) -> bool:
    if "ActionCondition" in condition:
        return condition["ActionCondition"]["Action"] in actions
    return condition["LabelNameCondition"]["LabelName"] in labels


def _group(group: Group, found: Found) -> dict[str, Any]:
    ended = found.ended
    excluded = [{"exclusionType": "EXCLUDED_AS_COUNT", "ruleId": each.name} for each in found.counted if each.excluded]
    return {
        "ruleGroupId": group.id,
        "terminatingRule": _inner(ended, ended.action.kind) if ended else None,
        "nonTerminatingMatchingRules": [_inner(each, "COUNT") for each in found.counted if not each.excluded],
        "excludedRules": excluded or None,
    }


def _inner(each: Rule, action: str) -> dict[str, Any]:
    made = {"ruleId": each.name, "action": action, "ruleMatchDetails": None}
    return {**made, "overriddenAction": each.overridden} if each.overridden else made


def _rate(acl: WebAcl, name: str, rate: Rate) -> dict[str, Any]:
    made: dict[str, Any] = {
        "rateBasedRuleId": f"{acl.arn}/{name}",
        "rateBasedRuleName": name,
        "limitKey": rate.key_type,
        "maxRateAllowed": rate.limit,
        "evaluationWindowSec": str(rate.window),
    }
    if rate.key_type != "CUSTOMKEYS":
        return {**made, "limitValue": rate.values[0][2]}
    return {**made, "customValues": [{"key": kind, "name": key, "value": value} for kind, key, value in rate.values]}

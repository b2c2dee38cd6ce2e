"""Web ACLs and requests for tests of the emulated firewall, as short as they can be said."""

from collections.abc import Mapping, Sequence
from typing import Any

from marquee.emulator.firewall.inspected import Inspected
from marquee.emulator.firewall.web_acl import Verdict, WebAcl

ARN = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/acl/1"
PREFIX = "awswaf:111122223333:webacl:acl:"
AGENT = {"user-agent": "test"}
PLAIN = [{"Priority": 0, "Type": "NONE"}]
ANY: dict[str, Any] = {"SizeConstraintStatement": {
    "FieldToMatch": {"UriPath": {}}, "ComparisonOperator": "GE", "Size": 0, "TextTransformations": PLAIN,
}}  # fmt: skip
ACRONYMS = {"Ip": "IP", "Uri": "URI", "Arn": "ARN", "Aws": "AWS"}


def request(path: str = "/", **given: Any) -> Inspected:
    """`cookies` are put into the header too; underscores in the names of `headers` stand for hyphens."""
    cookies: Mapping[str, str] = given.pop("cookies", {})
    headers = {name.replace("_", "-"): value for name, value in given.pop("headers", AGENT).items()}
    if cookies:
        headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    whole: dict[str, Any] = {"method": "GET", "query": "", "body": b"", "address": "192.0.2.1", **given}
    return Inspected(path=path, headers=headers, cookies=cookies, **whole)


def rule(statement: Mapping[str, Any], action: Any = None, **more: Any) -> dict[str, Any]:
    """A rule that blocks unless told otherwise."""
    return {"Name": "rule", "Priority": 0, "Statement": statement, "Action": action or {"Block": {}}, **more}


def acl(*rules: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An ACL that allows by default."""
    given = {"ARN": ARN, "Name": "acl", "LabelNamespace": PREFIX, "DefaultAction": {"Allow": {}}}
    return {**given, "Rules": [{**one, "Priority": number} for number, one in enumerate(rules)], **more}


def judged(statement: Mapping[str, Any], asked: Inspected, **references: Any) -> bool | None:
    """Whether a statement is true of a request; None if it cannot be told."""
    verdict = WebAcl(acl(rule(statement)), **references).judge(asked, 0)
    return None if verdict.unknown else verdict.action == "BLOCK"


def group(name: str = "AWSManagedRulesCommonRuleSet", *, count: bool = False, **more: Any) -> dict[str, Any]:
    """A rule that runs one of AWS's groups."""
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name, **more}}
    return {"Name": "group", "Statement": statement, "OverrideAction": {"Count": {}} if count else {"None": {}}}


def rated(limit: int = 2, kind: str = "IP", **more: Any) -> dict[str, Any]:
    """A statement of a rate, of one address unless told otherwise."""
    return {"RateBasedStatement": {"Limit": limit, "AggregateKeyType": kind, **more}}


def verdict(*rules: Any, asked: Any = None, **more: Any) -> Verdict:
    """What an ACL of these rules makes of a request."""
    return WebAcl(acl(*rules), **more).judge(asked or request(), 0)


def of_components(rules: Sequence[Any], *, regional: bool = False) -> WebAcl:
    """The web ACL that components declare by `rules`, which have Python's names where the API has others."""
    arn = ARN.replace(":global/", ":regional/") if regional else ARN
    return WebAcl({**acl(), "ARN": arn, "Rules": _as_the_api_has_it(list(rules))})


def stopped(verdict: Verdict) -> str | None:
    """What stopped a request; None if nothing did."""
    return verdict.terminating if verdict.action == "BLOCK" else None


def _as_the_api_has_it(given: Any) -> Any:
    if isinstance(given, list):
        return [_as_the_api_has_it(one) for one in given]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(given, dict):
        return given
    return {_name(str(key)): _as_the_api_has_it(value) for key, value in given.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _name(key: str) -> str:
    return "".join(ACRONYMS.get(word, word) for word in key.title().split("_"))

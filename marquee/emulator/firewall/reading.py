"""Web ACLs and what they refer to, read from the emulated WAF."""
# pyright: reportMissingTypeStubs=false

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from botocore.exceptions import ClientError

from marquee.emulator.firewall.web_acl import WebAcl

_REFERENCES = ("IPSetReferenceStatement", "RegexPatternSetReferenceStatement", "RuleGroupReferenceStatement")


@dataclass(frozen=True, kw_only=True)
class Described:
    """An ACL's settings, as AWS's API has them. Equal ones make equal judges."""

    acl: Mapping[str, Any]
    ip_sets: Mapping[str, list[str]]
    pattern_sets: Mapping[str, list[str]]
    groups: Mapping[str, Mapping[str, Any]]
    """By their ARNs."""

    def judge(self) -> WebAcl:
        """A judge that has counted nothing yet."""
        return WebAcl(self.acl, ip_sets=self.ip_sets, pattern_sets=self.pattern_sets, groups=self.groups)


def read(wafv2: Any, arn: str) -> Described:
    """`wafv2`: boto3's client, in the ACL's region. Raises ClientError if there is no such ACL."""
    scope = "CLOUDFRONT" if ":global/" in arn else "REGIONAL"

    def get(what: str, arn: str) -> Any:
        *_, name, number = arn.split("/")
        return getattr(wafv2, f"get_{what}")(Name=name, Scope=scope, Id=number)

    acl = get("web_acl", arn)["WebACL"]
    groups = {one: get("rule_group", one)["RuleGroup"] for kind, one in _references(acl) if kind.startswith("RuleGroup")}
    sets = set(_references([acl, *groups.values()]))
    return Described(
        acl=acl,
        ip_sets={one: get("ip_set", one)["IPSet"]["Addresses"] for kind, one in sets if kind.startswith("IPSet")},
        pattern_sets={
            one: [each["RegexString"] for each in get("regex_pattern_set", one)["RegexPatternSet"]["RegularExpressionList"]]
            for kind, one in sets
            if kind.startswith("Regex")
        },
        groups=groups,
    )


def read_logging(wafv2: Any, arn: str) -> Mapping[str, Any] | None:
    """Where an ACL's decisions go, with what is left out; None if nowhere."""
    try:
        return wafv2.get_logging_configuration(ResourceArn=arn)["LoggingConfiguration"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "WAFNonexistentItemException":
            raise
        return None


def _references(given: Any) -> Iterator[tuple[str, str]]:
    """Kind and ARN of everything that statements refer to, however deep."""
    if isinstance(given, Mapping):
        for key, value in cast("Mapping[str, Any]", given).items():
            if key in _REFERENCES:
                yield key, value["ARN"]
            yield from _references(value)
    elif isinstance(given, list):
        for one in cast("list[Any]", given):
            yield from _references(one)

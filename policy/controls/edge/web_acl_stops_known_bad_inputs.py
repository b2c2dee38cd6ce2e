"""W1.2: web ACLs stop requests that are known to be attacks, Log4Shell among them."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, all_of, some
from guard.resource import Resource
from guard.waf import is_managed_group, lets_pass, managed_group, only_counts, rules


@resource_control(
    id="W1.2",
    title="Web ACLs stop known bad inputs",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_192",),
    types=("aws:wafv2/webAcl:WebAcl",),
    why="Requests such as Log4Shell's need one vulnerable library anywhere behind the ACL.",
    fix="add AWSManagedRulesKnownBadInputsRuleSet with overrideAction none and no exclusion of Log4JRCE.",
)
def web_acl_stops_known_bad_inputs(acl: Resource) -> Findings:
    """A group that only counts, or whose rule for Log4j does, stops nothing."""
    if not some(rules(acl), _stops):
        yield acl.at("rules").fail("Known bad inputs, Log4Shell's among them, are let through")


def _stops(rule: Node) -> bool:
    return all_of(
        lambda: is_managed_group(rule, "AWSManagedRulesKnownBadInputsRuleSet"),
        lambda: not only_counts(rule),
        lambda: not some(managed_group(rule).each("excludedRules|ExcludedRules"), _is_log4j),
        lambda: not some(managed_group(rule).each("ruleActionOverrides|RuleActionOverrides"), _lets_log4j_through),
    )


def _is_log4j(override: Node) -> bool:
    return override.at("name|Name").text().startswith("Log4JRCE")


def _lets_log4j_through(override: Node) -> bool:
    return all_of(lambda: _is_log4j(override), lambda: lets_pass(override.at("actionToUse|ActionToUse")))

"""W1.4: web ACLs limit how fast one address may ask."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, all_of, some
from guard.resource import Resource
from guard.waf import lets_pass, rules


@resource_control(
    id="W1.4",
    title="Web ACLs limit request rates",
    severity=Severity.MEDIUM,
    types=("aws:wafv2/webAcl:WebAcl",),
    why="Passwords are guessed and origins exhausted by many requests, each of which looks harmless.",
    fix="add a rule with a rateBasedStatement and action block.",
)
def web_acl_limits_rates(acl: Resource) -> Findings:
    """A rule that only counts limits nothing."""
    if not some(rules(acl), _limits):
        yield acl.at("rules").fail("No rule limits the rate of requests")


def _limits(rule: Node) -> bool:
    rate = rule.at("statement|Statement", "rateBasedStatement|RateBasedStatement")
    return all_of(rate.present, lambda: not lets_pass(rule.at("action|Action")))

"""W1.5: web ACLs run the baseline of managed rules."""

from guard.control import Severity, resource_control
from guard.node import Findings, all_of, some
from guard.resource import Resource
from guard.waf import is_managed_group, only_counts, rules


@resource_control(
    id="W1.5",
    title="Web ACLs run the OWASP baseline",
    severity=Severity.MEDIUM,
    types=("aws:wafv2/webAcl:WebAcl",),
    why="Injections and traversals of the OWASP Top 10 are stopped by rules that AWS keeps current, or else by nobody.",
    fix="add AWSManagedRulesCommonRuleSet with overrideAction none.",
)
def web_acl_has_a_baseline(acl: Resource) -> Findings:
    """A group that only counts stops nothing."""
    if not some(
        rules(acl), lambda rule: all_of(lambda: is_managed_group(rule, "AWSManagedRulesCommonRuleSet"), lambda: not only_counts(rule))
    ):
        yield acl.at("rules").fail("The common rule set is not run")

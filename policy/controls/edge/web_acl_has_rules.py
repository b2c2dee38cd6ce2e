"""W1.3: no web ACL is empty."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.waf import rules

_BESIDE: Final = ("aws:wafv2/webAclRule:WebAclRule", "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation")


@stack_control(
    id="W1.3",
    title="Web ACLs have rules",
    severity=Severity.MEDIUM,
    fsbp=("WAF.10",),
    types=("aws:wafv2/webAcl:WebAcl",),
    why="An ACL without rules lets everything through, and looks like protection in every list.",
    fix="add rules, managed rule groups at the least.",
)
def web_acl_has_rules(acl: Resource, stack: Stack) -> Findings:
    """Rules beside the ACL count. A rule that is not known yet is a rule; a list of which nothing is known may be empty."""
    first = next(rules(acl), None)
    if first is not None and first.path != "rules":
        return
    if not stack.attached(acl, _BESIDE, "webAclArn", identity="arn"):
        acl.at("rules").known()
        yield acl.at("rules").fail("The web ACL has no rule")

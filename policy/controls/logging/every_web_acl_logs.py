"""L5: every web ACL logs."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack

_LOGGING = ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",)


@stack_control(
    id="L5",
    title="Every web ACL logs",
    severity=Severity.MEDIUM,
    fsbp=("WAF.11",),
    checkov=("CKV2_AWS_31",),
    types=("aws:wafv2/webAcl:WebAcl",),
    why="Without it nobody can tell an attack from a rule that blocks viewers.",
    fix="attach a WebAclLoggingConfiguration by its resourceArn.",
)
def every_web_acl_logs(acl: Resource, stack: Stack) -> Findings:
    """One configuration an ACL; its filter may keep only what was blocked."""
    if not stack.attached(acl, _LOGGING, "resourceArn", identity="arn"):
        yield acl.fail("No logging configuration is attached")

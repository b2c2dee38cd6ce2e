"""I4.3: no long-lived access keys."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.params import strings
from guard.resource import Resource


@resource_control(
    id="I4.3",
    title="There are no access keys",
    severity=Severity.HIGH,
    fsbp=("IAM.3",),
    cis=("1.14",),
    types=("aws:iam/accessKey:AccessKey",),
    params=(strings("allowed", "Names of users that need a key, such as for SMTP."),),
    why="An access key works from anywhere until somebody revokes it, and this one stands in the stack's state as well.",
    fix="use a role: OpenID Connect for pipelines, IAM Roles Anywhere for machines outside AWS.",
)
def no_access_keys(key: Resource, *, env: Env) -> Findings:
    """An inactive key opens nothing."""
    if key.at("status").value == "Inactive":
        return
    allowed = env.texts("allowed")
    if not allowed or key.at("user").text() not in allowed:
        yield key.fail("The stack makes an access key")

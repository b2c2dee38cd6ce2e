"""I4.2: people and programs use roles, not IAM users."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.params import strings
from guard.resource import Resource


@resource_control(
    id="I4.2",
    title="There are no IAM users",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_273",),
    types=("aws:iam/user:User",),
    params=(strings("allowed", "Names of users that cannot be roles, such as for SMTP."),),
    why="A user's credentials live until somebody revokes them; a role's end by themselves.",
    fix="use IAM Identity Center for people and a role for programs.",
)
def no_iam_users(user: Resource, *, env: Env) -> Findings:
    """Every user, but those that the configuration allows by name."""
    allowed = env.texts("allowed")
    if not allowed or user.at("name").text() not in allowed:
        yield user.fail("The stack makes an IAM user")

"""I5: every role has a permissions boundary."""

from guard.control import Severity, stack_control
from guard.documents import ROLE
from guard.node import Findings
from guard.resource import Resource, Stack


@stack_control(
    id="I5",
    title="Every role has a permissions boundary",
    severity=Severity.MEDIUM,
    types=(ROLE,),
    why="A boundary caps what a role can ever do, whatever its policies come to say by mistake or by attack.",
    fix="set permissionsBoundary to the stack's boundary policy.",
)
def roles_have_a_permissions_boundary(role: Resource, stack: Stack) -> Findings:
    """A boundary whose ARN is not known yet counts if it comes from a resource of the stack."""
    boundary = role.at("permissionsBoundary")
    comes_from_the_stack = any(urn in stack.by_urn for urn in role.property_dependencies.get("permissionsBoundary", ()))
    if not (boundary.is_unreadable and comes_from_the_stack) and not boundary.present():
        yield boundary.fail("The role has no permissions boundary")

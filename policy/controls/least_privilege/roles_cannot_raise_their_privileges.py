"""I13.2: no role's policies together let it raise its own privileges."""

from guard.control import Severity, stack_control
from guard.documents import ROLE
from guard.escalation import PATHS, Path
from guard.grants import Grants, role_documents
from guard.iam import statements
from guard.node import Deferred, Findings
from guard.resource import Resource, Stack


@stack_control(
    id="I13.2",
    title="No role can raise its own privileges",
    severity=Severity.HIGH,
    types=(ROLE,),
    why="Actions that are harmless one by one add up: who may pass any role and make a function is as mighty as the mightiest role.",
    fix="name the roles, users, policies or functions in the statement, or take one of the actions away.",
)
def roles_cannot_raise_their_privileges(role: Resource, stack: Stack) -> Findings:
    """One finding for each way, over the role's inline, attached and managed policies of the stack together."""
    grants, unread = Grants(), None
    try:
        for document in role_documents(role, stack):
            try:
                for statement in statements(document):
                    grants.add(statement)
            except Deferred as deferred:
                unread = unread or deferred
    except Deferred as deferred:
        unread = unread or deferred
    if grants.everything:
        yield role.fail("The role may do everything, raising its own privileges included")
        return
    yield from (role.fail(f"The role can {path.gains} with {path}") for path in PATHS if _is_open(path, grants))
    if unread:
        raise unread


def _is_open(path: Path, grants: Grants) -> bool:
    return all(grants.allow(action, passed_to=path.service) for action in path.actions)

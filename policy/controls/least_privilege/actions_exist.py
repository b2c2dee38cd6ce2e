"""I15: every action that a policy names exists."""

from guard.actions import exists
from guard.control import Env, Severity, resource_control
from guard.documents import Kind
from guard.iam import POLICY_TYPES, check_statements
from guard.node import Findings, Node, check_each
from guard.params import strings
from guard.resource import Resource


@resource_control(
    id="I15",
    title="Every action in a policy exists",
    severity=Severity.MEDIUM,
    types=POLICY_TYPES,
    params=(strings("known", "Actions that AWS has and the pack's data does not have yet."),),
    why="IAM takes a misspelt action without a word: what should be allowed is not, or what should be denied is not.",
    fix="spell the action as AWS's Service Authorization Reference does.",
)
def actions_exist(holder: Resource, *, env: Env) -> Findings:
    """One finding for each action, of Allow and Deny alike, that neither exists nor matches one that does."""
    known = {action.lower() for action in env.texts("known")}

    def check_action(action: Node) -> Findings:
        name = action.text()
        if name and name.lower() not in known and not exists(name):
            yield action.fail("AWS has no such action")

    def check_statement(statement: Node, _kind: Kind) -> Findings:
        for element in ("Action", "NotAction"):
            yield from check_each(statement.each(element), check_action)

    return check_statements(holder, check_statement, denials=True)

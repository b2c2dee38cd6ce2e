"""I6.2: only the account itself may do everything with a key."""

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, is_wild, principals
from guard.node import Findings, Node, check_each, every
from guard.resource import Resource


@resource_control(
    id="I6.2",
    title="Key policies name the actions they allow",
    severity=Severity.MEDIUM,
    types=types_with(Kind.KEY),
    why="kms:* lets a mere user of the key change its policy, lock everybody out and delete it.",
    fix="name the actions; only the account's root may keep kms:*, as in AWS's default key policy.",
)
def key_policy_has_no_wildcard_actions(key: Resource) -> Findings:
    """One finding for each wildcard."""
    return check_statements(key, _check_statement, Kind.KEY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    def check_action(action: Node) -> Findings:
        if is_wild(action.text()) and not _is_the_account(statement):
            yield action.fail("The action holds a wildcard")

    return check_each(statement.each("Action"), check_action)


def _is_the_account(statement: Node) -> bool:
    others = [*principals(statement, "Service"), *principals(statement, "Federated")]
    own = list(principals(statement, "AWS"))
    return not others and bool(own) and every(own, lambda principal: principal.text().endswith(":root"))

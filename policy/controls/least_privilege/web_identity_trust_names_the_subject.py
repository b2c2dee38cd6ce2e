"""I8: a role that an OpenID Connect provider's tokens open says whose tokens."""

from collections.abc import Mapping

from guard.control import Severity, resource_control
from guard.documents import ROLE, Kind
from guard.iam import actions, check_statements, conditions, is_wild
from guard.node import Findings, Node
from guard.resource import Resource


@resource_control(
    id="I8",
    title="Trust in an OpenID Connect provider names the subject",
    severity=Severity.CRITICAL,
    types=(ROLE,),
    why="The provider signs tokens for all its users: without the subject, any GitHub repository in the world can assume the role.",
    fix="add a StringEquals condition on <provider>:sub (Cognito's: <provider>:aud), with at least owner and repository spelled out.",
)
def web_identity_trust_names_the_subject(role: Resource) -> Findings:
    """Cognito identity pools put their identity into `aud`; all others put the user into `sub`."""
    return check_statements(role, _check_statement, Kind.TRUST)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if "sts:assumerolewithwebidentity" not in actions(statement):
        return
    found = conditions(statement)
    subjects = _of(found, ":sub") or _of(found, "amazonaws.com:aud")
    if not subjects:
        yield statement.fail("Any subject of the identity provider may assume the role")
    for subject in subjects:
        if _is_open(subject.text()):
            yield subject.fail("The subject's wildcard lets strangers in")


def _of(found: Mapping[str, list[Node]], ending: str) -> list[Node]:
    return [value for key, values in found.items() if key.endswith(ending) for value in values]


def _is_open(subject: str) -> bool:
    """A wildcard in `repo:owner/repository` (GitHub), or before any fixed text at all."""
    if subject.startswith("repo:"):
        return is_wild(":".join(subject.split(":")[:2])) or subject.count(":") < 2
    return is_wild(subject[:1]) or subject in ("", "*")

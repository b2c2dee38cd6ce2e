"""I13: nobody may decrypt with every key."""

import re
from typing import Final

from guard.boundaries import is_boundary
from guard.control import Severity, stack_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, actions, check_statements, conditions, pattern
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource, Stack

_DECRYPTING: Final = ("kms:decrypt", "kms:reencryptfrom")
_EVERY_KEY: Final = re.compile(r"\*|arn:[^:]*:kms:[^:]*:[^:]*:(\*|key/\*)")


@stack_control(
    id="I13",
    title="No policy allows decryption with every key",
    severity=Severity.HIGH,
    fsbp=("KMS.1", "KMS.2"),
    types=IDENTITY_POLICY_TYPES,
    why="The key is what parts the data of one workload from that of another; with every key there is no part.",
    fix="name the keys, or add a condition on kms:ResourceAliases.",
)
def no_decryption_with_every_key(policy: Resource, stack: Stack) -> Findings:
    """One finding for each resource that stands for all keys. A permissions boundary grants nothing."""
    if is_boundary(policy, stack):
        raise NotApplicable("the policy is a permissions boundary, which grants nothing")
    return check_statements(policy, _check_statement, Kind.IDENTITY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if any(pattern(allowed).fullmatch(action) for allowed in actions(statement) for action in _DECRYPTING) and not _picks_keys(statement):
        yield from check_each(statement.each("Resource"), _check_resource)


def _check_resource(resource: Node) -> Findings:
    if _EVERY_KEY.fullmatch(resource.text()):
        yield resource.fail("The statement allows decryption with every key")


def _picks_keys(statement: Node) -> bool:
    return any(key == "kms:resourcealiases" or key.startswith("aws:resourcetag/") for key in conditions(statement))

"""The confused deputy: a statement that lets a service in, but not for whom."""

from typing import Final

from guard.iam import conditions, principals
from guard.node import Findings, Node, check_each

_FOR_WHOM: Final = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_ENCRYPTION_CONTEXT: Final = "kms:encryptioncontext:"
"""CloudWatch Logs and others name the resource in the encryption context instead.

Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
"""


def check_deputies(statement: Node, without: frozenset[str]) -> Findings:
    """A finding for each service among the principals, unless the statement says for whom it acts or it is in `without`."""

    def check(service: Node) -> Findings:
        if service.text() not in without and not _says_for_whom(statement):
            yield service.fail("The service may act here for any of its customers")

    return check_each(principals(statement, "Service"), check)


def _says_for_whom(statement: Node) -> bool:
    return any(
        (key in _FOR_WHOM or key.startswith(_ENCRYPTION_CONTEXT)) and any(value.known() not in ("*", "") for value in values)
        for key, values in conditions(statement).items()
    )

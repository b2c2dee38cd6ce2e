"""Statements that let everybody in."""

from __future__ import annotations

from typing import Final

from guard.documents import Kind
from guard.iam import check_statements, conditions, principals
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_WHO: Final = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount", "aws:sourcearn",
        "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid",
        "aws:vpcesourceaccount", "s3:dataaccesspointaccount", "sns:endpoint",
    }
)  # fmt: skip
"""Condition keys that say who calls."""
_ARN_PARTS: Final = 5
"""Colons of an ARN before its resource; the account stands between the last two."""


def open_to_everybody(holder: Resource, message: str, *, addresses: bool = True) -> Findings:
    """A finding for each `*` principal of the resource's policy in a statement that does not say who that may be.

    `addresses`: whether naming the callers' addresses counts as saying who.
    """

    def check_statement(statement: Node, _kind: Kind) -> Findings:
        def check_principal(principal: Node) -> Findings:
            if _is_everybody(principal.text()) and not _says_who(statement, addresses=addresses):
                yield principal.fail(message)

        return check_each(principals(statement, "AWS"), check_principal)

    return check_statements(holder, check_statement, Kind.RESOURCE)


def _says_who(statement: Node, *, addresses: bool) -> bool:
    asked = conditions(statement)
    if any(not _is_anybody(value.text("?"), key) for key in _WHO & asked.keys() for value in asked[key]):
        return True
    ranges = asked.get("aws:sourceip", []) if addresses else []
    return bool(ranges) and all(value.text() not in ("0.0.0.0/0", "::/0", "") for value in ranges)


def _is_everybody(principal: str) -> bool:
    """`*`, or an ARN of any account: `arn:aws:iam::*:role/x` is whoever makes a role of that name."""
    return principal == "*" or _account(principal) == "*"


def _is_anybody(value: str, key: str) -> bool:
    """Whether a condition's value leaves open who calls. A source of any account narrows if it is named, as buckets are."""
    if value in ("*", ""):
        return True
    rest = value.split(":", _ARN_PARTS)[_ARN_PARTS:]
    return _account(value) == "*" and (key == "aws:principalarn" or not "".join(rest).strip("*:"))


def _account(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS)
    return parts[4] if parts[0] == "arn" and len(parts) >= _ARN_PARTS else ""

"""Policy documents: where resources keep them, and their statements as nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from guard.node import Node
from guard.resource import Resource
from guard.tokens import IAM_POLICY, PERMISSION_SET_POLICY

IDENTITY_POLICY_TYPES = (*IAM_POLICY, *PERMISSION_SET_POLICY, "aws:iam/role:Role")
"""Types that carry policies of an identity: what somebody may do."""


def identity_documents(resource: Resource) -> Iterator[Node]:
    """The policy documents of an identity that this resource carries, unparsed."""
    if resource.type == "aws:iam/role:Role":
        return resource.each("inlinePolicies", "policy")
    return resource.each("inlinePolicy" if resource.type in PERMISSION_SET_POLICY else "policy")


def statements(document: Node) -> Iterator[Node]:
    """The statements of a JSON document, with paths such as `policy.Statement[1]`.

    Raises `Deferred` if the document is unknown: one unknown ARN in a JSON text makes all of it unknown.
    """
    value: Any = document.known()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return iter(())  # AWS refuses it; `policy_documents_are_valid_json` reports it
    return Node(value, document.path).each("Statement")


def allows(statement: Node) -> bool:
    """Whether the statement's effect is Allow."""
    return statement.at("Effect").text("Allow").lower() == "allow"


def texts(statement: Node, element: str) -> list[str]:
    """An element such as `Action` as strings, whether one was given or a list."""
    return [item.text() for item in statement.each(element)]


def actions(statement: Node) -> list[str]:
    """Actions, in lower case: IAM compares them so."""
    return [action.lower() for action in texts(statement, "Action")]

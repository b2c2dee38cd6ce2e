"""Policy documents: where resources keep them, and their statements as nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from guard.documents import PLACES, Kind, types_with
from guard.node import Findings, Node, check_each
from guard.resource import Resource
from guard.values import Value, as_object

IDENTITY_POLICY_TYPES: Final = types_with(Kind.IDENTITY)
"""Types that carry policies of an identity: what somebody may do."""
POLICY_TYPES: Final = types_with()
"""Types that carry a policy document of any kind."""


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document, as text or object."""

    node: Node
    kind: Kind

    @property
    def statements(self) -> Iterator[Node]:
        """See `statements`."""
        return statements(self.node)


def documents(resource: Resource, *kinds: Kind) -> Iterator[Document]:
    """The documents that the resource carries, those of `kinds` if any is named. An unknown one is among them."""
    for kind, path in PLACES.get(resource.type, ()):
        if not kinds or kind in kinds:
            for node in resource.each(*path):
                if node.is_unreadable or node.value != "":
                    yield Document(node, kind)


def identity_documents(resource: Resource) -> Iterator[Node]:
    """The policy documents of an identity that this resource carries, unparsed."""
    return (document.node for document in documents(resource, Kind.IDENTITY))


def check_statements(resource: Resource, check: Callable[[Node, Kind], Findings], *kinds: Kind, denials: bool = False) -> Findings:
    """Run `check` over every statement that allows something, with `denials` over the others too.

    An unknown document or statement defers itself alone.
    """

    def check_document(node: Node, kind: Kind) -> Findings:
        return check_each(statements(node), lambda statement: check(statement, kind) if denials or allows(statement) else iter(()))

    for document in documents(resource, *kinds):
        yield from check_each([document.node], lambda node, kind=document.kind: check_document(node, kind))


@lru_cache(maxsize=1024)
def parse(text: str) -> Value:
    """The JSON value of a document; None if it is none. Read it only: it is shared between the controls."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_TRAILING_COMMA: Final = re.compile(r",(\s*[\]}])")


@lru_cache(maxsize=1024)
def _parse_kindly(text: str) -> Value:
    """The same, but for commas before a closing bracket: they are meant as nothing, and must hide no statement."""
    value = parse(text)
    return value if value is not None else parse(_TRAILING_COMMA.sub(r"\1", text))


def statements(document: Node) -> Iterator[Node]:
    """The statements of a JSON document, with paths such as `policy.Statement[1]`.

    Raises `Deferred` if the document is unknown: one unknown ARN in a JSON text makes all of it unknown.
    Commas too many are forgiven. What else is no JSON has no statements here; AWS refuses it, and `policy_documents_are_valid` reports it.
    """
    value: Any = document.known()
    return Node(_parse_kindly(value) if isinstance(value, str) else value, document.path).each("Statement")


def allows(statement: Node) -> bool:
    """Whether the statement's effect is Allow."""
    return statement.at("Effect").text("Allow").lower() == "allow"


def texts(statement: Node, element: str) -> list[str]:
    """An element such as `Action` as strings, whether one was given or a list."""
    return [item.text() for item in statement.each(element)]


def actions(statement: Node) -> list[str]:
    """Actions, in lower case: IAM compares them so."""
    return [action.lower() for action in texts(statement, "Action")]


def principals(statement: Node, kind: str) -> Iterator[Node]:
    """Principals of a kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. A bare text, in a list too, is an AWS principal."""
    for principal in statement.each("Principal"):
        if not isinstance(principal.value, str):
            yield from principal.each(kind)
        elif kind == "AWS":
            yield principal


_NARROWING: Final = re.compile(r"(foranyvalue:)?(string(equals|like)(ignorecase)?|arn(equals|like)|bool|numericequals|ipaddress)")


def conditions(statement: Node) -> Mapping[str, list[Node]]:
    """Condition key, in lower case → its values, for operators that demand the key.

    Left out: negations, `Null`, `…IfExists` and `ForAllValues`, which hold too where the key is missing.
    """
    found: dict[str, list[Node]] = {}
    for operator, keys in (as_object(statement.at("Condition").known()) or {}).items():
        if _NARROWING.fullmatch(operator.lower()):
            for key in as_object(keys) or {}:
                found.setdefault(key.lower(), []).extend(statement.each("Condition", operator, key))
    return found


_WILDCARDS: Final = re.compile(r"([*?])")


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """IAM's own wildcards: `*` is any text, `?` any one character. Case is ignored, as it is for actions."""
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in _WILDCARDS.split(text))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def is_wild(text: str) -> bool:
    """Whether the text holds a wildcard."""
    return "*" in text or "?" in text


_ACCOUNT: Final = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::.*)?")


def account_of(principal: str) -> str:
    """The 12-digit account of an AWS principal (ARN or account id); empty if it names none."""
    found = _ACCOUNT.fullmatch(principal)
    return found[1] if found else ""

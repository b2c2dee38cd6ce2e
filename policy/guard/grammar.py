"""The grammar of policy documents.

Source: AWS IAM User Guide, "Grammar of the IAM JSON policy language". What may stand in a document depends on its kind.
"""

import re
from typing import Final

from guard.documents import Kind
from guard.iam import parse
from guard.node import Findings, Node, check_each
from guard.values import as_list, as_object

_DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT: Final = frozenset({"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_PRINCIPALS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
_OPERATOR: Final = re.compile(
    r"((ForAllValues|ForAnyValue):)?"
    r"(String(Not)?(Equals(IgnoreCase)?|Like)"
    r"|(Numeric|Date)((Not)?Equals|(LessThan|GreaterThan)(Equals)?)"
    r"|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)"
    r"(IfExists)?",
    re.IGNORECASE,
)
_ACTION: Final = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")


def check_document(node: Node, kind: Kind) -> Findings:
    """What is wrong with a document, given as text or object. Raises `Deferred` if it is unknown."""
    value = node.known()
    body = Node(parse(value) if isinstance(value, str) else value, node.path)
    fields = as_object(body.value)
    if fields is None:
        yield node.fail("The document is no JSON object")
        return
    yield from _strangers(body, fields, _DOCUMENT)
    version = body.at("Version")
    if not version.is_absent and not version.is_unreadable and version.value not in _VERSIONS:
        yield version.fail("There is no such version of the policy language")
    statements = list(body.each("Statement"))
    if not statements:
        yield node.fail("The document has no statement")
    yield from check_each(statements, lambda statement: _check_statement(statement, kind))
    yield from _twins(statements)


def _twins(statements: list[Node]) -> Findings:
    seen: set[str] = set()
    for statement in statements:
        sid = statement.at("Sid").value
        if isinstance(sid, str) and sid and sid in seen:
            yield statement.at("Sid").fail("Two statements have the same Sid")
        elif isinstance(sid, str):
            seen.add(sid)


def _check_statement(statement: Node, kind: Kind) -> Findings:
    fields = as_object(statement.known())
    if fields is None:
        yield statement.fail("The statement is no object")
        return
    yield from _strangers(statement, fields, _STATEMENT)
    yield from check_each([statement.at("Effect")], _check_effect)
    yield from _one_of(statement, "Action", "NotAction")
    for element in ("Action", "NotAction"):
        yield from check_each(statement.each(element), _check_action)
    if kind is Kind.IDENTITY:
        yield from _one_of(statement, "Resource", "NotResource")
        yield from _none_of(statement, "Principal", "NotPrincipal")
    else:
        yield from _one_of(statement, "Principal", "NotPrincipal")
        yield from check_each([statement.at("Principal")], _check_principal)
    if kind is Kind.TRUST:
        yield from _none_of(statement, "Resource", "NotResource")
    yield from check_each([statement.at("Condition")], _check_condition)


def _strangers(node: Node, fields: dict[str, object], known: frozenset[str]) -> Findings:
    for name in fields:
        if name not in known:
            yield Node(None, f"{node.path}.{name}").fail("The policy language has no such element")


def _check_effect(effect: Node) -> Findings:
    if effect.known() not in ("Allow", "Deny"):
        yield effect.fail("The effect is neither Allow nor Deny")


def _check_action(action: Node) -> Findings:
    if not isinstance(action.known(), str) or not _ACTION.fullmatch(action.text()):
        yield action.fail("The action is no service:Name")


def _check_principal(principal: Node) -> Findings:
    value = principal.known()
    if value is None or value == "*":
        return
    fields = as_object(value)
    if fields is None:
        yield principal.fail("The principal is neither * nor an object")
        return
    yield from _strangers(principal, fields, _PRINCIPALS)


def _check_condition(condition: Node) -> Findings:
    value = condition.known()
    if value is None:
        return
    fields = as_object(value)
    if fields is None:
        yield condition.fail("The condition is no object")
        return
    for operator in fields:
        node = Node(fields[operator], f"{condition.path}.{operator}")
        if not _OPERATOR.fullmatch(operator):
            yield node.fail("There is no such condition operator")
        elif not node.is_unreadable and as_object(node.value) is None:
            yield node.fail("The operator holds no condition keys")


def _one_of(statement: Node, *elements: str) -> Findings:
    there = [element for element in elements if not statement.at(element).is_absent]
    if len(there) != 1 or as_list(statement.at(there[0]).value) == []:
        yield statement.fail(f"The statement needs {' or '.join(elements)}, and one of them only")


def _none_of(statement: Node, *elements: str) -> Findings:
    for element in elements:
        if not statement.at(element).is_absent:
            yield statement.at(element).fail(f"This kind of document takes no {element}")

"""What a role's policies grant together, as far as they grant it on resources that nobody has named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from guard.iam import allows, conditions, identity_documents, pattern, texts
from guard.node import Node
from guard.resource import Resource, Stack

_INLINE: Final = ("aws:iam/rolePolicy:RolePolicy",)
_MANAGED: Final = "aws:iam/policy:Policy"
_ATTACHMENTS: Final = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role", "policyArn"),
    "aws:iam/policyAttachment:PolicyAttachment": ("roles", "policyArn"),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": ("roleName", "policyArns"),
}
_UNNAMED: Final = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]+[:/])?\*")


def role_documents(role: Resource, stack: Stack) -> Iterator[Node]:
    """The role's policies: its own, those of RolePolicy resources, and the stack's managed policies that are attached to it.

    Managed policies of AWS are not in the stack; I3 judges those. Raises `Deferred` at the end of what is known.
    """
    yield from identity_documents(role)
    for policy in stack.attached(role, _INLINE, "role", identity="name"):
        yield from identity_documents(policy)
    for policy in _managed(role, "managedPolicyArns", stack):
        yield from identity_documents(policy)
    for type_, (to, what) in _ATTACHMENTS.items():
        for attachment in stack.attached(role, (type_,), to, identity="name"):
            for policy in _managed(attachment, what, stack):
                yield from identity_documents(policy)
        if to == "roles":
            yield from _listed(role, type_, what, stack)


def _listed(role: Resource, type_: str, what: str, stack: Stack) -> Iterator[Node]:
    """Attachments that name the role in a list, by a literal."""
    name = role.inputs.get("name")
    for attachment in _index(stack).by_role.get((type_, name), ()) if isinstance(name, str) else ():
        for policy in _managed(attachment, what, stack):
            yield from identity_documents(policy)


def _managed(holder: Resource, prop: str, stack: Stack) -> list[Resource]:
    """The stack's managed policies that the property refers to."""
    found = [stack.by_urn[urn] for urn in holder.property_dependencies.get(prop, ()) if urn in stack.by_urn]
    by_arn = _index(stack).by_arn
    found += [by_arn[node.value] for node in holder.each(prop) if isinstance(node.value, str) and node.value in by_arn]
    return list({policy.urn: policy for policy in found if policy.type == _MANAGED}.values())


class _Index:
    """Look-ups by literal values, so that the whole stays linear in the stack."""

    def __init__(self, stack: Stack):
        self.by_arn = {arn: policy for policy in stack.of_type(_MANAGED) if isinstance(arn := policy.outputs.get("arn"), str)}
        self.by_role: dict[tuple[str, str], list[Resource]] = {}
        for attachment in stack.of_type(*_ATTACHMENTS):
            for node in attachment.each("roles"):
                if isinstance(node.value, str):
                    self.by_role.setdefault((attachment.type, node.value), []).append(attachment)


_INDICES: Final[WeakKeyDictionary[Stack, _Index]] = WeakKeyDictionary()


def _index(stack: Stack) -> _Index:
    if stack not in _INDICES:
        _INDICES[stack] = _Index(stack)
    return _INDICES[stack]


@dataclass(frozen=True, slots=True)
class _Grant:
    patterns: tuple[str, ...]
    inverted: bool
    """True for NotAction: all but the patterns."""
    services: frozenset[str] | None
    """Services to which roles may be passed; None without such a condition."""

    def covers(self, action: str) -> bool:
        return any(pattern(text).fullmatch(action) for text in self.patterns) != self.inverted


@dataclass
class Grants:
    """Statements of one identity, put together."""

    _allowed: list[_Grant] = field(default_factory=list[_Grant])
    _denied: list[_Grant] = field(default_factory=list[_Grant])

    def add(self, statement: Node) -> None:
        """Take a statement in. One that names its resources, or only deals in roles with a boundary, gives no way up."""
        if not any(_UNNAMED.fullmatch(text) for text in texts(statement, "Resource")) and statement.at("NotResource").is_absent:
            return
        found = conditions(statement)
        inverted = statement.at("Action").is_absent
        grant = _Grant(
            tuple(texts(statement, "NotAction" if inverted else "Action")), inverted, _services(found.get("iam:passedtoservice"))
        )
        if not allows(statement):
            if not statement.at("Condition").present():
                self._denied.append(grant)
        elif "iam:permissionsboundary" not in found:
            self._allowed.append(grant)

    @property
    def everything(self) -> bool:
        """Whether every action is allowed and none denied."""
        return not self._denied and any("*" in grant.patterns and not grant.inverted for grant in self._allowed)

    def allow(self, action: str, *, passed_to: str = "") -> bool:
        """Whether the action is granted on resources that are not named, and for a role to be passed to that service."""
        fits = any(
            grant.covers(action) and (grant.services is None or action != "iam:PassRole" or passed_to in grant.services)
            for grant in self._allowed
        )
        return fits and not any(grant.covers(action) for grant in self._denied)


def _services(values: list[Node] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(value.text() for value in values)

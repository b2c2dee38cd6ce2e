"""Rules of web ACLs, given as properties or as the JSON of AWS's own API."""

from __future__ import annotations

from collections.abc import Iterator

from guard.iam import parse
from guard.node import Node
from guard.resource import Resource


def rules(acl: Resource) -> Iterator[Node]:
    """The rules that the ACL itself holds."""
    yield from acl.each("rules")
    text = acl.at("ruleJson")
    if text.is_unreadable:
        yield text
    elif isinstance(text.value, str):
        yield from Node(parse(text.value), text.path).each()


def managed_group(rule: Node) -> Node:
    """The managed rule group that the rule runs; absent for other rules."""
    return rule.at("statement|Statement", "managedRuleGroupStatement|ManagedRuleGroupStatement")


def is_managed_group(rule: Node, name: str) -> bool:
    """Whether the rule runs AWS's managed rule group of that name."""
    return managed_group(rule).at("name|Name").text() == name


def only_counts(rule: Node) -> bool:
    """Whether the group's verdicts are counted and not acted upon."""
    return is_given(rule.at("overrideAction|OverrideAction", "count|Count"))


def lets_pass(action: Node) -> bool:
    """Whether the action is to count or to allow, which stops nothing."""
    return is_given(action.at("count|Count")) or is_given(action.at("allow|Allow"))


def is_given(node: Node) -> bool:
    """Whether the object is there; an action such as `{"count": {}}` says all by being there, empty. Raises `Deferred` for an unknown."""
    return node.known() is not None

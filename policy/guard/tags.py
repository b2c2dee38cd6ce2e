"""Tags: which types take them, and which ones a resource ends up with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard.node import Node
from guard.resource import Resource
from guard.values import as_list, as_object

TAGGABLE: Final = tuple((Path(__file__).parent / "taggable.txt").read_text().split())
"""Every type of the provider with a `tags` input; a test compares the file with the installed provider."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What is known of a resource's tags."""

    named: Mapping[str, Node]
    unread: Node | None
    """Tags that are unknown or secret as a whole: not even their names can be told."""

    def has(self, name: str) -> bool:
        """Whether the tag is there with a value; one that is not known yet is a value. Raises `Deferred` if it cannot be told."""
        value = self.named.get(name)
        if value is not None and (value.is_unreadable or value.present()):
            return True
        if self.unread is not None:
            self.unread.known()
        return False


def tags(resource: Resource) -> Tags:
    """The resource's own tags over its provider's default tags."""
    nodes = (_default_tags(resource), resource.at("tagsAll"), resource.at("tags"))
    named = {name: value for node in nodes for name, value in _named(node).items()}
    return Tags(named, next((node for node in nodes if node.is_unreadable), None))


def _named(node: Node) -> dict[str, Node]:
    if (fields := as_object(node.value)) is not None:
        return {name: Node(value, f"{node.path}.{name}") for name, value in fields.items() if value is not None}
    if (items := as_list(node.value)) is not None:  # auto scaling groups list theirs
        listed = [Node(item, f"{node.path}[{index}]") for index, item in enumerate(items)]
        return {str(item.at("key").value): item.at("value") for item in listed}
    return {}


def _default_tags(resource: Resource) -> Node:
    """The engine hands on what the SDK sent: a provider's objects as JSON text."""
    default = resource.provider.at("defaultTags")
    if isinstance(default.value, str):
        try:
            parsed: Any = json.loads(default.value)
        except ValueError:
            parsed = None
        default = Node(parsed, default.path)
    return default.at("tags")

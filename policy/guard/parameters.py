"""Parameter groups of databases: the value of one parameter."""

from __future__ import annotations

from guard.node import Node, all_of, some
from guard.resource import Resource


def is_set(group: Resource, name: str, *accepted: str) -> bool:
    """Whether the group sets parameter `name` to one of `accepted`, which are in lower case."""

    def matches(parameter: Node) -> bool:
        return all_of(
            lambda: parameter.at("name").text().lower() == name,
            lambda: str(parameter.at("value").known()).lower() in accepted,
        )

    return some(group.each("parameters"), matches)

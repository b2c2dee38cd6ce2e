"""Containers of ECS task definitions, which are a JSON text in one property."""

from collections.abc import Iterator
from typing import Final

from guard.iam import parse
from guard.node import Node
from guard.resource import Resource

TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"


def containers(task: Resource) -> Iterator[Node]:
    """The container definitions; none if the text is no JSON. Raises `Deferred` if it is unknown: one unknown value in it is enough."""
    definitions = task.at("containerDefinitions")
    value = definitions.known()
    return Node(parse(value) if isinstance(value, str) else value, definitions.path).each()


def environment(task: Resource) -> Iterator[tuple[str, Node]]:
    """Names and values of every container's plain environment variables."""
    for container in containers(task):
        for variable in container.each("environment"):
            name = variable.at("name").value
            yield name if isinstance(name, str) else "", variable.at("value")

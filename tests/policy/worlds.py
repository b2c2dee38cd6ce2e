"""Stacks as the pack reads them off the wire: those of the project, and those of the cases."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2, resource_pb2

from guard.config import Config
from guard.normalise import SECRET_SIGNATURE, SIGNATURE, UNKNOWN_STRINGS, normalise
from guard.resource import Resource, Stack
from guard.values import SECRET, UNKNOWN, Asset
from marquee.engine import Graph
from marquee.engine import Resource as Registered
from marquee.engine.policy_messages import analyze_request, stack_request
from tests.policy import harness
from tests.policy.case import Case

TODAY = "2026-11-23"


@dataclass(frozen=True)
class World:
    """A stack, and what else decides."""

    name: str
    resources: tuple[Resource, ...]
    config: Config

    @cached_property
    def stack(self) -> Stack:
        """The resources, indexed."""
        return Stack(self.resources)


def config_of(settings: Mapping[str, Any], *, preview: bool, today: str = TODAY, **params: Mapping[str, Any]) -> Config:
    """The pack's configuration under a stack file's settings."""
    return Config(
        params={"pack": {"today": today}, **params}, stack_config={"marquee:platform": json.dumps(dict(settings))}, preview=preview
    )


def world_of_graph(graph: Graph, settings: Mapping[str, Any]) -> World:
    """A stack that the engine ran."""
    asked = [_asked(resource, graph) for resource in graph]
    states = stack_request(graph).resources
    resources = tuple(map(read, asked, states))
    return World(graph.stack, resources, config_of(settings, preview=graph.preview))


def _asked(resource: Registered, graph: Graph) -> analyzer_pb2.AnalyzeRequest:
    provider = graph.resources.get(resource.provider.rpartition("::")[0])
    request = resource_pb2.RegisterResourceRequest(
        type=resource.type, name=resource.name, parent=resource.parent, protect=resource.protect, ignoreChanges=resource.ignore_changes
    )
    return analyze_request(resource.urn, request, dict(resource.inputs), aliases=(), provider=provider)


def world_of_case(case: Case, *, preview: bool = False) -> World:
    """What a case shows."""
    states = harness.stack_request(case.items).resources
    resources = tuple(map(read, map(harness.request_of, case.items), states))
    config = config_of(case.settings, preview=preview, today=case.today, **{case.control: case.config} if case.config else {})
    return World(str(case), resources, config)


def read(asked: analyzer_pb2.AnalyzeRequest, state: analyzer_pb2.AnalyzerResource) -> Resource:
    """A resource from the two messages that speak of it."""
    return Resource(
        urn=asked.urn,
        type=asked.type,
        name=asked.name,
        inputs=normalise(asked.properties),
        outputs=normalise(state.properties),
        read_provider=lambda: normalise(asked.provider.properties),
        protect=asked.options.protect,
        ignore_changes=tuple(asked.options.ignoreChanges),
        parent=asked.options.parent,
        property_dependencies={name: tuple(entry.urns) for name, entry in state.propertyDependencies.items()},
        dependencies=tuple(state.dependencies),
    )


def to_wire(resource: Resource) -> analyzer_pb2.AnalyzeRequest:
    """The message that asks about a resource; what `read` drops of secrets and assets is made up."""
    return analyzer_pb2.AnalyzeRequest(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=harness.struct(marked(dict(resource.inputs))),
        options=analyzer_pb2.AnalyzerResourceOptions(
            protect=resource.protect, ignoreChanges=resource.ignore_changes, parent=resource.parent
        ),
        provider=analyzer_pb2.AnalyzerProviderResource(properties=harness.struct(marked(dict(resource.read_provider())))),
    )


def stack_to_wire(resources: list[Resource]) -> analyzer_pb2.AnalyzeStackRequest:
    """The message that asks about all of them; their inputs go before it, in messages of their own."""
    request = analyzer_pb2.AnalyzeStackRequest()
    for resource in resources:
        asked = to_wire(resource)
        item = request.resources.add(type=asked.type, urn=asked.urn, name=asked.name, options=asked.options, provider=asked.provider)
        item.properties.update(json_format.MessageToDict(harness.struct(marked(dict(resource.outputs)))))
        item.dependencies.extend(resource.dependencies)
        for name, urns in resource.property_dependencies.items():
            item.propertyDependencies[name].urns.extend(urns)
    return request


def marked(value: Any) -> Any:
    """A value that the pack reads as the wire carries it."""
    if value is UNKNOWN:
        return harness.UNKNOWN
    if value is SECRET:
        return {SIGNATURE: SECRET_SIGNATURE, "value": "hidden"}
    if isinstance(value, Asset):
        return {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": ""}
    if isinstance(value, dict):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return value


assert harness.UNKNOWN in UNKNOWN_STRINGS

"""Resources as a policy pack receives them: the analyzer protocol's messages, encoded as the real engine encodes them.

Unknowns and secrets are kept as marks, a reference to a resource is its id, and what the engine keeps for itself (names that begin
with `__`) is left out. Source: sdk/go/common/resource/plugin/analyzer_plugin.go of Pulumi.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from marquee.engine.graph import Resource
from marquee.engine.urns import PROVIDER_PREFIX
from marquee.engine.values import UNKNOWN, Secret, Value
from marquee.engine.wire import encode

_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def analyze_request(
    urn: str, request: Any, inputs: Mapping[str, Value], *, aliases: Iterable[str], provider: Resource | None
) -> analyzer_pb2.AnalyzeRequest:
    """A resource that is about to be made. `request` is its RegisterResourceRequest."""
    return analyzer_pb2.AnalyzeRequest(
        type=request.type,
        urn=urn,
        name=request.name,
        properties=_properties(inputs),
        options=_options(request, aliases),
        provider=_provider(provider),
    )


def stack_request(resources: Iterable[Resource]) -> analyzer_pb2.AnalyzeStackRequest:
    """All resources at the end of a run, with their outputs."""
    by_urn = {resource.urn: resource for resource in resources}
    return analyzer_pb2.AnalyzeStackRequest(resources=[_stack_resource(resource, by_urn) for resource in by_urn.values()])


def _stack_resource(resource: Resource, by_urn: Mapping[str, Resource]) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        parent=resource.parent,
        properties=_properties(wire_state(resource)),
        options=analyzer_pb2.AnalyzerResourceOptions(
            protect=resource.protect,
            ignoreChanges=resource.ignore_changes,
            deleteBeforeReplace=bool(resource.delete_before_replace),
            deleteBeforeReplaceDefined=resource.delete_before_replace is not None,
            additionalSecretOutputs=resource.additional_secret_outputs,
            aliases=resource.aliases,
            parent=resource.parent,
            customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(
                **{name: seconds(duration) for name, duration in resource.custom_timeouts.items()}
            ),
        ),
        provider=_provider(by_urn.get(resource.provider.rpartition("::")[0])),
        dependencies=resource.dependencies,
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for name, urns in resource.property_dependencies.items()
        },
    )


def wire_state(resource: Resource) -> Mapping[str, Value]:
    """A resource's outputs as its package sends them: a provider's lists and objects are JSON texts there."""
    if not resource.type.startswith(PROVIDER_PREFIX):
        return resource.outputs
    return {name: _json_text(value) for name, value in resource.outputs.items()}


def _json_text(value: Value) -> Value:
    if isinstance(value, Secret):
        return Secret(_json_text(value.value))
    return value if isinstance(value, str) or value is UNKNOWN else json.dumps(value)


def _provider(provider: Resource | None) -> analyzer_pb2.AnalyzerProviderResource | None:
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=provider.type, urn=provider.urn, name=provider.name, properties=_properties(wire_state(provider))
    )


def _properties(values: Mapping[str, Value]) -> struct_pb2.Struct:
    return encode({name: value for name, value in values.items() if not name.startswith("__")})


def _options(request: Any, aliases: Iterable[str]) -> analyzer_pb2.AnalyzerResourceOptions:
    timeouts = request.customTimeouts
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        ignoreChanges=request.ignoreChanges,
        deleteBeforeReplace=request.deleteBeforeReplace,
        deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=request.additionalSecretOutputs,
        aliases=list(aliases),
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(
            create=seconds(timeouts.create), update=seconds(timeouts.update), delete=seconds(timeouts.delete)
        ),
        parent=request.parent,
    )


def seconds(duration: str) -> float:
    """Go's notation of a duration (`1h30m`, `90s`) in seconds; 0 for an empty one."""
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)(ns|us|µs|ms|s|m|h)", duration))

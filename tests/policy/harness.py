"""Runs the pack as the Pulumi engine does: a process of its own, spoken to over gRPC."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

ROOT = Path(__file__).parents[2]
PACK = ROOT / "policy"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends for a string that only the update will tell."""
LEVELS = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "disabled": analyzer_pb2.DISABLED,
    "remediate": analyzer_pb2.REMEDIATE,
}
_MAX_BYTES = 400 * 1024 * 1024


def secret(value: Any) -> dict[str, Any]:
    """A secret as the engine sends it."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


@dataclass(frozen=True)
class Item:
    """A resource to judge. `refs` maps an input to the names of the items whose outputs flow into it."""

    type: str
    props: Mapping[str, Any]
    name: str = "subject"
    refs: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    outputs: Mapping[str, Any] | None = None
    """State in AnalyzeStack; the inputs if None."""
    provider: Mapping[str, Any] = field(default_factory=dict[str, Any])
    protect: bool = False


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties as the wire carries them."""
    return json_format.ParseDict(dict(properties), struct_pb2.Struct())


class Analyzer:
    """A running pack."""

    def __init__(self, channel: grpc.Channel):
        self.stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def info(self) -> analyzer_pb2.AnalyzerInfo:
        """What the pack says of itself."""
        return self.stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, entries: Mapping[str, str | Mapping[str, Any]] | None = None) -> None:
        """Set levels and parameters as the engine does: it sends every policy, at its own level unless told otherwise."""
        given = dict(entries or {})
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self.info().policies:
            entry = given.pop(policy.name, {})
            values = {"enforcementLevel": entry} if isinstance(entry, str) else dict(entry)
            level = values.pop("enforcementLevel", None)
            request.policyConfig[policy.name].enforcementLevel = LEVELS[level] if level else policy.enforcementLevel
            request.policyConfig[policy.name].properties.update(values)
        assert not given, f"no such policy: {sorted(given)}"
        self.stub.Configure(request)

    def configure_stack(self, *, preview: bool = True, config: Mapping[str, Any] | None = None) -> None:
        """Tell the pack the stack, its config and whether this is a preview."""
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (config or {}).items()}
        self.stub.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev", project="p", dry_run=preview, config=texts))

    def analyze(self, item: Item) -> analyzer_pb2.AnalyzeResponse:
        """Judge one resource."""
        return self.stub.Analyze(request_of(item))

    def analyze_stack(self, *items: Item) -> analyzer_pb2.AnalyzeResponse:
        """Judge each resource, as the engine does first, then the stack. Findings of both are in the reply."""
        reply = analyzer_pb2.AnalyzeResponse()
        for item in items:
            reply.MergeFrom(self.analyze(item))
        reply.MergeFrom(self.stub.AnalyzeStack(stack_request(items)))
        return reply

    def remediate(self, item: Item) -> dict[str, Any] | None:
        """The properties after all remediations, or None if none was made."""
        reply = self.stub.Remediate(request_of(item))
        return json_format.MessageToDict(reply.remediations[-1].properties) if reply.remediations else None


def urn(item_type: str, name: str) -> str:
    """A URN as the engine builds it."""
    return f"urn:pulumi:dev::p::{item_type}::{name}"


def _provider(item: Item) -> analyzer_pb2.AnalyzerProviderResource:
    return analyzer_pb2.AnalyzerProviderResource(
        type="pulumi:providers:aws", urn=urn("pulumi:providers:aws", "aws"), name="aws", properties=struct(item.provider)
    )


def request_of(item: Item) -> analyzer_pb2.AnalyzeRequest:
    """The request that judges or remediates one resource."""
    return analyzer_pb2.AnalyzeRequest(
        type=item.type,
        urn=urn(item.type, item.name),
        name=item.name,
        properties=struct(item.props),
        provider=_provider(item),
        options=analyzer_pb2.AnalyzerResourceOptions(protect=item.protect),
    )


def stack_request(items: Sequence[Item]) -> analyzer_pb2.AnalyzeStackRequest:
    """The request that judges the items as one stack."""
    types = {item.name: item.type for item in items}
    return analyzer_pb2.AnalyzeStackRequest(resources=[_stack_resource(item, types) for item in items])


def _stack_resource(item: Item, types: Mapping[str, str]) -> analyzer_pb2.AnalyzerResource:
    resource = analyzer_pb2.AnalyzerResource(
        type=item.type,
        urn=urn(item.type, item.name),
        name=item.name,
        properties=struct(item.props if item.outputs is None else item.outputs),
        provider=_provider(item),
        options=analyzer_pb2.AnalyzerResourceOptions(protect=item.protect),
    )
    for prop, names in item.refs.items():
        resource.propertyDependencies[prop].urns.extend(urn(types[name], name) for name in names)
    return resource


@contextmanager
def analyzer(environment: Mapping[str, str] | None = None, pack: Path = PACK) -> Iterator[Analyzer]:
    """A pack's process, and a channel to it; both are gone afterwards."""
    env = {**os.environ, "PULUMI_PROJECT": "p", "PULUMI_STACK": "dev", "PULUMI_DRY_RUN": "true", **(environment or {})}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:0", "."], cwd=pack, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        options = [("grpc.max_receive_message_length", _MAX_BYTES), ("grpc.max_send_message_length", _MAX_BYTES)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            yield Analyzer(channel)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()

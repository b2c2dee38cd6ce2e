"""The pack's word on a stack that another engine deployed or previewed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from marquee.engine.analyzer import finding_of
from marquee.engine.findings import Finding
from marquee.engine.pack_config import PackConfig, configure_request
from marquee.engine.pack_process import PackProcess
from marquee.engine.project import Project
from marquee.errors import MarqueeError
from marquee.policies.export import Export, Raw


def judge(export: Export, pack: Path, config: PackConfig | None = None) -> tuple[Finding, ...]:
    """Each resource by itself, then the stack as a whole, over the analyzer protocol. MarqueeError if the pack fails.

    `config` sets levels and parameters; exemptions of a foreign stack stand in it, under `pack`.
    """
    project = Project(
        name=export.project, stack=export.stack, directory=pack, program=pack / "__main__.py", config=dict(export.config), stand_ins={}
    )
    by_urn = {str(resource["urn"]): resource for resource in export.resources}
    found: list[Finding] = []
    with PackProcess(pack, project, preview=export.preview) as running:
        stub = running.stub
        try:
            stub.Configure(configure_request(stub.GetAnalyzerInfo(empty_pb2.Empty()), config))
            stub.ConfigureStack(
                analyzer_pb2.AnalyzerStackConfigureRequest(
                    stack=export.stack,
                    project=export.project,
                    organization="organization",
                    dry_run=export.preview,
                    config=dict(export.config),
                )
            )
            waiting = [(urn, stub.Analyze.future(_analyze(resource, by_urn))) for urn, resource in by_urn.items()]
            for urn, answer in waiting:
                found += [finding_of(diagnostic, urn) for diagnostic in answer.result().diagnostics]
            request = analyzer_pb2.AnalyzeStackRequest(resources=[_in_stack(resource, by_urn) for resource in by_urn.values()])
            found += [finding_of(diagnostic, "") for diagnostic in stub.AnalyzeStack(request).diagnostics]
        except grpc.RpcError as error:
            raise running.failed(f"cannot judge {export.stack}", error) from error
    return tuple(found)


def _struct(values: Any) -> struct_pb2.Struct:
    """Properties as the wire has them. Pulumi's files mark unknowns and secrets with the wire's own signatures."""
    struct = struct_pb2.Struct()
    if isinstance(values, dict):
        named = cast("dict[str, Any]", values)
        try:
            json_format.ParseDict({name: value for name, value in named.items() if not name.startswith("__")}, struct)
        except (json_format.ParseError, ValueError, RecursionError) as error:  # NaN, half a character, or nested without an end
            raise MarqueeError(f"a resource's properties are not what Pulumi writes: {type(error).__name__}", exit_code=2) from None
    return struct


def _name(resource: Raw) -> str:
    return str(resource["urn"]).split("::", 3)[3]


def _provider(resource: Raw, by_urn: Mapping[str, Raw]) -> analyzer_pb2.AnalyzerProviderResource | None:
    provider = by_urn.get(str(resource.get("provider") or "").rpartition("::")[0])
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=provider["type"], urn=provider["urn"], name=_name(provider), properties=_struct(provider.get("inputs"))
    )


def _options(resource: Raw) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(protect=bool(resource.get("protect")), parent=str(resource.get("parent") or ""))


def _analyze(resource: Raw, by_urn: Mapping[str, Raw]) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=resource["type"],
        urn=resource["urn"],
        name=_name(resource),
        properties=_struct(resource.get("inputs")),
        options=_options(resource),
        provider=_provider(resource, by_urn),
    )


def _in_stack(resource: Raw, by_urn: Mapping[str, Raw]) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        type=resource["type"],
        urn=resource["urn"],
        name=_name(resource),
        parent=str(resource.get("parent") or ""),
        properties=_struct(resource.get("outputs") or resource.get("inputs")),
        options=_options(resource),
        provider=_provider(resource, by_urn),
        dependencies=_texts(resource.get("dependencies")),
        propertyDependencies={name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for name, urns in _dependencies(resource).items()},
    )


def _dependencies(resource: Raw) -> dict[str, list[str]]:
    found = resource.get("propertyDependencies")
    named = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    return {name: _texts(urns) for name, urns in named.items()}


def _texts(found: Any) -> list[str]:
    return [item for item in cast("list[Any]", found) if isinstance(item, str)] if isinstance(found, list) else []

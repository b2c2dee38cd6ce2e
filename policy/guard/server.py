"""The analyzer protocol, answered directly.

Pulumi's own PolicyPack parses every resource again for every policy and unwraps secrets before a policy sees them. This
servicer speaks the same gRPC protocol to the same engine, parses a resource once whatever the number of controls, and keeps
secrets marked. Each control is listed as a policy of its own, so that levels and parameters are set the way Pulumi sets them:
`{"E1": "advisory", "G1": {"tags": ["owner"]}}`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent import futures
from dataclasses import replace
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from guard import PACK, VERSION, actions
from guard.config import Config, from_environment
from guard.control import Control, Level
from guard.dispatch import Dispatcher, Report
from guard.info import analyzer_info, to_level, to_proto_level, to_proto_severity
from guard.normalise import normalise
from guard.registry import controls
from guard.remediate import remediate
from guard.resource import Resource, Stack
from guard.tokens import canonical
from guard.values import Value

_MAX_MESSAGE_BYTES: Final = 400 * 1024 * 1024  # as the SDK's: a large stack arrives in one message


class Servicer(analyzer_pb2_grpc.AnalyzerServicer):
    """One pack, one run."""

    def __init__(self, all_controls: Sequence[Control], config: Config):
        self._controls = all_controls
        self._config = config
        self._dispatcher = Dispatcher(all_controls, config)
        self._titles = {control.id: control.title for control in all_controls}
        # Stack controls judge inputs too: a preview's outputs leave out objects that are partly unknown.
        self._inputs: dict[str, dict[str, Value]] = {}

    def GetAnalyzerInfo(self, request: Any, context: Any) -> analyzer_pb2.AnalyzerInfo:  # noqa: N802, ARG002, D102
        return analyzer_info(self._controls)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:  # noqa: N802, ARG002, D102
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: Any) -> empty_pb2.Empty:  # noqa: N802, ARG002, D102
        levels: dict[str, Level] = {}
        params: dict[str, Mapping[str, Value]] = {}
        for name, entry in request.policyConfig.items():
            levels[name] = to_level(entry.enforcementLevel)
            params[name] = json_format.MessageToDict(entry.properties)
        self._reconfigure(replace(self._config, levels=levels, params=params))
        return empty_pb2.Empty()

    def ConfigureStack(  # noqa: N802, D102
        self,
        request: analyzer_pb2.AnalyzerStackConfigureRequest,
        context: Any,  # noqa: ARG002
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        if request.stack:
            stack_config = {**self._config.stack_config, **request.config}
            self._reconfigure(replace(self._config, stack_config=stack_config, preview=request.dry_run))
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def _reconfigure(self, config: Config) -> None:
        self._config = config
        self._dispatcher = Dispatcher(self._controls, config)
        self._inputs.clear()

    def Analyze(self, request: analyzer_pb2.AnalyzeRequest, context: Any) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802, ARG002, D102
        resource = _resource(request, request.properties)
        self._inputs[request.urn] = dict(resource.inputs)
        return self._response(self._dispatcher.analyze(resource))

    def AnalyzeStack(self, request: analyzer_pb2.AnalyzeStackRequest, context: Any) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802, ARG002, D102
        stack = Stack([self._stack_resource(item) for item in request.resources])
        self._inputs.clear()
        return self._response(self._dispatcher.analyze_stack(stack))

    def Remediate(self, request: analyzer_pb2.AnalyzeRequest, context: Any) -> analyzer_pb2.RemediateResponse:  # noqa: N802, ARG002, D102
        response = analyzer_pb2.RemediateResponse()
        properties = request.properties
        for control, env in self._dispatcher.remediating(canonical(request.type)):
            changed = remediate(control, properties, lambda current: _resource(request, current), env)
            if changed is not None:
                properties = changed
                response.remediations.append(
                    analyzer_pb2.Remediation(
                        policyName=control.id,
                        policyPackName=PACK,
                        policyPackVersion=VERSION,
                        description=control.title,
                        properties=changed,
                    )
                )
        return response

    def _stack_resource(self, item: analyzer_pb2.AnalyzerResource) -> Resource:
        outputs = normalise(item.properties)
        return Resource(
            urn=item.urn,
            type=canonical(item.type),
            name=item.name,
            inputs=self._inputs.get(item.urn, outputs),
            outputs=outputs,
            read_provider=lambda: normalise(item.provider.properties),
            protect=item.options.protect,
            ignore_changes=tuple(item.options.ignoreChanges),
            parent=item.parent,
            property_dependencies={name: tuple(entry.urns) for name, entry in item.propertyDependencies.items()},
            dependencies=tuple(item.dependencies),
        )

    def _response(self, report: Report) -> analyzer_pb2.AnalyzeResponse:
        return analyzer_pb2.AnalyzeResponse(
            diagnostics=[
                analyzer_pb2.AnalyzeDiagnostic(
                    policyName=item.control,
                    policyPackName=PACK,
                    policyPackVersion=VERSION,
                    description=self._titles.get(item.control, "Exemptions are valid, in force and narrow"),
                    message=item.message,
                    enforcementLevel=to_proto_level(item.level),
                    urn=item.urn,
                    severity=to_proto_severity(item.severity),
                )
                for item in report.diagnostics
            ],
            not_applicable=[analyzer_pb2.PolicyNotApplicable(policy_name=item.control, reason=item.reason) for item in report.not_applied],
        )


def _resource(request: analyzer_pb2.AnalyzeRequest, properties: Struct) -> Resource:
    return Resource(
        urn=request.urn,
        type=canonical(request.type),
        name=request.name,
        inputs=normalise(properties),
        read_provider=lambda: normalise(request.provider.properties),
        protect=request.options.protect,
        ignore_changes=tuple(request.options.ignoreChanges),
        parent=request.options.parent,
    )


def serve() -> None:
    """Listen on a free loopback port, print it on stdout as the engine expects, and answer until stopped."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)])
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Servicer(controls(), from_environment()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # While the program still starts: the first policy document would wait half a second for it.
    threading.Thread(target=actions.services, daemon=True).start()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)

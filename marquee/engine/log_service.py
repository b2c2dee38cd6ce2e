"""The engine's other service: messages of the program to whoever runs it."""

from collections.abc import Callable
from typing import Any, Final, Literal

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2

from marquee.engine.events import Event, Message

_SEVERITIES: Final[dict[int, Literal["debug", "info", "warning", "error"]]] = {
    engine_pb2.DEBUG: "debug",
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


class LogService:
    """Serves the messages of `pulumirpc.Engine` that the Python SDK sends."""

    def __init__(self, emit: Callable[[Event], None]):
        self._emit = emit

    def Log(self, request: Any) -> Any:  # noqa: N802
        """`pulumi.info`, `warn`, `error` of the program."""
        self._emit(Message(_SEVERITIES.get(request.severity, "info"), request.message, request.urn))
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, _request: Any) -> Any:  # noqa: N802
        """`pulumi.require_pulumi_version`: there is no Pulumi here whose version could be too old."""
        return engine_pb2.RequirePulumiVersionResponse()

"""What Pulumi's engine does and this one does not. Each is refused with an error that says so, instead of a hang or a wrong graph."""

from typing import Any, NoReturn

from pulumi.runtime.proto import resource_pb2

from marquee.engine.errors import EngineError

FEATURES = [
    # Claimed so that a program which uses one of them reaches the methods below, and not the SDK's "please update the Pulumi CLI".
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS,
]


class Unserved:
    """Methods of `pulumirpc.ResourceMonitor` that only refuse."""

    def Call(self, request: Any) -> NoReturn:  # noqa: N802
        """Methods of remote components."""
        self.refuse(f"method call {request.tok}")

    def RegisterPackage(self, request: Any) -> NoReturn:  # noqa: N802
        """Parameterized packages."""
        self.refuse(f"parameterized package {request.name}")

    def ExistsResource(self, request: Any) -> NoReturn:  # noqa: N802
        """Existence checks."""
        self.refuse(f"existence check of a {request.type}")

    def RegisterStackTransform(self, _request: Any) -> NoReturn:  # noqa: N802
        """Transforms of all resources."""
        self.refuse("stack transform")

    def RegisterStackInvokeTransform(self, _request: Any) -> NoReturn:  # noqa: N802
        """Transforms of all invokes."""
        self.refuse("invoke transform")

    def RegisterResourceHook(self, _request: Any) -> NoReturn:  # noqa: N802
        """Hooks."""
        self.refuse("resource hook")

    def RegisterErrorHook(self, _request: Any) -> NoReturn:  # noqa: N802
        """Hooks on errors."""
        self.refuse("error hook")

    def refuse_options(self, request: Any) -> None:
        """Raises EngineError for options of a RegisterResourceRequest that are not served."""
        if request.remote:
            self.refuse(f"remote component {request.type}")
        if request.transforms:
            self.refuse(f"transforms of {request.name!r}")
        if request.state_migrations:
            self.refuse(f"state migrations of {request.name!r}")

    def refuse(self, what: str) -> NoReturn:
        """Raises EngineError."""
        raise EngineError([f"{what}: the embedded engine does not serve this"], fix="do without it, or run the program under Pulumi")

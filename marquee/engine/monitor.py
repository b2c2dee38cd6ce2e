"""The resource monitor: what the SDK registers resources with, as a plain object instead of a gRPC service.

Serves the messages of `pulumirpc.ResourceMonitor`. What is answered in a preview: a resource's inputs, with its id and all else
unknown; in an update: what the backend made. Methods have the protocol's names.
"""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from google.protobuf import empty_pb2
from pulumi.runtime.proto import resource_pb2

from marquee.engine import sdk, unserved
from marquee.engine.aliases import alias_urns, inherited
from marquee.engine.analyzer import Session
from marquee.engine.assets import asset_problems
from marquee.engine.backend import Backend, Created, Request
from marquee.engine.errors import BackendError, EngineError
from marquee.engine.events import Event, ResourceDone, ResourceStarted
from marquee.engine.graph import Resource
from marquee.engine.options import option_problems
from marquee.engine.program_errors import InvokeRefused
from marquee.engine.project import Project
from marquee.engine.registry import Registry, decode_provider_inputs, recorded_options, sorted_dependencies
from marquee.engine.state import merge
from marquee.engine.typecheck import check_inputs
from marquee.engine.urns import PROVIDER_PREFIX, STACK_TYPE
from marquee.engine.values import UNKNOWN, Value
from marquee.engine.wire import UNKNOWN_TEXT, decode, encode
from marquee.errors import MarqueeError

_T = TypeVar("_T")

_FEATURES = [
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    *unserved.FEATURES,
]


@dataclass(kw_only=True)
class Monitor(unserved.Unserved):
    """One run's monitor. Not thread-safe: the run's loop calls it from its own thread alone."""

    project: Project
    backend: Backend
    preview: bool
    emit: Callable[[Event], None]
    registry: Registry
    policies: Session | None = None
    outputs: dict[str, Value] = field(default_factory=dict[str, Value])
    """The stack's exports, once they are registered."""
    failure: MarqueeError | None = None
    """The first error that the engine or the backend met; the SDK wraps and repeats it, so it is kept here."""
    problems: list[str] = field(default_factory=list[str])
    """What a preview found wrong with inputs; it goes on, so that all is reported at once."""
    refused_invokes: dict[str, MarqueeError] = field(default_factory=dict[str, MarqueeError])
    """Text of the SDK's exception for a failed function → our error behind it."""
    _registered_outputs: set[str] = field(default_factory=set[str])

    def GetDeploymentInfo(self, _request: Any) -> Any:  # noqa: N802
        """What this engine can do."""
        return resource_pb2.DeploymentInfo(
            project=self.project.name,
            stack=self.project.stack,
            dryRun=self.preview,
            config=dict(self.project.config),
            configSecretKeys=sorted(self.project.secret_keys),
            supportedFeatures=_FEATURES,
        )

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Record a resource; in an update, have the backend make it."""
        with self._first_failure(request):
            return self._register(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        """Record the outputs of a component or of the stack."""
        with self._first_failure():
            urn, outputs = request.urn, decode(request.outputs)
            resource = self.registry.resources.get(urn)
            if resource is None:
                raise EngineError([f"{urn}: outputs of a resource that was never registered"])
            if urn in self._registered_outputs:
                raise EngineError([f"{urn}: its outputs are registered twice"], fix="call register_outputs once, at the end of __init__")
            self._registered_outputs.add(urn)
            self.registry.resources[urn] = replace(resource, outputs=outputs)
            if resource.type == STACK_TYPE:
                self.outputs = outputs
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Look up an existing resource (`Resource.get`)."""
        with self._first_failure(request):
            return self._read(request)

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Answer a provider function. With an argument still unknown, the answer is unknown."""
        try:
            return self._invoke(request)
        except MarqueeError as error:
            # To the SDK it is the answer of this one call: its caller may know another way to go on.
            refusal = InvokeRefused(request.tok, error)
            self.refused_invokes[refusal.as_the_sdk_tells_it] = error
            raise refusal from error

    def SignalAndWaitForShutdown(self, _request: Any) -> Any:  # noqa: N802
        """The program is done."""
        return empty_pb2.Empty()

    # What the messages come to.

    def _register(self, request: Any) -> Any:
        self.refuse_options(request)
        urn = self.registry.reserve(request.type, request.name, request.parent)
        sent = decode(request.object)
        dependencies = {name: list(found.urns) for name, found in request.propertyDependencies.items()}
        self.registry.check_dependencies(urn, [*request.dependencies, *(dep for deps in dependencies.values() for dep in deps)])
        aliases = self._aliases(urn, request)
        self.registry.claim(urn, aliases)
        if request.custom:
            self.registry.check_provider(urn, request.type, request.provider)
        self.emit(ResourceStarted(urn, request.type))
        allowed = self._inspected(urn, request, sent, aliases)
        is_provider = request.type.startswith(PROVIDER_PREFIX)
        inputs = decode_provider_inputs(request.type, allowed) if is_provider else allowed
        if request.custom:
            self._check_inputs(urn, request, inputs)
        started = time.perf_counter()
        created = self._made(urn, request, inputs)
        seconds = time.perf_counter() - started
        resource = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            provider=request.provider,
            id=created.id,
            inputs=inputs,
            outputs=self._state(request, inputs, created),
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies=sorted_dependencies(dependencies),
            aliases=aliases,
            simulated=created.simulated,
            declared_at=self._declared_at(request),
            seconds=seconds,
            **recorded_options(request),
        )
        self.registry.resources[urn] = resource
        self.emit(ResourceDone(resource))
        unchanged = allowed is sent and not created.outputs and not request.additionalSecretOutputs
        state = request.object if unchanged else encode(merge(allowed, created.outputs, secret=request.additionalSecretOutputs))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=resource.id, object=state)

    def _inspected(self, urn: str, request: Any, inputs: dict[str, Value], aliases: tuple[str, ...]) -> dict[str, Value]:
        """The inputs after the policies have seen them."""
        if self.policies is None:
            return inputs
        provider = self.registry.resources.get(request.provider.rpartition("::")[0])
        return self.policies.inspect(urn, request, inputs, aliases=aliases, provider=provider)

    def _check_inputs(self, urn: str, request: Any, inputs: Mapping[str, Value]) -> None:
        found = (*check_inputs(request.type, inputs), *asset_problems(inputs), *option_problems(request))
        problems = [f"{urn}: {problem}" for problem in found]
        if problems and not self.preview:
            raise EngineError(problems)
        self.problems += [f"{problem} ({self._declared_at(request)})" for problem in problems]

    def _made(self, urn: str, request: Any, inputs: Mapping[str, Value]) -> Created:
        if not request.custom:
            return Created(id="")
        if request.type.startswith(PROVIDER_PREFIX):
            return Created(id=str(uuid5(NAMESPACE_URL, urn)))
        asked = self._request(urn, request, inputs)
        if request.importId:
            return _asked(urn, lambda: self.backend.read(asked, request.importId))
        created = Created(id="") if self.preview else _asked(urn, lambda: self.backend.create(asked))
        if not created.id and not self.preview:
            raise EngineError([f"{urn}: was made without an id"], fix="have the backend answer with the id that reads it again")
        return created

    def _state(self, request: Any, inputs: Mapping[str, Value], created: Created) -> dict[str, Value]:
        unknown = sdk.computed_names(request.type) if self.preview and not created.id else ()
        return merge(inputs, created.outputs, unknown=unknown, secret=request.additionalSecretOutputs)

    def _declared_at(self, request: Any) -> str:
        path = Path(request.sourcePosition.uri.removeprefix("file://"))
        inside = path.is_relative_to(self.project.directory)
        return f"{path.relative_to(self.project.directory) if inside else path}:{request.sourcePosition.line}"

    def _request(self, urn: str, request: Any, inputs: Mapping[str, Value]) -> Request:
        provider_inputs = self.registry.provider_inputs(request.type, request.provider)
        return Request(urn=urn, type=request.type, name=request.name, inputs=inputs, provider_inputs=provider_inputs)

    def _read(self, request: Any) -> Any:
        if request.type == "pulumi:pulumi:StackReference":
            self.refuse(f"reference to the stack {request.id!r} (this engine keeps no state)")
        urn = self.registry.reserve(request.type, request.name, request.parent)
        inputs = decode(request.properties)
        self.registry.check_dependencies(urn, request.dependencies)
        self.registry.check_provider(urn, request.type, request.provider)
        self.emit(ResourceStarted(urn, request.type))
        started = time.perf_counter()
        asked = self._request(urn, request, inputs)
        known = request.id != UNKNOWN_TEXT
        found = _asked(urn, lambda: self.backend.read(asked, request.id)) if known else Created(id="")
        resource = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=True,
            parent=request.parent,
            provider=request.provider,
            id=found.id,
            inputs=inputs,
            outputs=merge(inputs, found.outputs, secret=request.additionalSecretOutputs),
            dependencies=tuple(sorted(request.dependencies)),
            simulated=found.simulated,
            declared_at=self._declared_at(request),
            seconds=time.perf_counter() - started,
        )
        self.registry.resources[urn] = resource
        self.emit(ResourceDone(resource))
        return resource_pb2.ReadResourceResponse(urn=urn, id=found.id, properties=encode(resource.outputs))

    def _invoke(self, request: Any) -> Any:
        token, args = request.tok, decode(request.args)
        if token == "pulumi:pulumi:getResource":  # noqa: S105 a function's token
            return self._get_resource(args["urn"])
        self.registry.check_provider(token, token, request.provider)
        if _has_unknown(args):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        provider_inputs = self.registry.provider_inputs(token, request.provider)
        return _answer(_asked(token, lambda: self.backend.invoke(token, args, provider_inputs)))

    def _get_resource(self, urn: str) -> Any:
        resource = self.registry.resources.get(urn)
        if resource is None:
            raise EngineError([f"{urn}: no resource of this run has this URN"])
        found = {"urn": urn, "id": resource.id or UNKNOWN, "state": dict(resource.outputs)}
        return _answer(found)

    def _aliases(self, urn: str, request: Any) -> tuple[str, ...]:
        stack, project = self.project.stack, self.project.name
        own = alias_urns(request.aliases, urn=urn, type=request.type, parent=request.parent, stack=stack, project=project)
        parent = self.registry.resources.get(request.parent)
        if parent is None or not parent.aliases:
            return own
        from_parent = inherited(urn, type=request.type, parent=request.parent, parent_aliases=parent.aliases, stack=stack, project=project)
        return tuple(dict.fromkeys([*own, *from_parent]))

    @contextmanager
    def _first_failure(self, request: Any = None) -> Generator[None]:
        """Keep the first MarqueeError that leaves the block; after it nothing is registered any more, so nothing more is made."""
        if self.failure is not None:
            raise self.failure
        try:
            yield
        except MarqueeError as error:
            self.failure = error
            if isinstance(error, EngineError) and request is not None:
                where = self._declared_at(request)
                self.failure = EngineError([f"{problem} ({where})" for problem in error.problems], fix=error.fix)
            raise self.failure from error.__cause__


def _answer(values: Mapping[str, Value]) -> Any:
    fields: dict[str, Any] = {"return": encode(values)}  # a reserved word in Python
    return resource_pb2.ResourceInvokeResponse(**fields)


def _asked(urn: str, question: Callable[[], _T]) -> _T:
    try:
        return question()
    except Exception as error:
        raise BackendError(urn, error) from error


def _has_unknown(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(item) for item in value.values())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return any(_has_unknown(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    return value is UNKNOWN

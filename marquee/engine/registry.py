"""What has been registered so far in a run, and the rules that the real engine applies to each registration."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marquee.engine import sdk
from marquee.engine.errors import EngineError
from marquee.engine.graph import Resource
from marquee.engine.hints import Plain, shape_of
from marquee.engine.project import Project
from marquee.engine.urns import PROVIDER_PREFIX, make_urn, package_of
from marquee.engine.values import Secret, Value

_TOKEN = re.compile(r"^[^:]+:[^:]*:[^:]+$")
_BUILT_IN = "pulumi"  # stack references, getResource: served by the engine itself, no provider involved

_ALIAS_FIX = "a resource that is replaced by two, or whose name another one took, can be carried over by one of them alone"


class Registry:
    """The resources of a run by URN, in the order of registration."""

    def __init__(self, project: Project):
        self.resources: dict[str, Resource] = {}
        self._project = project
        self._reserved: set[str] = set()
        self._claimed: dict[str, str] = {}
        self._without_default = project.listed("pulumi:disable-default-providers")

    def reserve(self, type: str, name: str, parent: str) -> str:
        """The URN of a new resource. Raises EngineError for a parent that is not there, or a URN that is taken."""
        if parent and parent not in self.resources:
            raise EngineError([f"{type} {name!r}: its parent {parent} was never registered"])
        urn = make_urn(stack=self._project.stack, project=self._project.name, parent=parent, type=type, name=name)
        if urn in self._reserved:
            raise EngineError(
                [f"{urn}: a resource with this URN is registered already"], fix="give one of the two resources another logical name"
            )
        if urn in self._claimed:
            raise EngineError([f"{urn}: is an alias of {self._claimed[urn]}, which would take over what it had"], fix=_ALIAS_FIX)
        self._reserved.add(urn)
        return urn

    def claim(self, urn: str, aliases: Iterable[str]) -> None:
        """Note what `urn` was called before. Raises EngineError for a URN that another resource has, or had as well."""
        for alias in aliases:
            if alias in self._reserved or alias in self._claimed:
                other = self._claimed.get(alias, alias)
                raise EngineError([f"{urn}: its alias {alias} belongs to {other} as well"], fix=_ALIAS_FIX)
            self._claimed[alias] = urn

    def check_dependencies(self, urn: str, dependencies: Iterable[str]) -> None:
        """Raises EngineError for a dependency that was never registered."""
        missing = sorted(found for found in dependencies if found not in self.resources)
        if missing:
            raise EngineError([f"{urn}: depends on {found}, which was never registered" for found in missing])

    def check_provider(self, urn: str, token: str, provider: str) -> None:
        """Raises EngineError if `token` needs an explicit provider and has none, or has one that is not registered."""
        if not _TOKEN.match(token):
            raise EngineError([f"{urn}: {token!r} is no type token; it must have the form package:module:Type"])
        package = package_of(token)
        if package == _BUILT_IN or token.startswith(PROVIDER_PREFIX):
            return
        if not provider:
            if not self._without_default.isdisjoint((package, "*")):
                raise EngineError(
                    [f"{urn}: the default provider for {package!r} is disabled, so {token} needs an explicit one"],
                    fix="pass ResourceOptions(provider=…) or parent=…; for a function InvokeOptions(provider=…)",
                )
            return
        found = self.resources.get(provider.rpartition("::")[0])
        if found is None:
            raise EngineError([f"{urn}: its provider {provider} was never registered"])
        if package_of(found.type) != package:
            raise EngineError([f"{urn}: {found.urn} is a provider for {package_of(found.type)!r}, not for {package!r}"])

    def provider_inputs(self, token: str, provider: str) -> Mapping[str, Value]:
        """Inputs of the explicit provider; without one, the stack's `<package>:<key>` configuration."""
        if provider:
            return self.resources[provider.rpartition("::")[0]].inputs
        prefix = package_of(token) + ":"
        values = {key.removeprefix(prefix): text for key, text in self._project.config.items() if key.startswith(prefix)}
        return {key: Secret(text) if prefix + key in self._project.secret_keys else text for key, text in values.items()}


def decode_provider_inputs(type: str, inputs: Mapping[str, Value]) -> dict[str, Value]:
    """A provider's inputs as what they are declared to be: the SDK sends all that is no text as a JSON text."""
    cls = sdk.args_class(type)
    texts = {name for name, hint in sdk.input_types(cls).items() if shape_of(hint) == Plain("string")} if cls else set[str]()
    return {name: value if name in texts else _from_json(value) for name, value in inputs.items()}


def _from_json(value: Value) -> Value:
    if isinstance(value, Secret):
        return Secret(_from_json(value.value))
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # the type check will say what is expected


def sorted_dependencies(dependencies: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Property dependencies in an order that does not change from run to run: the SDK collects them in sets."""
    return {name: tuple(sorted(urns)) for name, urns in sorted(dependencies.items())}


def recorded_options(request: Any) -> dict[str, Any]:
    """The fields of `Resource` that repeat options of a RegisterResourceRequest."""
    timeouts = request.customTimeouts
    given = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    return {
        "protect": request.protect,
        "retain_on_delete": request.retainOnDelete,
        "ignore_changes": tuple(request.ignoreChanges),
        "replace_on_changes": tuple(request.replaceOnChanges),
        "delete_before_replace": request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        "deleted_with": request.deletedWith,
        "additional_secret_outputs": tuple(request.additionalSecretOutputs),
        "custom_timeouts": {name: duration for name, duration in given.items() if duration},
    }

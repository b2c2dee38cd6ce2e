"""A graph as a Terraform configuration, with the way back from an address to the resource it came from."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marquee.conformance.assets import Files
from marquee.conformance.book import Reference
from marquee.conformance.properties import by_property
from marquee.conformance.references import References
from marquee.conformance.schema import Object, Scalar
from marquee.conformance.values import Writer
from marquee.engine import Graph, Resource, sdk
from marquee.engine.typecheck import check_inputs

PROVIDER_TYPE: Final = "pulumi:providers:aws"
COPY: Final = "__literal"
"""End of the name of a copy whose JSON holds literals where the original holds references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """A type or an argument that pulumi-aws knows and the provider at hand, of an older major, does not."""

    urn: str
    type: str
    argument: str = ""
    """Path in Pulumi's names; empty if the whole type is newer."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to translate."""

    files: Files | None = None
    """Where assets become files; None only names them, which is all that a validation looks at."""
    copies: bool = False
    """Add a copy, with literals, of each resource that has references inside JSON."""
    literals: frozenset[str] = frozenset()
    """URNs whose outputs become literals everywhere, as if they were there already."""
    left_out: frozenset[str] = frozenset()
    """URNs that are not translated; references to them become literals."""
    hide_secrets: bool = False
    """Write `[secret]` for every secret text: what is written is kept somewhere."""
    provider: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Arguments laid over every provider block, in the provider's names; None takes one away."""
    create_timeout: str | None = None
    """Such as `60s`, for every type that takes one."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What Terraform gets."""

    document: Mapping[str, Any]
    urns: Mapping[str, str]
    """Address → URN, copies included."""
    newer: tuple[Newer, ...]
    secrets: frozenset[str]
    """Texts that no report may print."""

    @property
    def text(self) -> str:
        """The content of `main.tf.json`, a value a line."""
        return json.dumps(self.document, indent=1)


def translate(graph: Graph, references: References, options: Options | None = None) -> Configuration:
    """The configuration of `graph`, which comes from a run with `references` as its backend."""
    return _Translation(graph, references, options or Options()).run()


class _Translation:
    def __init__(self, graph: Graph, references: References, options: Options):
        self._graph = graph
        self._references = references
        self._schema = references.schema
        self._options = options
        gone = options.left_out | options.literals
        self._addresses = {urn: found for urn, found in references.addresses.items() if urn in graph.resources and urn not in gone}
        """URN → address, of what can be referred to."""
        self._newer: list[Newer] = []
        self._secrets: set[str] = set()
        self._urns: dict[str, str] = {}
        self._resources: dict[str, dict[str, Any]] = {}
        self._aliases: dict[tuple[str, str], str] = {}
        """Provider's URN and region → alias."""

    def run(self) -> Configuration:
        for resource in self._graph:
            if resource.urn in self._references.addresses:
                self._add(resource)
            elif resource.custom and resource.type.startswith("aws:") and resource.urn not in self._references.external:
                self._newer.append(Newer(urn=resource.urn, type=resource.type))
        data = self._data_sources()
        document = {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
            "provider": {"aws": [self._provider(urn, region, alias) for (urn, region), alias in self._aliases.items()]},
            "resource": self._resources,
        }
        return Configuration(
            document=document | ({"data": data} if data else {}),
            urns=self._urns,
            newer=tuple(dict.fromkeys(self._newer)),
            secrets=frozenset(self._secrets),
        )

    def _add(self, resource: Resource) -> None:
        if resource.urn in self._options.left_out:
            return
        mixed_json = self._write(resource, self._references.addresses[resource.urn], literal_json=False)
        if mixed_json and self._options.copies:
            self._write(resource, self._references.addresses[resource.urn] + COPY, literal_json=True)

    def _write(self, resource: Resource, address: str, *, literal_json: bool) -> bool:
        type_name, _, name = address.partition(".")
        shape = self._schema.resource(type_name)
        writer = self._writer(resource, literal_json=literal_json)
        body = writer.object(shape, resource.inputs, type_name=type_name)
        self._newer += [Newer(urn=resource.urn, type=resource.type, argument=path) for path in writer.newer if path != "region"]
        self._secrets |= writer.secrets
        self._urns[address] = resource.urn
        meta = self._meta(resource, shape, type_name, writer.addresses)
        self._resources.setdefault(type_name, {})[name] = body | _own_name(resource, shape, type_name, body) | meta
        return writer.mixed_json

    def _writer(self, resource: Resource | None = None, *, literal_json: bool = False) -> Writer:
        problems = check_inputs(resource.type, resource.inputs) if resource else []
        return Writer(
            book=self._references.book,
            resolve=self._resolve,
            files=self._options.files,
            literal_json=literal_json,
            hide_secrets=self._options.hide_secrets,
            misspelt=frozenset(problem.path for problem in problems if problem.kind == "unknown"),
        )

    def _resolve(self, found: Reference) -> Reference | str | float:
        is_data = found.address.startswith("data.")
        return found if is_data or found.urn in self._addresses else found.literal

    def _meta(self, resource: Resource, shape: Object, type_name: str, referred: set[str]) -> dict[str, Any]:
        """The arguments that Terraform itself reads."""
        waited = {self._addresses[urn] for urn in resource.dependencies if urn in self._addresses}
        ignored = [fields.name for name in resource.ignore_changes if (fields := by_property(shape, type_name).get(name))]
        alias = self._alias_of(resource, shape)
        timeout = self._options.create_timeout if "timeouts" in shape.fields else None
        meta = {
            "provider": alias,
            "depends_on": sorted(waited - referred),
            "lifecycle": {"ignore_changes": ignored} if ignored else None,
            "timeouts": {"create": timeout} if timeout and _has_create_timeout(shape) else None,
        }
        return {key: value for key, value in meta.items() if value}

    def _alias_of(self, resource: Resource, shape: Object) -> str | None:
        """The resource's explicit provider, in the resource's own region where the type takes no such argument."""
        urn = resource.provider.rpartition("::")[0]
        if urn not in self._graph.resources:
            return None
        takes_region = "region" in shape.fields and shape.fields["region"].settable
        own = None if takes_region else resource.inputs.get("region")
        region = str(own or self._graph.resources[urn].inputs.get("region"))
        return f"aws.{self._alias(urn, region)}"

    def _alias(self, urn: str, region: str) -> str:
        name = self._graph.resources[urn].name.replace(".", "_")
        own = self._graph.resources[urn].inputs.get("region") == region
        return self._aliases.setdefault((urn, region), name if own else f"{name}_{region}")

    def _provider(self, urn: str, region: str, alias: str) -> dict[str, Any]:
        written = self._writer().object(self._schema.provider, self._graph.resources[urn].inputs)
        laid_over = {**written, "region": region, "alias": alias, **self._options.provider}
        return {key: value for key, value in laid_over.items() if value is not None}

    def _data_sources(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for source in self._references.data_sources:
            alias = next((alias for (_urn, region), alias in self._aliases.items() if region == source.region), None)
            args = {name: value for name, value in source.args.items() if name != "region"}
            body = self._writer().object(self._schema.data_source(source.type_name), args, type_name=source.type_name)
            found.setdefault(source.type_name, {})[source.name] = body | ({"provider": f"aws.{alias}"} if alias else {})
        return found


def _own_name(resource: Resource, shape: Object, type_name: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The name that Pulumi makes up for a resource that is given none: the logical name and seven digits, equal in every run."""
    part = by_property(shape, type_name).get("name")
    args = sdk.args_class(resource.type)
    if part is None or args is None or part.shape != Scalar("string") or not part.settable:
        return {}
    required = "name" in sdk.required_names(args) or "name" not in sdk.input_types(args)
    if required or part.name in body or f"{part.name}_prefix" in body:
        return {}
    return {part.name: f"{resource.name}-{zlib.crc32(resource.urn.encode()):08x}"[:-1]}


def _has_create_timeout(shape: Object) -> bool:
    timeouts = shape.fields["timeouts"].shape
    return isinstance(timeouts, Object) and "create" in timeouts.fields

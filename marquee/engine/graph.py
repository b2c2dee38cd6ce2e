"""The graph of a run: each resource as the engine saw it, in the order of registration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from marquee.engine.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One registered resource. Property names are the wire's camelCase; values are described in `values.Value`."""

    urn: str
    type: str
    """Type token such as `aws:s3/bucket:Bucket`; a component's is `marquee:<area>:<Class>`."""
    name: str
    """Logical name, the last part of the URN."""
    custom: bool
    """True for a provider's resource, False for a component."""
    parent: str = ""
    """URN of the parent; empty only for the stack itself."""
    provider: str = ""
    """`<urn>::<id>` of the explicit provider; empty for components and for providers themselves."""
    id: str = ""
    """Physical id; empty while it is unknown."""
    inputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    outputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """State after the run: outputs of a custom resource, registered outputs of a component."""
    dependencies: tuple[str, ...] = ()
    """URNs, explicit (`depends_on`) and implied by properties alike."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Input name → URNs whose outputs flow into it."""
    protect: bool = False
    retain_on_delete: bool = False
    aliases: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    """None if the program leaves it to the provider."""
    deleted_with: str = ""
    """URN of the resource whose deletion makes this one's needless."""
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    """`create`, `update`, `delete` → Go's notation of a duration (`30m`); only those that are set."""
    declared_at: str = ""
    """`components/network/vpc.py:52`: the line that declares it, relative to the project's folder."""
    simulated: bool = False
    """True if the backend made its outputs up instead of creating anything."""
    seconds: float = 0.0
    """Wall time the backend took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All resources of one run of one stack."""

    project: str
    stack: str
    preview: bool
    resources: Mapping[str, Resource]
    """URN → resource, in the order of registration."""
    outputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """The stack's exports."""

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def __len__(self) -> int:
        return len(self.resources)

    def of_type(self, token: str) -> list[Resource]:
        """Resources whose type token is exactly `token`."""
        return [resource for resource in self if resource.type == token]

    def children(self, urn: str) -> list[Resource]:
        """Direct children of the resource `urn`."""
        return [resource for resource in self if resource.parent == urn]

    def top(self, resource: Resource) -> Resource:
        """The ancestor of `resource` that is a direct child of the stack; the resource itself if it is one, or is the stack."""
        while resource.parent and self.resources[resource.parent].parent:
            resource = self.resources[resource.parent]
        return resource

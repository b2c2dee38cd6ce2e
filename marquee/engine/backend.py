"""What the engine asks of whatever stands behind the providers. Three verbs, no AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from marquee.engine.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What a backend answers for a resource that it made, or read."""

    id: str
    outputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """Full state; an input that is not repeated here keeps its input value."""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A resource to make or read."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Value]
    provider_inputs: Mapping[str, Value]
    """Inputs of the explicit provider resource (region, defaultTags, …); empty for none."""


class Backend(Protocol):
    """Behind the engine: an emulated cloud, stand-ins, or references for another tool."""

    def create(self, request: Request) -> Created:
        """Make the resource. Raises `marquee.errors.MarqueeError` when it cannot be made."""
        ...

    def read(self, request: Request, id: str) -> Created:
        """Look an existing resource up by its physical id (`Resource.get`)."""
        ...

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        """Answer a provider function such as `aws:ec2/getManagedPrefixList:getManagedPrefixList`; in previews too."""
        ...

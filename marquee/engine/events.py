"""What a run tells while it goes on: one frozen dataclass an event, handed to `on_event` on the thread of the run."""

from dataclasses import dataclass
from typing import Literal

from marquee.engine.findings import Finding
from marquee.engine.graph import Resource


@dataclass(frozen=True, slots=True)
class ResourceStarted:
    """The program registered a resource; the backend is about to be asked for it."""

    urn: str
    type: str


@dataclass(frozen=True, slots=True)
class ResourceDone:
    """A resource is made, or in a preview: would be."""

    resource: Resource


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """A policy found something."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Remediated:
    """A policy changed a resource's inputs. The program still says otherwise: a deployment without the pack changes them back."""

    urn: str
    policy: str
    properties: tuple[str, ...]
    """Names of the inputs that changed."""


@dataclass(frozen=True, slots=True)
class Message:
    """Text from the program (`pulumi.info`, `warn`, `error`) or from the engine."""

    severity: Literal["debug", "info", "warning", "error"]
    text: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class SecretStandIn:
    """A `secure:` value of the stack file that cannot be decrypted here; the program got `value` in its place."""

    key: str
    """Config key, with the path inside an object: `marquee:spekeToken`, `marquee:platform.edge.token`."""
    value: str


Event = ResourceStarted | ResourceDone | PolicyResult | Remediated | Message | SecretStandIn

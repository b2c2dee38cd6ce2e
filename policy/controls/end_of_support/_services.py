"""Types of services that have ended or will; the registry has the dates, by the token's module."""

from typing import Final

from guard.node import Node
from guard.resource import Resource

_NAMES: Final = {
    "appmesh": ("GatewayRoute", "Mesh", "Route", "VirtualGateway", "VirtualNode", "VirtualRouter", "VirtualService"),
    "elastictranscoder": ("Pipeline", "Preset"),
    "mediastore": ("Container", "ContainerPolicy"),
    # What sends text messages (smsvoicev2) lives on under another name.
    "pinpoint": (
        "AdmChannel", "ApnsChannel", "ApnsSandboxChannel", "ApnsVoipChannel", "ApnsVoipSandboxChannel", "App", "BaiduChannel",
        "EmailChannel", "EmailTemplate", "EventStream", "GcmChannel", "SmsChannel",
    ),
    "qldb": ("Ledger", "Stream"),
}  # fmt: skip
TYPES: Final = tuple(f"aws:{module}/{name[0].lower()}{name[1:]}:{name}" for module, names in _NAMES.items() for name in names)


def service(resource: Resource) -> Node:
    """The module of the resource's token, as the registry names services."""
    return Node(resource.type.split(":")[1].split("/")[0])

"""Listeners of load balancers: what they speak, and where they send plain HTTP."""

from __future__ import annotations

from typing import Final

from guard.node import Node, NotApplicable, all_of, some
from guard.resource import Resource

TLS: Final = frozenset({"HTTPS", "TLS"})
TRANSPORT: Final = frozenset({"TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})
"""Protocols of network load balancers, which pass on what they get, TLS or not."""


def protocol(listener: Resource) -> str:
    """The listener's protocol. Raises `NotApplicable` for a gateway load balancer, whose listeners have neither protocol nor port."""
    node = listener.at("protocol")
    if node.is_absent and listener.at("port").is_absent:
        raise NotApplicable("listeners of gateway load balancers have no protocol")
    return node.text("HTTP").upper()


def redirects_to_https(listener: Resource) -> bool:
    """Whether a default action sends the caller to HTTPS. A redirect that names no protocol keeps the listener's own."""
    return some(listener.each("defaultActions"), _to_https)


def _to_https(action: Node) -> bool:
    return all_of(lambda: action.at("type").text() == "redirect", lambda: action.at("redirect", "protocol").text() == "HTTPS")

"""The address plan: where each subnet of a region lies. A pure function, so that a plan can be read before anything is built."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Final, Literal

from marquee.domain.regions import ZONE_LETTERS

Tier = Literal["public", "application", "data"]

_ZONE_BITS: Final = 3
"""A zone's block is an eighth of the region: slots a..f are zones, the last two eighths stay free."""

_SHARES: Final[dict[Tier, tuple[int, int]]] = {
    # tier          bits  position   share of the zone's block, and what lives there
    "application": (1, 0),  #          1/2   tasks, functions and interface endpoints: an address each
    "data":        (2, 2),  #          1/4   databases and caches
    "public":      (3, 6),  #          1/8   load balancer nodes and NAT gateways; a load balancer wants a /27
    #              (3, 7)              1/8   free in every zone
}  # fmt: skip


def address_plan(cidr: IPv4Network, zones: Iterable[str]) -> Mapping[str, Mapping[Tier, IPv4Network]]:
    """Zone letter → tier → subnet, in the order of `zones`.

    `cidr` is a /16 to a /20; the smallest subnet is then a /26, the largest a /20 (AWS takes /28 to /16).
    The letter alone fixes a zone's place, so adding, removing or reordering zones moves no subnet.
    Raises ValueError for a CIDR of another size and for a letter outside a..f.
    """
    if not 16 <= cidr.prefixlen <= 20:
        raise ValueError(f"{cidr} is not a /16 to /20")
    return MappingProxyType({zone: _zone(cidr, zone) for zone in zones})


def _zone(cidr: IPv4Network, zone: str) -> Mapping[Tier, IPv4Network]:
    slot = ZONE_LETTERS.find(zone) if len(zone) == 1 else -1
    if slot < 0:
        raise ValueError(f"zone {zone!r} is not one letter of {ZONE_LETTERS}")
    block = _nth(cidr, _ZONE_BITS, slot)
    return MappingProxyType({tier: _nth(block, bits, position) for tier, (bits, position) in _SHARES.items()})


def _nth(network: IPv4Network, bits: int, position: int) -> IPv4Network:
    """The subnet number `position` of those that `bits` more bits make."""
    prefix = network.prefixlen + bits
    return IPv4Network((int(network.network_address) + (position << (32 - prefix)), prefix))

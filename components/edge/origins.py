"""Where CloudFront fetches from: one origin a region, and the group that turns from one to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi import Input

from marquee.domain.edge import SHIELDS

_FAILS = [500, 502, 503, 504]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """An origin and, if CloudFront signs its requests to it, by which access control."""

    origin_id: str
    domain_name: Input[str]
    region: str | None = None
    """Where it is: its shield is the nearest there is. None for one that nothing is cached of, or that is in several regions."""
    path: str = ""
    """Put before the path that is asked for; begins with a slash and does not end in one."""
    access_control_id: Input[str] | None = None
    headers: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    """Sent with every request to it, whatever the viewer sent under these names."""
    own_protocol: bool = False
    """True: it is reached by HTTP like any server. False: by S3's API."""

    def declared(self) -> dict[str, Any]:
        """As a distribution takes it."""
        origin: dict[str, Any] = {
            "origin_id": self.origin_id,
            "domain_name": self.domain_name,
            "connection_attempts": 2,
            "connection_timeout": 3,  # seconds; with two attempts a lost region is noticed in six
        }
        if self.path:
            origin["origin_path"] = self.path
        if self.access_control_id is not None:
            origin["origin_access_control_id"] = self.access_control_id
        if self.headers:
            origin["custom_headers"] = [{"name": name, "value": value} for name, value in self.headers.items()]
        if self.own_protocol:
            origin["custom_origin_config"] = {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_read_timeout": 20,  # seconds
                "origin_keepalive_timeout": 30,
            }
        if self.region:
            origin["origin_shield"] = {"enabled": True, "origin_shield_region": SHIELDS[self.region]}
        return origin


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a behaviour fetches from: one origin, or a group of the two that CloudFront takes at most."""

    target_id: str
    origins: Sequence[Origin]
    """The preferred one first; more than two are not used."""
    also_on: Sequence[int] = ()
    """Statuses on which the second is asked, beside those of a server that fails."""

    @property
    def id(self) -> str:
        """The group's id, or the only origin's."""
        return self.target_id if len(self.origins) > 1 else self.origins[0].origin_id

    def groups(self) -> list[dict[str, Any]]:
        """The origin group, if there is a second origin to turn to. CloudFront fails over GET, HEAD and OPTIONS requests alone."""
        if len(self.origins) < 2:
            return []
        members = [{"origin_id": origin.origin_id} for origin in self.origins[:2]]
        codes = sorted([*self.also_on, *_FAILS])
        return [{"origin_id": self.target_id, "failover_criteria": {"status_codes": codes}, "members": members}]

    def declared(self) -> list[dict[str, Any]]:
        """The origins as a distribution takes them."""
        return [origin.declared() for origin in self.origins[:2]]

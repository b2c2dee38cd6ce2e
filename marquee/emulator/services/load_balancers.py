"""Requests to a load balancer's DNS name, in whatever account and region it is: an unsigned request names neither."""
# ruff: noqa: SLF001 MiniStack has no public way in

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from marquee.emulator.upstream import module


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request to a host."""

    host: str
    """As in the Host header, with the port if it is not the scheme's own."""
    secure: bool
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def owns(host: str) -> bool:
    """Whether `host` is a load balancer's name, so that the request is for it and for no API."""
    return _find(host) is not None


async def answer(visit: Visit) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body from the listener of the visited port; 503 where nothing listens, as from a refused connection."""
    found = _find(visit.host)
    if found is None:
        raise KeyError(visit.host)
    account, region, balancer = found
    scope, balancers = module("ministack.core.responses"), module("ministack.services.alb")
    scope.set_request_account_id(account)
    scope.set_request_region(region)
    port = int(visit.host.partition(":")[2] or (443 if visit.secure else 80))
    listeners = [one for one in balancers._listeners.values() if one["LoadBalancerArn"] == balancer["LoadBalancerArn"]]
    if port not in {one["Port"] for one in listeners}:
        return 503, {"content-type": "text/plain"}, f"nothing listens on port {port} of {visit.host}".encode()
    parameters = parse_qs(visit.query, keep_blank_values=True)
    return await balancers.dispatch_request(
        balancer, visit.method, visit.path, dict(visit.headers), visit.body, parameters, port, raw_query_string=visit.query
    )


def _find(host: str) -> tuple[str, str, Any] | None:
    name = host.partition(":")[0].lower()
    if not name.endswith(".amazonaws.com"):
        return None
    for (account, region, _), balancer in module("ministack.services.alb")._lbs.all_items():
        if balancer["DNSName"].lower() == name:
            return account, region, balancer
    return None

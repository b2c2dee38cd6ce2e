"""Statements about who asks: addresses and countries.

Source: AWS WAF API Reference, IPSetReferenceStatement, GeoMatchStatement, ForwardedIPConfig.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from marquee.emulator.firewall.inspected import Evaluation, Inspected, Judge, NotJudgedError

_UNKNOWN = "XX"
_COUNTRY_LABEL = "awswaf:clientip:geo:country:"


def in_ip_set(given: Mapping[str, Any], networks: Sequence[str]) -> Judge:
    """An address in a set: the one that connects, or one that a header names."""
    ranges, config = [ip_network(one, strict=False) for one in networks], given.get("IPSetForwardedIPConfig")

    def inside(address: IPv4Address | IPv6Address) -> bool:
        return any(address.version == one.version and address in one for one in ranges)

    def judge(evaluation: Evaluation) -> bool:
        if not config:
            return inside(ip_address(evaluation.request.address))
        header = evaluation.request.headers.get(str(config["HeaderName"]).lower())
        if header is None:
            return False  # "If the specified header isn't present in the request, WAF doesn't apply the rule"
        found = _listed(header)
        if not found:
            return config["FallbackBehavior"] == "MATCH"
        places = {"FIRST": found[:1], "LAST": found[-1:], "ANY": found[:10]}
        return any(map(inside, places[config["Position"]]))

    return judge


def geo_match(given: Mapping[str, Any]) -> Judge:
    """A country of origin. It puts a label on every request that it sees, whether it matches or not; of regions it knows nothing."""
    if "ForwardedIPConfig" in given:
        raise NotJudgedError("the country of a forwarded address")
    countries = frozenset(given["CountryCodes"])

    def judge(evaluation: Evaluation) -> bool:
        country = evaluation.request.country
        evaluation.labels[_COUNTRY_LABEL + (country or _UNKNOWN)] = None
        return country in countries

    return judge


def forwarded(request: Inspected, header: str) -> str | None:
    """The first address that a header names; `INVALID` if it is none, None without the header."""
    value = request.headers.get(header.lower())
    if value is None:
        return None
    found = _listed(value.partition(",")[0])
    return str(found[0]) if found else "INVALID"


def _listed(header: str) -> list[IPv4Address | IPv6Address]:
    """Nothing if any of them is no address."""
    try:
        return [ip_address(one.strip()) for one in header.split(",")]
    except ValueError:
        return []

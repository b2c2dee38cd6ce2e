"""Record sets and health checks, read from the emulated Route 53."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record set. Names are in lower case and without a dot at the end."""

    name: str
    type: str
    values: tuple[str, ...]
    """Of an ordinary record."""
    ttl: int
    """Seconds."""
    alias: str | None
    evaluates_target: bool
    """Whether an alias is as healthy as what it leads to."""
    health_check: str | None
    set_identifier: str
    region: str | None
    """Latency routing."""
    place: str | None
    """Geolocation routing: `EU`, `country-DE` or `country-*`."""
    failover: str | None
    """`PRIMARY` or `SECONDARY`."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A health check."""

    id: str
    kind: str
    """`HTTPS`, `CLOUDWATCH_METRIC` or `CALCULATED`."""
    name: str
    """Host of an HTTPS check, or name of an alarm."""
    path: str
    region: str
    """Of the alarm."""
    children: tuple[str, ...]
    threshold: int
    """Healthy children that are enough, or failures in a row that are too many."""
    inverted: bool


def read_records(route53: Any) -> list[Record]:
    """All record sets of all public zones of the account."""
    found: list[Record] = []
    for zone in route53.list_hosted_zones()["HostedZones"]:
        if zone["Config"].get("PrivateZone"):
            continue
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
        found += [_record(item) for page in pages for item in page["ResourceRecordSets"]]
    return found


def read_checks(route53: Any) -> list[Check]:
    """All health checks of the account."""
    pages = route53.get_paginator("list_health_checks").paginate()
    return [_check(item["Id"], item["HealthCheckConfig"]) for page in pages for item in page["HealthChecks"]]


def _record(item: Any) -> Record:
    alias, place = item.get("AliasTarget"), item.get("GeoLocation", {})
    values: Sequence[Any] = item.get("ResourceRecords", [])
    country = place.get("CountryCode")
    return Record(
        name=plain(item["Name"]),
        type=item["Type"],
        values=tuple(value["Value"] for value in values),
        ttl=int(item.get("TTL", 60)),
        alias=plain(alias["DNSName"]) if alias else None,
        evaluates_target=bool(alias and alias["EvaluateTargetHealth"]),
        health_check=item.get("HealthCheckId"),
        set_identifier=item.get("SetIdentifier", ""),
        region=item.get("Region"),
        place=f"country-{country}" if country else place.get("ContinentCode"),
        failover=item.get("Failover"),
    )


def _check(id: str, config: Any) -> Check:
    alarm = config.get("AlarmIdentifier", {})
    kind = config["Type"]
    return Check(
        id=id,
        kind=kind,
        name=alarm.get("Name") or config.get("FullyQualifiedDomainName", ""),
        path=config.get("ResourcePath", "/"),
        region=alarm.get("Region", ""),
        children=tuple(config.get("ChildHealthChecks", [])),
        threshold=int(config.get("HealthThreshold", 1) if kind == "CALCULATED" else config.get("FailureThreshold", 3)),
        inverted=bool(config.get("Inverted")),
    )


def plain(name: str) -> str:
    """A name as records are compared by."""
    return name.lower().rstrip(".").replace("\\052", "*")

"""Route 53: zones, records, health checks. Its resources are of no region."""

import uuid
from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads
from marquee.errors import MarqueeError


@creates("aws:route53/zone:Zone")
def zone(aws: Aws, given: Inputs) -> Made:
    """A public zone, or a private one if VPCs are given: the first with the zone, the others after."""
    route53 = aws.client("route53")
    vpcs = [{"VPCRegion": item.get("vpcRegion", aws.region), "VPCId": item["vpcId"]} for item in given.sections("vpcs")]
    comment = given.get("comment", "Managed by Pulumi")
    config = {"Comment": comment, "PrivateZone": bool(vpcs)}
    made = aws.call(
        "route53", "create_hosted_zone", given,
        Name=aws.physical(given), CallerReference=uuid.uuid4().hex, HostedZoneConfig=config, VPC=vpcs[0] if vpcs else None,
    )  # fmt: skip
    zone_id = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    for other in vpcs[1:]:
        route53.associate_vpc_with_hosted_zone(HostedZoneId=zone_id, VPC=other)
    _tag(aws, "hostedzone", zone_id)
    return zone_id, {"comment": comment, **zone_state(aws, zone_id)}


@reads("aws:route53/zone:Zone")
def zone_state(aws: Aws, id: str) -> Outputs:
    """A zone as Route 53 describes it. A private one has no delegation set; the provider reads its NS record."""
    route53 = aws.client("route53")
    found = route53.get_hosted_zone(Id=id)
    name = found["HostedZone"]["Name"]
    servers = found.get("DelegationSet", {}).get("NameServers")
    if not servers:
        records = route53.list_resource_record_sets(HostedZoneId=id, StartRecordName=name, StartRecordType="NS")["ResourceRecordSets"]
        servers = [item["Value"].rstrip(".") for record in records if record["Type"] == "NS" for item in record["ResourceRecords"]]
    return {
        "arn": f"arn:aws:route53:::hostedzone/{id}",
        "name": name.rstrip("."),
        "nameServers": sorted(servers),
        "primaryNameServer": servers[0] if servers else "",
        "zoneId": id,
    }


@creates("aws:route53/record:Record")
def record(aws: Aws, given: Inputs) -> Made:
    """A record set; the id is zone, name, type and set, joined by underscores. An alias within a zone comes after its target."""
    route53, zone_id = aws.client("route53"), str(given["zoneId"])
    full = _expand(given["name"], route53.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"].rstrip("."))
    wanted: dict[str, Any] = {"Name": full, "Type": given["type"], **_values(given), **_routing(given)}
    _target_exists(route53, zone_id, wanted)
    action = "UPSERT" if given.get("allowOverwrite", False) else "CREATE"
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": wanted}]}
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    parts = [
        zone_id,
        str(given["name"]).lower().rstrip("."),
        given["type"],
        *([given["setIdentifier"]] if "setIdentifier" in given else []),
    ]
    return "_".join(parts), {"fqdn": full, "name": str(given["name"]).lower().rstrip(".")}


@creates("aws:route53/healthCheck:HealthCheck")
def health_check(aws: Aws, given: Inputs) -> Made:
    """A health check of an endpoint, of other checks or of an alarm."""
    wanted = {name: given[name] for name in given if name not in {"cloudwatchAlarmName", "cloudwatchAlarmRegion", "region", "tags"}}
    if "cloudwatchAlarmName" in given:
        wanted["alarmIdentifier"] = {"name": given["cloudwatchAlarmName"], "region": given.get("cloudwatchAlarmRegion", aws.region)}
    if given["type"] in {"HTTPS", "HTTPS_STR_MATCH"}:
        wanted.setdefault("enableSni", True)
    reference = {"CallerReference": wanted.pop("referenceName", uuid.uuid4().hex)}
    config = {_CHECK.get(name, name): value for name, value in wanted.items()}
    made = aws.call("route53", "create_health_check", Inputs(config), into="HealthCheckConfig", **reference)
    check = made["HealthCheck"]["Id"]
    _tag(aws, "healthcheck", check)
    return check, {"arn": f"arn:aws:route53:::healthcheck/{check}"}


_CHECK = {"childHealthThreshold": "healthThreshold", "fqdn": "fullyQualifiedDomainName", "invertHealthcheck": "inverted"}


def _tag(aws: Aws, kind: str, id: str) -> None:
    if tags := aws.pairs():
        aws.client("route53").change_tags_for_resource(ResourceType=kind, ResourceId=id, AddTags=tags)


def _expand(name: str, zone_name: str) -> str:
    """The fully qualified name, as the provider forms it from a relative one."""
    name = name.lower().rstrip(".")
    if not name:
        return zone_name
    return name if name == zone_name or name.endswith(f".{zone_name}") else f"{name}.{zone_name}"


def _target_exists(route53: Any, zone_id: str, wanted: dict[str, Any]) -> None:
    """Route 53 refuses an alias of a record of the same zone and type that is not there."""
    target = wanted.get("AliasTarget", {})
    if target.get("HostedZoneId") != zone_id:
        return
    name, kind = str(target["DNSName"]).lower().rstrip("."), wanted["Type"]
    found = route53.list_resource_record_sets(HostedZoneId=zone_id, StartRecordName=name, StartRecordType=kind)["ResourceRecordSets"]
    if not any(one["Name"].lower().rstrip(".") == name and one["Type"] == kind for one in found):
        raise MarqueeError(
            f"Tried to create an alias that targets {name}., type {kind} in zone {zone_id}, but that target was not found",
            fix="Let the alias depend on the record that it leads to.",
        )


def _values(given: Inputs) -> dict[str, Any]:
    for target in given.sections("aliases"):
        fields = {"HostedZoneId": target["zoneId"], "DNSName": target["name"], "EvaluateTargetHealth": target["evaluateTargetHealth"]}
        return {"AliasTarget": fields}
    quoted = given["type"] in {"TXT", "SPF"}
    values = [f'"{value}"' if quoted and not value.startswith('"') else value for value in given["records"]]
    return {"TTL": given["ttl"], "ResourceRecords": [{"Value": value} for value in values]}


_GEO = {"continent": "ContinentCode", "country": "CountryCode", "subdivision": "SubdivisionCode"}


def _routing(given: Inputs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "setIdentifier" in given:
        found["SetIdentifier"] = given["setIdentifier"]
    if "healthCheckId" in given:
        found["HealthCheckId"] = given["healthCheckId"]
    if "multivalueAnswerRoutingPolicy" in given:
        found["MultiValueAnswer"] = given["multivalueAnswerRoutingPolicy"]
    for policy in given.sections("weightedRoutingPolicies"):
        found["Weight"] = policy["weight"]
    for policy in given.sections("latencyRoutingPolicies"):
        found["Region"] = policy["region"]
    for policy in given.sections("failoverRoutingPolicies"):
        found["Failover"] = policy["type"]
    for policy in given.get("geolocationRoutingPolicies", []):
        found["GeoLocation"] = {_GEO[name]: value for name, value in policy.items()}
    return found

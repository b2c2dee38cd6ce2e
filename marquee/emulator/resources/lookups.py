"""Provider functions: what a program asks AWS while it runs."""

import json
from collections.abc import Mapping
from typing import Any

from marquee.emulator.resources.context import Aws, Outputs
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.registry import invokes
from marquee.errors import MarqueeError


@invokes("aws:index/getCallerIdentity:getCallerIdentity")
def caller_identity(aws: Aws, _args: Mapping[str, Any]) -> Outputs:
    """Who calls."""
    found = aws.client("sts").get_caller_identity()
    return {"id": found["Account"], **pick(found, accountId="Account", arn="Arn", userId="UserId")}


@invokes("aws:index/getRegion:getRegion")
def region(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """The provider's region, or the one asked about."""
    name = str(args.get("region") or args.get("name") or aws.region)
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com"}


@invokes("aws:index/getPartition:getPartition")
def partition(_aws: Aws, _args: Mapping[str, Any]) -> Outputs:
    """The emulated AWS is the commercial one."""
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


@invokes("aws:index/getAvailabilityZones:getAvailabilityZones")
def availability_zones(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """Zones of the region, by name."""
    filters = [{"Name": item["name"], "Values": item["values"]} for item in args.get("filters", [])]
    if "state" in args:
        filters.append({"Name": "state", "Values": [args["state"]]})
    found = aws.client("ec2").describe_availability_zones(Filters=filters)["AvailabilityZones"]
    zones = sorted((item["ZoneName"], item["ZoneId"]) for item in found)
    return {"id": aws.region, "names": [name for name, _ in zones], "zoneIds": [zone for _, zone in zones], "groupNames": [aws.region]}


@invokes("aws:ec2/getManagedPrefixList:getManagedPrefixList")
def managed_prefix_list(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """One prefix list, by id or by name."""
    ec2 = aws.client("ec2")
    filters = [{"Name": item["name"], "Values": item["values"]} for item in args.get("filters", [])]
    if "name" in args:
        filters.append({"Name": "prefix-list-name", "Values": [args["name"]]})
    ids = {"PrefixListIds": [args["id"]]} if "id" in args else {}
    lists = ec2.describe_managed_prefix_lists(Filters=filters, **ids)["PrefixLists"]
    if len(lists) != 1:
        raise MarqueeError(f"{len(lists)} managed prefix lists match {args.get('name') or args.get('id') or filters}; exactly one must")
    found = lists[0]
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=found["PrefixListId"])["Entries"]
    return {
        "id": found["PrefixListId"],
        "entries": [{"cidr": item["Cidr"], "description": item.get("Description", "")} for item in entries],
        "tags": {item["Key"]: item["Value"] for item in found.get("Tags", [])},
        **pick(found, "AddressFamily", "MaxEntries", "OwnerId", "Version", arn="PrefixListArn", name="PrefixListName"),
    }


@invokes("aws:route53/getZone:getZone")
def hosted_zone(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """One zone, by id or by name."""
    route53 = aws.client("route53")
    zone = args.get("zoneId")
    if zone is None:
        name, private = str(args["name"]).rstrip("."), args.get("privateZone", False)
        zones = route53.list_hosted_zones()["HostedZones"]
        match = [item for item in zones if item["Name"].rstrip(".") == name and item["Config"]["PrivateZone"] == private]
        if len(match) != 1:
            raise MarqueeError(f"{len(match)} hosted zones are called {name}; exactly one must be")
        zone = match[0]["Id"].removeprefix("/hostedzone/")
    found = route53.get_hosted_zone(Id=zone)
    name = found["HostedZone"]["Name"].rstrip(".")
    servers = found.get("DelegationSet", {}).get("NameServers", [])
    return {"id": zone, "zoneId": zone, "name": name, "nameServers": servers, "arn": f"arn:aws:route53:::hostedzone/{zone}"}


@invokes("aws:iam/getPolicyDocument:getPolicyDocument")
def policy_document(_aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """A policy document rendered as the provider does: single values are no lists, `Effect` is `Allow` unless given."""
    body = {"Version": args.get("version", "2012-10-17")}
    if "policyId" in args:
        body["Id"] = args["policyId"]
    text = json.dumps(body | {"Statement": [_statement(item) for item in args.get("statements", [])]}, indent=2)
    return {"id": str(len(text)), "json": text, "minifiedJson": json.dumps(json.loads(text), separators=(",", ":"))}


_LISTS = {"actions": "Action", "notActions": "NotAction", "resources": "Resource", "notResources": "NotResource"}


def _statement(item: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": item["sid"]} if item.get("sid") else {}
    statement["Effect"] = item.get("effect", "Allow")
    statement |= {word: _one(item[prop]) for prop, word in _LISTS.items() if item.get(prop)}
    for prop, word in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if item.get(prop):
            everyone = [entry for entry in item[prop] if entry["type"] == "*"]
            statement[word] = "*" if everyone else {entry["type"]: _one(entry["identifiers"]) for entry in item[prop]}
    conditions: dict[str, dict[str, Any]] = {}
    for entry in item.get("conditions", []):
        conditions.setdefault(entry["test"], {})[entry["variable"]] = _one(entry["values"])
    return statement | ({"Condition": conditions} if conditions else {})


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


@invokes("aws:ssm/getParameter:getParameter")
def parameter(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """A parameter. AWS's own image parameters lead to images that nothing here starts."""
    found = aws.client("ssm").get_parameter(Name=args["name"], WithDecryption=args.get("withDecryption", True))["Parameter"]
    return {"id": found["Name"], "insecureValue": found["Value"], **pick(found, "Name", "Type", "Value", "Version", arn="ARN")}


@invokes("aws:secretsmanager/getRandomPassword:getRandomPassword")
def random_password(aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """One that Secrets Manager draws; another each time."""
    asked = {
        name: value
        for name, value in (("PasswordLength", args.get("passwordLength")), ("ExcludePunctuation", args.get("excludePunctuation")))
        if value
    }
    drawn = aws.client("secretsmanager").get_random_password(**asked)["RandomPassword"]
    return {"id": drawn, "randomPassword": drawn}


@invokes("aws:arcregionswitch/getRoute53HealthChecks:getRoute53HealthChecks")
def region_switch_checks(_aws: Aws, args: Mapping[str, Any]) -> Outputs:
    """None: the plan itself is simulated. The real service takes a while to make them too."""
    return {"healthChecks": [], "planArn": args.get("planArn", "")}

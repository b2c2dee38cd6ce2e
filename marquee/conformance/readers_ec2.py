"""The network of a region: everything in it is called by what it is for, never by its id."""

from typing import Any

from marquee.conformance.inventory import Reader


def read_network(reader: Reader, region: str) -> None:
    """Take the region's VPCs and what is in them, except for the default VPC that every account starts with."""
    network = _Network(reader, region)
    network.prefix_lists()
    network.vpcs()
    network.subnets()
    network.gateways()
    network.route_tables()
    network.acls()
    network.groups()
    network.endpoints()
    network.flow_logs()


class _Network:
    def __init__(self, reader: Reader, region: str):
        self._reader = reader
        self._region = region
        self._vpcs: set[str] = set()

    def vpcs(self) -> None:
        for vpc in self._all("describe_vpcs", "Vpcs"):
            if vpc.get("IsDefault"):
                continue
            self._vpcs.add(vpc["VpcId"])
            dns = {
                name: self._ask("describe_vpc_attribute", VpcId=vpc["VpcId"], Attribute=name)[f"{name[:1].upper()}{name[1:]}"]
                for name in ("enableDnsSupport", "enableDnsHostnames")
            }
            self._add("vpc", vpc["VpcId"], vpc["CidrBlock"], {**vpc, **dns})

    def prefix_lists(self) -> None:
        for found in self._all("describe_managed_prefix_lists", "PrefixLists"):
            self._reader.label(found["PrefixListId"], f"<{found['PrefixListName']}>")

    def subnets(self) -> None:
        for subnet in self._in_our_vpcs("describe_subnets", "Subnets"):
            self._add("subnet", subnet["SubnetId"], subnet["CidrBlock"], subnet)

    def gateways(self) -> None:
        for gateway in self._all("describe_internet_gateways", "InternetGateways"):
            for attachment in gateway["Attachments"]:
                if attachment["VpcId"] in self._vpcs:
                    self._add("internet-gateway", gateway["InternetGatewayId"], attachment["VpcId"], gateway)
        for nat in self._in_our_vpcs("describe_nat_gateways", "NatGateways"):
            for address in nat["NatGatewayAddresses"]:
                self._reader.label(address.get("AllocationId", ""), f"<address {nat['SubnetId']}>")
            self._add("nat-gateway", nat["NatGatewayId"], nat["SubnetId"], {**nat, "NatGatewayAddresses": len(nat["NatGatewayAddresses"])})

    def route_tables(self) -> None:
        for table in self._in_our_vpcs("describe_route_tables", "RouteTables"):
            bound = table["Associations"]
            name = self._bound_to(bound) if bound else f"of no subnet, {_routes(table)}"
            associations = [{"SubnetId": found.get("SubnetId"), "Main": found.get("Main", False)} for found in bound]
            self._add("route-table", table["RouteTableId"], f"{table['VpcId']} {name}", {**table, "Associations": associations})

    def acls(self) -> None:
        for acl in self._in_our_vpcs("describe_network_acls", "NetworkAcls"):
            name = "default" if acl["IsDefault"] else self._bound_to(acl["Associations"])
            associations = [found["SubnetId"] for found in acl["Associations"]]
            self._add("acl", acl["NetworkAclId"], f"{acl['VpcId']} {name}", {**acl, "Associations": associations})

    def groups(self) -> None:
        groups = self._in_our_vpcs("describe_security_groups", "SecurityGroups")
        for group in groups:
            rules = {"IpPermissions": "", "IpPermissionsEgress": ""}  # compared rule by rule
            self._add("group", group["GroupId"], group["GroupName"], {**group, **rules})
        ours = {group["GroupId"] for group in groups}
        for rule in self._all("describe_security_group_rules", "SecurityGroupRules"):
            if rule["GroupId"] in ours:
                peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or rule["ReferencedGroupInfo"]["GroupId"]
                way = "to" if rule["IsEgress"] else "from"
                ports = f"{rule['IpProtocol']} {rule.get('FromPort')}-{rule.get('ToPort')}"
                self._add("group-rule", rule["SecurityGroupRuleId"], f"{rule['GroupId']} {way} {peer} {ports}", rule)

    def endpoints(self) -> None:
        for endpoint in self._in_our_vpcs("describe_vpc_endpoints", "VpcEndpoints"):
            made_by_aws = {"NetworkInterfaceIds": len(endpoint.get("NetworkInterfaceIds", [])), "DnsEntries": ""}
            self._add("endpoint", endpoint["VpcEndpointId"], f"{endpoint['VpcId']} {endpoint['ServiceName']}", {**endpoint, **made_by_aws})

    def flow_logs(self) -> None:
        for log in self._all("describe_flow_logs", "FlowLogs"):
            if log["ResourceId"] in self._vpcs:
                self._add("flow-log", log["FlowLogId"], log["ResourceId"], log)

    def _add(self, kind: str, id: str, name: str, attributes: dict[str, Any]) -> None:
        self._reader.label(id, f"<{kind} {name}>")
        tags = {pair["Key"]: pair["Value"] for pair in attributes.get("Tags", [])}
        self._reader.add(f"{kind} {self._region} {name}", {**attributes, "Tags": tags})

    def _bound_to(self, associations: list[dict[str, Any]]) -> str:
        if any(found.get("Main") for found in associations):
            return "main"
        return "of " + ", ".join(sorted(self._reader.named(found["SubnetId"]) for found in associations if found.get("SubnetId")))

    def _all(self, operation: str, key: str) -> list[dict[str, Any]]:
        return self._reader.pages("ec2", self._region, operation, key)

    def _ask(self, operation: str, **request: Any) -> Any:
        return self._reader.ask("ec2", self._region, operation, **request)

    def _in_our_vpcs(self, operation: str, key: str) -> list[dict[str, Any]]:
        return [item for item in self._all(operation, key) if item["VpcId"] in self._vpcs]


def _routes(table: dict[str, Any]) -> str:
    return ", ".join(sorted(str(route.get("DestinationCidrBlock")) for route in table["Routes"]))

"""VPCs, subnets, gateways and routes."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.fit import fit, pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:ec2/vpc:Vpc")
def vpc(aws: Aws, given: Inputs) -> Made:
    """A VPC, then its DNS attributes, which take one call each."""
    made = aws.call("ec2", "create_vpc", given)["Vpc"]
    for prop, attribute, default in (
        ("enableDnsSupport", "EnableDnsSupport", True),
        ("enableDnsHostnames", "EnableDnsHostnames", False),
        ("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", False),
    ):
        wanted = given.get(prop, default)
        if wanted != default or attribute == "EnableDnsSupport":
            aws.client("ec2").modify_vpc_attribute(VpcId=made["VpcId"], **{attribute: {"Value": wanted}})
    return made["VpcId"], vpc_state(aws, made["VpcId"])


@reads("aws:ec2/vpc:Vpc")
def vpc_state(aws: Aws, id: str) -> Outputs:
    """A VPC with the ids of what AWS made together with it."""
    ec2 = aws.client("ec2")
    of_vpc = [{"Name": "vpc-id", "Values": [id]}]
    found = ec2.describe_vpcs(VpcIds=[id])["Vpcs"][0]
    main = ec2.describe_route_tables(Filters=[*of_vpc, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    acls = ec2.describe_network_acls(Filters=[*of_vpc, {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    groups = ec2.describe_security_groups(Filters=[*of_vpc, {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    dns = {name: ec2.describe_vpc_attribute(VpcId=id, Attribute=name)[name[0].upper() + name[1:]]["Value"] for name in _DNS}
    return {
        **pick(found, "CidrBlock", "DhcpOptionsId", "InstanceTenancy"),
        **dns,
        "arn": aws.arn("ec2", f"vpc/{id}"),
        "ownerId": found.get("OwnerId", aws.account),
        "mainRouteTableId": main[0]["RouteTableId"],
        "defaultRouteTableId": main[0]["RouteTableId"],
        "defaultNetworkAclId": acls[0]["NetworkAclId"],
        "defaultSecurityGroupId": groups[0]["GroupId"],
    }


_DNS = ("enableDnsSupport", "enableDnsHostnames")


@creates("aws:ec2/subnet:Subnet")
def subnet(aws: Aws, given: Inputs) -> Made:
    """A subnet; CreateSubnet does not take whether it hands out public addresses."""
    made = aws.call("ec2", "create_subnet", given)["Subnet"]
    if given.get("mapPublicIpOnLaunch", False):
        aws.client("ec2").modify_subnet_attribute(SubnetId=made["SubnetId"], MapPublicIpOnLaunch={"Value": True})
    return made["SubnetId"], subnet_state(aws, made["SubnetId"])


@reads("aws:ec2/subnet:Subnet")
def subnet_state(aws: Aws, id: str) -> Outputs:
    """A subnet as EC2 describes it."""
    found = aws.client("ec2").describe_subnets(SubnetIds=[id])["Subnets"][0]
    state = pick(found, "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "MapPublicIpOnLaunch", "VpcId")
    return {**state, "arn": aws.arn("ec2", f"subnet/{id}"), "ownerId": found.get("OwnerId", aws.account)}


@creates("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(aws: Aws, given: Inputs) -> Made:
    """An internet gateway, attached if a VPC is given."""
    made = aws.call("ec2", "create_internet_gateway", given)["InternetGateway"]["InternetGatewayId"]
    if "vpcId" in given:
        aws.client("ec2").attach_internet_gateway(InternetGatewayId=made, VpcId=given["vpcId"])
    return made, {"arn": aws.arn("ec2", f"internet-gateway/{made}"), "ownerId": aws.account}


@creates("aws:ec2/eip:Eip")
def eip(aws: Aws, given: Inputs) -> Made:
    """An elastic IP address; its id is the allocation's."""
    made = aws.call("ec2", "allocate_address", given)
    allocation, address = made["AllocationId"], made["PublicIp"]
    host = f"ec2-{address.replace('.', '-')}"
    dns = f"{host}.compute-1.amazonaws.com" if aws.region == "us-east-1" else f"{host}.{aws.region}.compute.amazonaws.com"
    arn = aws.arn("ec2", f"elastic-ip/{allocation}")
    return allocation, {"allocationId": allocation, "publicIp": address, "publicDns": dns, "arn": arn, "domain": "vpc"}


@creates("aws:ec2/natGateway:NatGateway")
def nat_gateway(aws: Aws, given: Inputs) -> Made:
    """A NAT gateway, public unless told otherwise."""
    kind = given.get("connectivityType", "public")
    made = aws.call("ec2", "create_nat_gateway", given, ConnectivityType=kind)["NatGateway"]
    addresses: list[dict[str, Any]] = made.get("NatGatewayAddresses", [])
    state: Outputs = {}
    for address in addresses[:1]:
        state = pick(address, "AllocationId", "AssociationId", "NetworkInterfaceId", "PublicIp", "PrivateIp")
    return made["NatGatewayId"], {"connectivityType": kind, **state}


@creates("aws:ec2/routeTable:RouteTable")
def route_table(aws: Aws, given: Inputs) -> Made:
    """A route table. Inline routes are refused as unread: two owners of one route would fight."""
    made = aws.call("ec2", "create_route_table", given)["RouteTable"]["RouteTableId"]
    return made, {"arn": aws.arn("ec2", f"route-table/{made}"), "ownerId": aws.account}


@creates("aws:ec2/route:Route")
def route(aws: Aws, given: Inputs) -> Made:
    """One route; EC2 has no id for it, so that the provider hashes the destination."""
    aws.call("ec2", "create_route", given)
    destination = next(given[name] for name in _DESTINATIONS if name in given)
    return f"r-{given['routeTableId']}{crc32(destination)}", {"origin": "CreateRoute", "state": "active"}


_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


@creates("aws:ec2/routeTableAssociation:RouteTableAssociation")
def route_table_association(aws: Aws, given: Inputs) -> Made:
    """A route table for one subnet."""
    return aws.call("ec2", "associate_route_table", given)["AssociationId"], {}


@creates("aws:ec2/vpcEndpoint:VpcEndpoint")
def vpc_endpoint(aws: Aws, given: Inputs) -> Made:
    """A gateway endpoint with route tables, or an interface one with subnets and groups."""
    kind, private = given.get("vpcEndpointType", "Gateway"), given.get("privateDnsEnabled", False)
    rename = {"policy": "PolicyDocument"}
    made = aws.call("ec2", "create_vpc_endpoint", given, rename=rename, VpcEndpointType=kind, PrivateDnsEnabled=private)["VpcEndpoint"]
    return made["VpcEndpointId"], {"vpcEndpointType": kind, **_endpoint(aws, made)}


@creates("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation")
def vpc_endpoint_route_table(aws: Aws, given: Inputs) -> Made:
    """A route table for a gateway endpoint; EC2 has no id for it."""
    endpoint, table = given["vpcEndpointId"], given["routeTableId"]
    aws.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
    return f"a-{endpoint}{crc32(table)}", {}


def _endpoint(aws: Aws, made: dict[str, Any]) -> Outputs:
    entries = [pick(entry, "DnsName", "HostedZoneId") for entry in made.get("DnsEntries", [])]
    lists = aws.client("ec2").describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [made["ServiceName"]]}])["PrefixLists"]
    gateway = {"prefixListId": lists[0]["PrefixListId"], "cidrBlocks": lists[0].get("Cidrs", [])} if lists else {}
    return {
        "arn": aws.arn("ec2", f"vpc-endpoint/{made['VpcEndpointId']}"),
        "ownerId": made.get("OwnerId", aws.account),
        "requesterManaged": False,
        "state": made.get("State", "available").lower(),
        "dnsEntries": entries,
        "networkInterfaceIds": made.get("NetworkInterfaceIds", []),
        **pick(made, policy="PolicyDocument"),
        **gateway,
    }


@creates("aws:ec2/flowLog:FlowLog")
def flow_log(aws: Aws, given: Inputs) -> Made:
    """A flow log of exactly one VPC, subnet or interface; `iamRoleArn` is EC2's DeliverLogsPermissionArn."""
    kinds = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}
    prop = next(name for name in kinds if name in given)
    answer = aws.call(
        "ec2", "create_flow_logs", given,
        rename={"iamRoleArn": "DeliverLogsPermissionArn"}, ResourceIds=[given[prop]], ResourceType=kinds[prop],
        LogDestinationType=given.get("logDestinationType", "cloud-watch-logs"),
    )  # fmt: skip
    if answer.get("Unsuccessful"):
        raise ValueError(answer["Unsuccessful"][0]["Error"]["Message"])
    made = answer["FlowLogIds"][0]
    return made, {"arn": aws.arn("ec2", f"vpc-flow-log/{made}")}


@creates("aws:ec2/launchTemplate:LaunchTemplate")
def launch_template(aws: Aws, given: Inputs) -> Made:
    """A launch template in its first version. Tags of what it starts are maps here, and lists in the request."""
    name = aws.physical(given)
    given.get("updateDefaultVersion")  # says what an update does
    shape = aws.client("ec2").meta.service_model.operation_model("CreateLaunchTemplate").input_shape.members["LaunchTemplateData"]
    own = {"description", "name", "region", "tags", "tagSpecifications", "updateDefaultVersion"}
    data = fit(shape, {field: given[field] for field in given if field not in own}, "launchTemplate")
    marked = [
        {"ResourceType": one["resourceType"], "Tags": [{"Key": key, "Value": value} for key, value in one["tags"].items()]}
        for one in given.get("tagSpecifications", [])
    ]
    described = {"VersionDescription": given["description"]} if "description" in given else {}
    made = aws.client("ec2").create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData=data | ({"TagSpecifications": marked} if marked else {}),
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": aws.pairs()}],
        **described,
    )["LaunchTemplate"]
    state = pick(made, defaultVersion="DefaultVersionNumber", latestVersion="LatestVersionNumber", name="LaunchTemplateName")
    return made["LaunchTemplateId"], {**state, "arn": aws.arn("ec2", f"launch-template/{made['LaunchTemplateId']}")}

"""What the network of a region lets through, and what it does not."""

import json
from ipaddress import IPv4Network
from itertools import combinations

import pytest

from components.network.acl import rules
from components.network.services import BASE, derived, iam_prefix
from marquee.domain.address_plan import Tier
from marquee.engine import Graph, Resource
from tests.graph.conftest import of_stack, platform
from tests.graph.test_regional_plane import REGION, Run, edited, of_type, one, plane


def source(resource: Resource, name: str) -> str:
    """Logical name of the only resource of the same kind of thing that flows into an input."""
    (urn,) = resource.property_dependencies[name]
    return urn.rpartition("::")[2]


def test_subnets_fill_the_region_without_overlap(stack: str, deployed: Graph) -> None:
    cidr = IPv4Network(platform(stack)["regions"][0]["cidr"])
    subnets = of_type(deployed, "aws:ec2/subnet:Subnet")
    nets = [IPv4Network(subnet.inputs["cidrBlock"]) for subnet in subnets]
    assert one(deployed, "aws:ec2/vpc:Vpc").inputs["cidrBlock"] == str(cidr)
    assert all(net.subnet_of(cidr) for net in nets)
    assert not [pair for pair in combinations(nets, 2) if pair[0].overlaps(pair[1])]
    letters = {"dev": "ab", "prod": "abc"}[stack]
    assert {subnet.inputs["availabilityZone"] for subnet in subnets} == {f"{REGION}{letter}" for letter in letters}
    for subnet in subnets:
        _, letter, tier = subnet.name.rsplit("-", 2)
        assert (subnet.inputs["availabilityZone"][-1], subnet.inputs["tags"]["Tier"]) == (letter, tier)
        assert subnet.inputs["mapPublicIpOnLaunch"] is False


def test_dns_is_on_and_the_default_group_is_empty(deployed: Graph) -> None:
    vpc = one(deployed, "aws:ec2/vpc:Vpc").inputs
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True
    group = one(deployed, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert (group["ingress"], group["egress"]) == ([], [])


def test_flow_logs_take_all_traffic(deployed: Graph) -> None:
    flow = one(deployed, "aws:ec2/flowLog:FlowLog")
    assert flow.inputs["trafficType"] == "ALL"
    assert source(flow, "vpcId") == f"plane-{REGION}-vpc"
    assert source(flow, "logDestination") == f"plane-{REGION}-vpc-flow-logs"


def test_each_tier_has_its_own_way_out(stack: str, deployed: Graph) -> None:
    routes = {source(route, "routeTableId"): route for route in of_type(deployed, "aws:ec2/route:Route")}
    vpc = f"plane-{REGION}-vpc"
    assert source(routes.pop(f"{vpc}-public"), "gatewayId") == vpc
    nat_of = {"dev": {"a": "a", "b": "a"}, "prod": {letter: letter for letter in "abc"}}[stack]
    assert {table: source(route, "natGatewayId") for table, route in routes.items()} == {
        f"{vpc}-{letter}-application": f"{vpc}-{nat}-nat" for letter, nat in nat_of.items()
    }
    joined = {
        source(association, "subnetId"): source(association, "routeTableId")
        for association in of_type(deployed, "aws:ec2/routeTableAssociation:RouteTableAssociation")
    }
    for letter in nat_of:
        assert joined[f"{vpc}-{letter}-public"] == f"{vpc}-public"
        assert joined[f"{vpc}-{letter}-application"] == f"{vpc}-{letter}-application"
        assert joined[f"{vpc}-{letter}-data"] == f"{vpc}-{letter}-data"  # a table without any route


def test_nat_gateways_stand_in_public_subnets_behind_the_internet_gateway(deployed: Graph) -> None:
    for gateway in of_type(deployed, "aws:ec2/natGateway:NatGateway"):
        assert source(gateway, "subnetId") == gateway.name.replace("-nat", "-public")
        assert any(urn.endswith(f"Route::plane-{REGION}-vpc-public") for urn in gateway.dependencies)


def test_the_load_balancer_waits_for_the_way_to_the_internet(deployed: Graph) -> None:
    balancer = one(deployed, "aws:lb/loadBalancer:LoadBalancer")
    assert f"plane-{REGION}-vpc-public" in {
        urn.rpartition("::")[2] for urn in balancer.property_dependencies["subnets"] if "aws:ec2/route:Route::" in urn
    }


VPC, INTERNET = "10.20.0.0/16", "0.0.0.0/0"
CLIENT_PORT = 40000


def opens(tier: Tier, way: str, peer: str, port: int) -> bool:
    """Whether the tier's list lets TCP to `port` pass; the peer is in the VPC or anywhere else."""
    return any(
        first <= port <= last and opening.cidr in (peer, INTERNET)
        for opening in rules(tier, VPC)[way]  # pyright: ignore[reportArgumentType]
        for first, last in opening.ports
    )


def talks(client: Tier | None, server: Tier | None, port: int) -> bool:
    """Whether a connection works both ways. None is the internet; NAT is a hop of its own and tested as one."""
    server_sees, client_sees = (VPC if client else INTERNET), (VPC if server else INTERNET)
    asks = (client is None or opens(client, "out", client_sees, port)) and (server is None or opens(server, "in", server_sees, port))
    answers = (server is None or opens(server, "out", server_sees, CLIENT_PORT)) and (
        client is None or opens(client, "in", client_sees, CLIENT_PORT)
    )
    return asks and answers


@pytest.mark.parametrize(
    ("client", "server", "port"),
    [
        (None, "public", 443),  # a viewer's request, through CloudFront
        ("application", "public", 443),  # a task's request on its way to the NAT gateway, which sits there
        ("public", None, 443),  # the NAT gateway's own leg
        ("application", None, 443),  # S3 and DynamoDB, by the gateway endpoints
        ("public", "application", 443),  # the load balancer to a target
        ("public", "application", 8443),
        ("application", "application", 443),  # an interface endpoint
        ("application", "data", 5432),
        ("application", "data", 6379),
        ("application", "data", 443),  # OpenSearch
        ("data", "data", 9098),
    ],
)
def test_what_the_tiers_need_passes_both_ways(client: Tier | None, server: Tier | None, port: int) -> None:
    assert talks(client, server, port)


@pytest.mark.parametrize(
    ("client", "server", "port"),
    [
        *[(None, tier, port) for tier in ("public", "application", "data") for port in (22, 3389, 80)],
        (None, "application", 443),
        *[(None, "data", port) for port in (443, 5432, 6379, 9200)],
        *[("data", None, port) for port in (443, 80, 5432)],
        *[(client, server, 22) for client in ("public", "application", "data") for server in ("public", "application", "data")],
        *[(client, server, 3389) for client in ("public", "application", "data") for server in ("public", "application", "data")],
        ("application", None, 5432),
        ("data", "application", 443),
    ],
)
def test_the_rest_does_not(client: Tier | None, server: Tier | None, port: int) -> None:
    assert not talks(client, server, port)


def test_the_declared_rules_are_those(deployed: Graph) -> None:
    cidr = one(deployed, "aws:ec2/vpc:Vpc").inputs["cidrBlock"]
    declared = of_type(deployed, "aws:ec2/networkAclRule:NetworkAclRule")
    assert {rule.inputs["ruleAction"] for rule in declared} == {"allow"}
    for tier in ("public", "application", "data"):
        for way, openings in rules(tier, cidr).items():
            of_list = [rule.inputs for rule in declared if f"-acl-{tier}-{way}-" in rule.name]
            assert all(inputs["egress"] is (way == "out") for inputs in of_list)
            assert len({inputs["ruleNumber"] for inputs in of_list}) == len(of_list)
            tcp = {(inputs["fromPort"], inputs["toPort"], inputs["cidrBlock"]) for inputs in of_list if inputs["protocol"] == "tcp"}
            assert tcp == {(first, last, opening.cidr) for opening in openings for first, last in opening.ports}
            (icmp,) = [inputs for inputs in of_list if inputs["protocol"] != "tcp"]
            assert (icmp["protocol"], icmp["icmpType"], icmp["icmpCode"]) == ("icmp", 3, 4)


def endpoints(graph: Graph, kind: str) -> dict[str, Resource]:
    prefix = f"com.amazonaws.{REGION}."
    return {
        endpoint.inputs["serviceName"].removeprefix(prefix): endpoint
        for endpoint in plane(graph)
        if endpoint.inputs.get("vpcEndpointType") == kind
    }


def test_gateway_endpoints_serve_our_principals_and_our_data_alone(stack: str, deployed: Graph) -> None:
    account = platform(stack)["accounts"]["workload"]
    found = endpoints(deployed, "Gateway")
    assert set(found) == {"s3", "dynamodb"}
    for service, endpoint in found.items():
        ours, *rest = json.loads(endpoint.inputs["policy"])["Statement"]
        assert ours["Action"] == f"{service}:*"
        assert ours["Condition"] == {"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}}
        layers = [(item["Action"], item["Resource"]) for item in rest]
        assert layers == ([("s3:GetObject", f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*")] if service == "s3" else [])


def test_gateway_endpoints_are_routed_from_the_application_subnets_alone(stack: str, deployed: Graph) -> None:
    joined = {
        (source(item, "vpcEndpointId").rpartition("-")[2], source(item, "routeTableId"))
        for item in of_type(deployed, "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation")
    }
    tables = [f"plane-{REGION}-vpc-{letter}-application" for letter in {"dev": "ab", "prod": "abc"}[stack]]
    assert joined == {(service, table) for service in ("s3", "dynamodb") for table in tables}


def test_starter_pays_for_no_interface_endpoint() -> None:
    assert not endpoints(of_stack("dev", True), "Interface")


def test_mature_has_the_base_endpoints_and_those_of_what_it_calls() -> None:
    graph = of_stack("prod", False)
    found = endpoints(graph, "Interface")
    base = {"ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts"}
    assert base < set(found)
    assert "sqs" in found  # the deep health check calls it
    group = f"plane-{REGION}-endpoints"
    for service, endpoint in found.items():
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert len(endpoint.inputs["subnetIds"]) == 3
        assert source(endpoint, "securityGroupIds") == group
        (statement,) = json.loads(endpoint.inputs["policy"])["Statement"]
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}, service
    assert one(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "-endpoints").inputs["cidrIpv4"] == "10.32.0.0/16"


def test_listed_endpoints_are_those_and_no_others(run_platform: Run) -> None:
    graph = run_platform(edited("dev", network={"interface_endpoints": ["states", "ecs-agent"]}))
    found = endpoints(graph, "Interface")
    assert set(found) == {"states", "ecs-agent"}
    assert "policy" in found["states"].inputs
    assert "policy" not in found["ecs-agent"].inputs  # ECS takes none


def test_services_without_an_interface_endpoint_add_none() -> None:
    base = derived([])
    assert derived(["s3", "dynamodb", "iam", "mediaconvert"]) == base
    assert set(derived(["states", "kinesis"])) == {*base, "states", "kinesis-streams"}
    assert derived(BASE) == base == tuple(sorted(set(base)))


def test_a_service_that_the_table_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="no endpoint is known for quantum, telepathy"):
        derived(["telepathy", "s3", "quantum"])


def test_actions_through_an_endpoint_have_the_prefix_of_iam() -> None:
    prefixes = {endpoint: iam_prefix(endpoint) for endpoint in derived(["firehose"])}
    assert prefixes["monitoring"] == "cloudwatch"
    assert prefixes["ecr.dkr"] == "ecr"
    assert prefixes["kinesis-firehose"] == "firehose"

"""The exact resources of a region's plane in each stack. These tests prove what is declared, not that AWS accepts it."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, of_stack, platform

REGION = "eu-west-1"
Run = Callable[..., Graph]


def plane(graph: Graph, region: str = REGION) -> list[Resource]:
    """All resources below the region's plane, components too."""
    return [resource for resource in graph if graph.top(resource).name == f"plane-{region}"]


def of_type(graph: Graph, token: str, region: str = REGION) -> list[Resource]:
    found = [resource for resource in plane(graph, region) if resource.type == token]
    assert found, f"the plane of {region} has no {token}"
    return found


def one(graph: Graph, token: str, name: str = "", region: str = REGION) -> Resource:
    (found,) = [resource for resource in of_type(graph, token, region) if resource.name.endswith(name)]
    return found


def changes(before: Graph, after: Graph) -> Iterator[tuple[str, str]]:
    """Type and input of each property that differs in a resource that both graphs have."""
    for urn, resource in before.resources.items():
        other = after.resources[urn]
        for name in {*resource.inputs, *other.inputs}:
            if resource.inputs.get(name) != other.inputs.get(name):
                yield resource.type, name


PER_ZONE = {
    "marquee:network:Zone": 1,
    "aws:ec2/subnet:Subnet": 3,
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": 3,
    "aws:ec2/routeTable:RouteTable": 2,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": 3,
    "aws:ec2/route:Route": 1,
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": 2,
}
PER_NAT = {"aws:ec2/eip:Eip": 1, "aws:ec2/natGateway:NatGateway": 1}
ONCE = {
    "marquee:region:RegionalPlane": 1,
    # network
    "marquee:network:Vpc": 1,
    "aws:ec2/vpc:Vpc": 1,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
    "aws:ec2/internetGateway:InternetGateway": 1,
    "aws:ec2/routeTable:RouteTable": 1,
    "aws:ec2/route:Route": 1,
    "marquee:network:TierAcls": 1,
    "aws:ec2/networkAcl:NetworkAcl": 3,
    "aws:ec2/networkAclRule:NetworkAclRule": 23,
    "marquee:network:FlowLogs": 1,
    "aws:ec2/flowLog:FlowLog": 1,
    "marquee:network:Endpoints": 1,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 2,
    # ingress
    "marquee:ingress:Ingress": 1,
    "marquee:ingress:ValidatedCertificate": 1,
    "aws:acm/certificate:Certificate": 1,
    "aws:acm/certificateValidation:CertificateValidation": 1,
    "aws:route53/record:Record": 2,
    "aws:route53/zone:Zone": 1,
    "marquee:ingress:PublicLoadBalancer": 1,
    "marquee:ingress:IngressSecurity": 1,
    "aws:ec2/securityGroup:SecurityGroup": 2,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
    "aws:lb/loadBalancer:LoadBalancer": 1,
    "aws:lb/listener:Listener": 1,
    "marquee:storage:EncryptedBucket": 1,
    "aws:s3/bucket:Bucket": 1,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
    "aws:s3/bucketVersioning:BucketVersioning": 1,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
    "aws:s3/bucketPolicy:BucketPolicy": 1,
    "marquee:ingress:RegionalWebAcl": 1,
    "aws:wafv2/webAcl:WebAcl": 1,
    "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
    # deep health
    "marquee:ingress:DeepHealth": 1,
    "marquee:compute:LambdaFunction": 1,
    "aws:lambda/function:Function": 1,
    "aws:lambda/permission:Permission": 1,
    "aws:lb/targetGroup:TargetGroup": 1,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": 1,
    "aws:lb/listenerRule:ListenerRule": 1,
    # of flow logs and deep health; the web ACL has a log group too
    "aws:cloudwatch/logGroup:LogGroup": 3,
    "marquee:identity:Role": 2,
    "aws:iam/role:Role": 2,
    "aws:iam/rolePolicy:RolePolicy": 3,
    # dead letters and alarms
    "marquee:messaging:Queue": 1,
    "aws:sqs/queue:Queue": 1,
    "aws:sqs/queuePolicy:QueuePolicy": 1,
    "marquee:observability:AlarmTopic": 1,
    "aws:sns/topic:Topic": 1,
    "aws:sns/topicPolicy:TopicPolicy": 1,
    "marquee:observability:RegionalAlarms": 1,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 4,
}
INTERFACES = {  # nine of the base set and sqs, behind one security group
    "aws:ec2/vpcEndpoint:VpcEndpoint": 10,
    "aws:ec2/securityGroup:SecurityGroup": 1,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
}
MAIL = {"aws:sns/topicSubscription:TopicSubscription": 1}


def total(*parts: tuple[dict[str, int], int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part, times in parts:
        counts.update({token: count * times for token, count in part.items()})
    return counts


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ("dev", total((ONCE, 1), (PER_ZONE, 2), (PER_NAT, 1))),
        ("prod", total((ONCE, 1), (PER_ZONE, 3), (PER_NAT, 3), (INTERFACES, 1), (MAIL, 1))),
    ],
)
def test_exact_resources(stack: str, expected: Counter[str]) -> None:
    assert Counter(resource.type for resource in plane(of_stack(stack, True))) == expected


def test_everything_is_made_by_the_provider_of_its_region() -> None:
    graph = of_stack("prod", True)
    for region in platform("prod")["regions"]:
        custom = [resource for resource in plane(graph, region["name"]) if resource.custom]
        assert len(custom) > 100
        for resource in custom:
            provider = graph.resources[resource.provider.rpartition("::")[0]]
            assert provider.inputs["region"] == region["name"], resource.urn


def test_physical_names_are_known_in_a_preview() -> None:
    graph = of_stack("prod", True)
    assert one(graph, "aws:lb/loadBalancer:LoadBalancer").inputs["name"] == "marquee-prod-euw1"
    assert one(graph, "aws:lb/targetGroup:TargetGroup").inputs["name"] == "marquee-prod-health"
    assert one(graph, "aws:sqs/queue:Queue").inputs["name"] == "marquee-prod-dead-letters"
    assert one(graph, "aws:sns/topic:Topic").inputs["name"] == "marquee-prod-alarms"
    assert one(graph, "aws:lambda/function:Function").inputs["name"] == "marquee-prod-health"
    assert {group.inputs["name"] for group in of_type(graph, "aws:cloudwatch/logGroup:LogGroup")} == {
        "/aws/lambda/marquee-prod-health",
        "/aws/vendedlogs/marquee-prod/flow-logs",
        "aws-waf-logs-marquee-prod",
    }


def test_keys_by_data_class_and_retention(deployed: Graph, stack: str) -> None:
    days = {"dev": 30, "prod": 365}[stack]
    logs, data = (f"global-keys-{data_class}-{REGION}" for data_class in ("logs", "data"))
    for group in of_type(deployed, "aws:cloudwatch/logGroup:LogGroup"):
        assert group.inputs["kmsKeyId"].endswith(logs)
        assert group.inputs["retentionInDays"] == days
    assert one(deployed, "aws:sqs/queue:Queue").inputs["kmsMasterKeyId"].endswith(data)
    assert one(deployed, "aws:sns/topic:Topic").inputs["kmsMasterKeyId"].endswith(data)
    assert one(deployed, "aws:lambda/function:Function").inputs["kmsKeyArn"].endswith(data)


def test_mature_protects_the_load_balancer_and_starter_lets_it_go() -> None:
    for stack, kept in (("dev", False), ("prod", True)):
        assert one(of_stack(stack, True), "aws:lb/loadBalancer:LoadBalancer").inputs["enableDeletionProtection"] is kept


def edited(stack: str, **sections: dict[str, Any]) -> Raw:
    raw = copy.deepcopy(platform(stack))
    for section, fields in sections.items():
        raw[section] = {**raw.get(section, {}), **fields}
    return raw


ZONE_LISTS = {
    # The only inputs of existing resources that a further zone may change; AWS takes both without a replacement.
    ("aws:lb/loadBalancer:LoadBalancer", "subnets"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"),
}


@pytest.mark.slow
def test_a_further_zone_adds_only_its_own_resources(run_platform: Run) -> None:
    endpoints = {"interface_endpoints": ["sqs"]}
    before = run_platform(edited("dev", network={"az_count": 2, **endpoints}), preview=False)
    after = run_platform(edited("dev", network={"az_count": 3, **endpoints}), preview=False)
    added = [resource for urn, resource in after.resources.items() if urn not in before.resources]
    assert not set(before.resources) - set(after.resources)
    assert Counter(resource.type for resource in added) == PER_ZONE
    assert all("-c" in resource.name for resource in added)
    assert set(changes(before, after)) == ZONE_LISTS


@pytest.mark.slow
def test_going_from_one_nat_gateway_to_one_a_zone_adds_gateways_and_turns_routes(run_platform: Run) -> None:
    before = run_platform(edited("dev", network={"nat": "single"}), preview=False)
    after = run_platform(edited("dev", network={"nat": "per_az"}), preview=False)
    added = [resource for urn, resource in after.resources.items() if urn not in before.resources]
    assert not set(before.resources) - set(after.resources)
    assert Counter(resource.type for resource in added) == PER_NAT
    assert set(changes(before, after)) == {("aws:ec2/route:Route", "natGatewayId")}


@pytest.mark.slow
def test_an_existing_network_is_used_and_left_alone(run_platform: Run) -> None:
    tiers = {tier: [f"subnet-{number}a11b22c", f"subnet-{number}d33e44f"] for number, tier in enumerate(("public", "application", "data"))}
    vpc = "vpc-0123456789abcdef0"
    graph = run_platform(edited("dev", network={"mode": "existing", "existing": {REGION: {"vpc_id": vpc, **tiers}}}))
    types = {resource.type for resource in plane(graph)}
    assert not {token for token in types if token.startswith(("marquee:network:", "aws:ec2/"))} - {"aws:ec2/securityGroup:SecurityGroup"}
    assert one(graph, "aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == tiers["public"]
    assert {group.inputs["vpcId"] for group in of_type(graph, "aws:ec2/securityGroup:SecurityGroup")} == {vpc}
    assert one(graph, "aws:route53/zone:Zone").inputs["vpcs"] == [{"vpcId": vpc, "vpcRegion": REGION}]
    assert graph.outputs["regions"][REGION]["vpc"] == vpc

"""Each repair of moto's EC2 is still needed: when one of these fails, upstream has changed, and the repair can go."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

REGION = "eu-west-1"


@pytest.fixture
def ec2() -> Iterator[Any]:
    """moto as it is, in this process."""
    with mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def test_the_health_checkers_have_no_prefix_list(ec2: Any) -> None:
    names = {item["PrefixListName"] for item in ec2.describe_managed_prefix_lists()["PrefixLists"]}
    assert "com.amazonaws.global.cloudfront.origin-facing" in names
    assert f"com.amazonaws.{REGION}.route53-healthchecks" not in names


def test_an_access_list_forgets_icmp_types(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    entry = {"NetworkAclId": acl, "RuleNumber": 9, "Protocol": "1", "RuleAction": "allow", "Egress": False, "CidrBlock": "0.0.0.0/0"}
    ec2.create_network_acl_entry(**entry, IcmpTypeCode={"Type": 3, "Code": 4})
    entries = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    assert ["IcmpTypeCode" in item for item in entries if item["RuleNumber"] == 9] == [False]


def test_a_rule_for_another_group_forgets_its_description(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": group, "Description": "said"}]}
    [rule] = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"]
    assert "Description" not in rule

"""VPCs, routes, access lists and security groups, read back as AWS holds them."""

from typing import Any

import pytest

from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, tags


class TestVpc:
    def test_dns_and_the_ids_of_what_comes_with_a_vpc(self, aws: Bench) -> None:
        made = aws.make("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True, tags={"Name": "v"})
        ec2 = aws("ec2")
        assert ec2.describe_vpc_attribute(VpcId=made.id, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"] is True
        [group] = ec2.describe_security_groups(GroupIds=[made.outputs["defaultSecurityGroupId"]])["SecurityGroups"]
        [table] = ec2.describe_route_tables(RouteTableIds=[made.outputs["mainRouteTableId"]])["RouteTables"]
        [acl] = ec2.describe_network_acls(NetworkAclIds=[made.outputs["defaultNetworkAclId"]])["NetworkAcls"]
        assert group["VpcId"] == table["VpcId"] == acl["VpcId"] == made.id
        assert made.outputs["arn"] == aws.arn("ec2", f"vpc/{made.id}")
        assert tags(ec2.describe_vpcs(VpcIds=[made.id])["Vpcs"][0]["Tags"]) == TAGS | {"Name": "v"}

    def test_subnets_may_not_overlap_nor_leave_the_vpc(self, aws: Bench) -> None:
        vpc = aws.vpc()
        aws.subnet(vpc, "10.0.0.0/20")
        with pytest.raises(MarqueeError, match=r"CreateSubnet failed: InvalidSubnet\.Conflict"):
            aws.subnet(vpc, "10.0.8.0/24")
        with pytest.raises(MarqueeError, match=r"CreateSubnet failed: InvalidSubnet\.Range"):
            aws.subnet(vpc, "10.1.0.0/24")

    def test_a_subnet_hands_out_public_addresses_when_told(self, aws: Bench) -> None:
        where = {"vpcId": aws.vpc(), "availabilityZone": "eu-west-1b"}
        made = aws.make("aws:ec2/subnet:Subnet", cidrBlock="10.0.1.0/24", mapPublicIpOnLaunch=True, **where)
        [found] = aws("ec2").describe_subnets(SubnetIds=[made.id])["Subnets"]
        assert (found["MapPublicIpOnLaunch"], found["AvailabilityZone"]) == (True, "eu-west-1b")
        assert made.outputs["availabilityZoneId"] == found["AvailabilityZoneId"]

    def test_the_way_out_goes_through_gateways(self, aws: Bench) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        internet = aws.make("aws:ec2/internetGateway:InternetGateway", vpcId=vpc)
        address = aws.make("aws:ec2/eip:Eip", domain="vpc")
        nat = aws.make("aws:ec2/natGateway:NatGateway", allocationId=address.outputs["allocationId"], subnetId=subnet)
        table = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc).id
        to_internet = aws.make("aws:ec2/route:Route", routeTableId=table, destinationCidrBlock="0.0.0.0/0", gatewayId=internet.id)
        aws.make("aws:ec2/route:Route", routeTableId=table, destinationCidrBlock="192.168.0.0/16", natGatewayId=nat.id)
        joined = aws.make("aws:ec2/routeTableAssociation:RouteTableAssociation", subnetId=subnet, routeTableId=table)
        [found] = aws("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]
        ways = {route["DestinationCidrBlock"]: route.get("NatGatewayId") or route["GatewayId"] for route in found["Routes"]}
        assert ways == {"10.0.0.0/16": "local", "0.0.0.0/0": internet.id, "192.168.0.0/16": nat.id}
        assert [item["SubnetId"] for item in found["Associations"] if item["RouteTableAssociationId"] == joined.id] == [subnet]
        assert to_internet.id == f"r-{table}1080289494"  # as the real provider hashes 0.0.0.0/0
        [gateway] = aws("ec2").describe_nat_gateways(NatGatewayIds=[nat.id])["NatGateways"]
        assert gateway["NatGatewayAddresses"][0]["AllocationId"] == address.id

    def test_endpoints_of_both_kinds(self, aws: Bench) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        table = aws.make("aws:ec2/routeTable:RouteTable", vpcId=vpc).id
        s3 = aws.make("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", vpcId=vpc, serviceName="com.amazonaws.eu-west-1.s3", policy='{"a":1}')
        token = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
        assert aws.make(token, vpcEndpointId=s3.id, routeTableId=table).id.startswith(f"a-{s3.id}")
        wanted: dict[str, Any] = {"vpcEndpointType": "Interface", "privateDnsEnabled": True, "subnetIds": [subnet]}
        group = aws.make("aws:ec2/securityGroup:SecurityGroup", name="g", vpcId=vpc).id
        kms = aws.make(
            "aws:ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc, serviceName="com.amazonaws.eu-west-1.kms", securityGroupIds=[group], **wanted
        )
        found = {item["VpcEndpointId"]: item for item in aws("ec2").describe_vpc_endpoints()["VpcEndpoints"]}
        assert (found[s3.id]["VpcEndpointType"], found[s3.id]["RouteTableIds"]) == ("Gateway", [table])
        assert found[s3.id]["PolicyDocument"] == '{"a":1}'
        assert (found[kms.id]["SubnetIds"], found[kms.id]["PrivateDnsEnabled"]) == ([subnet], True)
        assert s3.outputs["prefixListId"].startswith("pl-")

    def test_a_flow_log(self, aws: Bench) -> None:
        vpc = aws.vpc()
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/flows").outputs["arn"]
        role = aws.role("flows", "vpc-flow-logs.amazonaws.com", "logs:PutLogEvents")
        made = aws.make(
            "aws:ec2/flowLog:FlowLog", vpcId=vpc, trafficType="ALL", logDestination=group, iamRoleArn=role, maxAggregationInterval=60
        )
        [found] = aws("ec2").describe_flow_logs(FlowLogIds=[made.id])["FlowLogs"]
        assert (found["ResourceId"], found["LogDestination"], found["DeliverLogsPermissionArn"]) == (vpc, group, role)
        assert (found["TrafficType"], found["MaxAggregationInterval"]) == ("ALL", 60)

    def test_encrypted_disks(self, aws: Bench) -> None:
        aws.make("aws:ebs/encryptionByDefault:EncryptionByDefault", enabled=True)
        assert aws("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
        aws.make("aws:ebs/encryptionByDefault:EncryptionByDefault", enabled=False)
        assert aws("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False


class TestFirewalls:
    def test_a_network_acl_with_inline_entries_and_rules_of_their_own(self, aws: Bench) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/24")
        entry = {"action": "deny", "cidrBlock": "10.9.0.0/16", "fromPort": 22, "toPort": 22, "protocol": "tcp", "ruleNo": 50}
        acl = aws.make("aws:ec2/networkAcl:NetworkAcl", vpcId=vpc, ingress=[entry]).id
        https: dict[str, Any] = {"networkAclId": acl, "ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}
        rule = aws.make(
            "aws:ec2/networkAclRule:NetworkAclRule", **https, ruleNumber=100, egress=True, protocol="tcp", fromPort=443, toPort=443
        )
        aws.make("aws:ec2/networkAclRule:NetworkAclRule", **https, ruleNumber=900, protocol="icmp", icmpType=3, icmpCode=4)
        joined = aws.make("aws:ec2/networkAclAssociation:NetworkAclAssociation", networkAclId=acl, subnetId=subnet)
        [found] = aws("ec2").describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
        entries = {(item["RuleNumber"], item["Egress"]): item for item in found["Entries"]}
        ssh, out, mtu = entries[50, False], entries[100, True], entries[900, False]
        assert (ssh["RuleAction"], ssh["Protocol"], ssh["PortRange"]) == ("deny", "6", {"From": 22, "To": 22})
        assert (out["RuleAction"], out["PortRange"], out["CidrBlock"]) == ("allow", {"From": 443, "To": 443}, "0.0.0.0/0")
        assert mtu["IcmpTypeCode"] == {"Type": 3, "Code": 4}
        assert [(item["NetworkAclAssociationId"], item["SubnetId"]) for item in found["Associations"]] == [(joined.id, subnet)]
        assert rule.id.startswith("nacl-")

    def test_a_new_group_allows_nothing_until_rules_come(self, aws: Bench) -> None:
        vpc = aws.vpc()
        group = aws.make("aws:ec2/securityGroup:SecurityGroup", name="web", description="d", vpcId=vpc)
        [bare] = aws("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"]
        assert (bare["IpPermissions"], bare["IpPermissionsEgress"]) == ([], [])
        port: dict[str, Any] = {"securityGroupId": group.id, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
        world = aws.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", **port, cidrIpv4="10.0.0.0/8", description="in")
        other = aws.make("aws:ec2/securityGroup:SecurityGroup", "other", name="other", vpcId=vpc).id
        out = aws.make(
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", **port, referencedSecurityGroupId=other, description="out"
        )
        listed = aws.invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", name="com.amazonaws.global.cloudfront.origin-facing")["id"]
        edge = aws.make(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "edge", **port, prefixListId=listed, description="edge"
        )
        found = aws("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group.id]}])["SecurityGroupRules"]
        rules = {rule["SecurityGroupRuleId"]: rule for rule in found}
        assert set(rules) == {world.id, out.id, edge.id}
        assert (rules[world.id]["CidrIpv4"], rules[world.id]["Description"], rules[world.id]["IsEgress"]) == ("10.0.0.0/8", "in", False)
        assert (rules[out.id]["ReferencedGroupInfo"]["GroupId"], rules[out.id]["IsEgress"], rules[out.id]["Description"]) == (
            other,
            True,
            "out",
        )
        assert (rules[edge.id]["PrefixListId"], rules[edge.id]["Description"]) == (listed, "edge")
        assert world.outputs["arn"] == aws.arn("ec2", f"security-group-rule/{world.id}")
        assert rules[world.id]["FromPort"] == 443
        assert tags(rules[world.id]["Tags"]) == TAGS

    def test_inline_rules_and_the_emptied_default_group(self, aws: Bench) -> None:
        vpc = aws.vpc()
        inline = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["10.0.0.0/16"], "self": True}
        group = aws.make("aws:ec2/securityGroup:SecurityGroup", name="web", vpcId=vpc, ingress=[inline]).id
        [found] = aws("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
        [permission] = found["IpPermissions"]
        assert permission["IpRanges"][0]["CidrIp"] == "10.0.0.0/16"
        assert [pair["GroupId"] for pair in permission["UserIdGroupPairs"]] == [group]
        default = aws.make("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId=vpc, ingress=[], egress=[], tags={"Name": "unused"})
        [found] = aws("ec2").describe_security_groups(GroupIds=[default.id])["SecurityGroups"]
        assert (found["GroupName"], found["IpPermissions"], found["IpPermissionsEgress"]) == ("default", [], [])
        assert tags(found["Tags"]) == TAGS | {"Name": "unused"}

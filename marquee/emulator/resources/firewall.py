"""Who may talk to whom: network ACLs and security groups."""

from collections.abc import Callable
from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import Create, creates, reads

_PROTOCOLS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58"}
"""Word → number, which is what EC2 stores in an ACL."""


@creates("aws:ec2/networkAcl:NetworkAcl")
def network_acl(aws: Aws, given: Inputs) -> Made:
    """An ACL with its inline entries, put on the given subnets."""
    made = aws.call("ec2", "create_network_acl", given)["NetworkAcl"]["NetworkAclId"]
    for direction, egress in (("ingress", False), ("egress", True)):
        for item in given.sections(direction):
            _entry(aws, made, item, egress=egress)
    for subnet in given.get("subnetIds", []):
        _put_on(aws, made, subnet)
    return made, {"arn": aws.arn("ec2", f"network-acl/{made}"), "ownerId": aws.account}


@creates("aws:ec2/networkAclRule:NetworkAclRule")
def network_acl_rule(aws: Aws, given: Inputs) -> Made:
    """One entry; EC2 has no id for it, so that the provider hashes what identifies it."""
    acl, number, protocol, egress = given["networkAclId"], given["ruleNumber"], given["protocol"], given.get("egress", False)
    _entry(aws, acl, given, egress=egress)
    return f"nacl-{crc32(f'{acl}-{number}-{str(egress).lower()}-{protocol}-')}", {}


@creates("aws:ec2/networkAclAssociation:NetworkAclAssociation")
def network_acl_association(aws: Aws, given: Inputs) -> Made:
    """An ACL on one subnet, in place of the VPC's default one."""
    return _put_on(aws, given["networkAclId"], given["subnetId"]), {}


def _entry(aws: Aws, acl: str, given: Inputs, *, egress: bool) -> None:
    """An inline entry says `ruleNo` and `action` where a rule says `ruleNumber` and `ruleAction`. Ports go along even without meaning."""
    ports = {"From": given.get("fromPort", 0), "To": given.get("toPort", 0)}
    protocol = _PROTOCOLS.get(str(given["protocol"]).lower(), str(given["protocol"]))
    icmp = {"Type": given.get("icmpType", 0), "Code": given.get("icmpCode", 0)}
    aws.call(
        "ec2", "create_network_acl_entry", given,
        rename={"action": "RuleAction", "ruleNo": "RuleNumber"}, NetworkAclId=acl, Egress=egress, Protocol=protocol,
        PortRange=ports, IcmpTypeCode=icmp if protocol in {"1", "58"} else None,
    )  # fmt: skip


def _put_on(aws: Aws, acl: str, subnet: str) -> str:
    """Every subnet has an association already; it is replaced."""
    ec2 = aws.client("ec2")
    acls = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    present = next(item for found in acls for item in found["Associations"] if item["SubnetId"] == subnet)
    return ec2.replace_network_acl_association(AssociationId=present["NetworkAclAssociationId"], NetworkAclId=acl)["NewAssociationId"]


@creates("aws:ec2/securityGroup:SecurityGroup")
def security_group(aws: Aws, given: Inputs) -> Made:
    """A group that allows nothing but what is given: EC2 opens every new one to the outside, and the provider closes it."""
    description = given.get("description", "Managed by Pulumi")
    name = aws.physical(given)
    made = aws.call("ec2", "create_security_group", given, GroupName=name, Description=description)["GroupId"]
    _set_rules(aws, given, made)
    return made, group_state(aws, made)


@creates("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def default_security_group(aws: Aws, given: Inputs) -> Made:
    """The VPC's default group, adopted: its own rules go, the given ones come."""
    ec2 = aws.client("ec2")
    filters = [{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [given["vpcId"]]}]
    adopted = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
    if tags := aws.pairs():
        ec2.create_tags(Resources=[adopted], Tags=tags)
    _set_rules(aws, given, adopted)
    return adopted, group_state(aws, adopted)


@reads("aws:ec2/securityGroup:SecurityGroup")
def group_state(aws: Aws, id: str) -> Outputs:
    """A group as EC2 describes it."""
    found = aws.client("ec2").describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    return {
        "name": found["GroupName"],
        "description": found["Description"],
        "vpcId": found["VpcId"],
        "arn": aws.arn("ec2", f"security-group/{id}"),
        "ownerId": found.get("OwnerId", aws.account),
    }


def _set_rules(aws: Aws, given: Inputs, id: str) -> None:
    ec2 = aws.client("ec2")
    found = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]
    if present := found.get("IpPermissionsEgress"):
        ec2.revoke_security_group_egress(GroupId=id, IpPermissions=present)
    if present := found.get("IpPermissions"):
        ec2.revoke_security_group_ingress(GroupId=id, IpPermissions=present)
    calls: dict[str, Callable[..., Any]] = {
        "ingress": ec2.authorize_security_group_ingress,
        "egress": ec2.authorize_security_group_egress,
    }
    for direction, authorize in calls.items():
        if wanted := [_inline(item, id) for item in given.sections(direction)]:
            authorize(GroupId=id, IpPermissions=wanted)


def _inline(item: Inputs, own: str) -> dict[str, Any]:
    said = {"Description": item["description"]} if item.get("description") else {}
    groups = [*item.get("securityGroups", []), *([own] if item.get("self") else [])]
    sources = {
        "IpRanges": [{"CidrIp": cidr, **said} for cidr in item.get("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **said} for cidr in item.get("ipv6CidrBlocks", [])],
        "PrefixListIds": [{"PrefixListId": found, **said} for found in item.get("prefixListIds", [])],
        "UserIdGroupPairs": [{"GroupId": group, **said} for group in groups],
    }
    protocol = _words(item["protocol"])
    ports = _ports(item, protocol)
    return {"IpProtocol": protocol, **ports, **{name: value for name, value in sources.items() if value}}


def _rule(direction: str) -> Create:
    """A rule of its own: one peer, and an id that EC2 gives."""

    def create(aws: Aws, given: Inputs) -> Made:
        said = {"Description": given["description"]} if "description" in given else {}
        peers = {
            "cidrIpv4": ("IpRanges", "CidrIp"),
            "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
            "prefixListId": ("PrefixListIds", "PrefixListId"),
            "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
        }
        prop = next(name for name in peers if name in given)
        kind, field = peers[prop]
        protocol = _words(given["ipProtocol"])
        permission = {"IpProtocol": protocol, **_ports(given, protocol), kind: [{field: given[prop], **said}]}
        method = f"authorize_security_group_{direction}"
        answer = aws.call("ec2", method, Inputs({}), GroupId=given["securityGroupId"], IpPermissions=[permission])
        made = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return made, {"securityGroupRuleId": made, "arn": aws.arn("ec2", f"security-group-rule/{made}")}

    return create


def _ports(given: Inputs, protocol: str) -> dict[str, Any]:
    """Every protocol has no ports; the provider says so by 0 or -1."""
    found = {member: given[prop] for prop, member in (("fromPort", "FromPort"), ("toPort", "ToPort")) if prop in given}
    return {} if protocol == "-1" else found


def _words(protocol: Any) -> str:
    """EC2 stores a group's protocols by name where it knows one."""
    return {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}.get(str(protocol), str(protocol))


creates("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")(_rule("ingress"))
creates("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")(_rule("egress"))

"""N: network."""

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
CLASSIC = "aws:ec2/securityGroupRule:SecurityGroupRule"


def _group(**rule: object) -> Item:
    return Item(GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"], **rule}]})


def _rule(**rule: object) -> Item:
    return Item(RULE, {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0", **rule})


def _classic(**rule: object) -> Item:
    base = {"type": "ingress", "securityGroupId": "sg-1", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}
    return Item(CLASSIC, {**base, **rule})


CASES = (
    passes("N1", "from the network", _group(cidrBlocks=["10.0.0.0/8"])),
    passes("N1", "another port", _group(fromPort=443, toPort=443)),
    passes("N1", "another port, source not known yet", _group(fromPort=443, toPort=443, cidrBlocks=[UNKNOWN])),
    passes("N1", "a prefix list", _rule(cidrIpv4=None, prefixListId="pl-1")),
    passes("N1", "ICMP", _rule(ipProtocol="icmp", fromPort=0, toPort=255)),
    passes("N1", "egress", _classic(type="egress")),
    passes("N1", "no rules", Item(GROUP, {})),
    fails("N1", "open", _group(), at="ingress[0]"),
    fails("N1", "IPv6", _group(cidrBlocks=[], ipv6CidrBlocks=["::/0"])),
    fails("N1", "in a range", _group(fromPort=0, toPort=1024)),
    fails("N1", "every protocol", _group(protocol="-1", fromPort=0, toPort=0)),
    fails("N1", "rule", _rule()),
    fails("N1", "rule of every protocol", _rule(ipProtocol="-1", fromPort=None, toPort=None)),
    fails("N1", "IPv6 rule", _rule(cidrIpv4=None, cidrIpv6="::/0")),
    fails("N1", "classic rule", _classic()),
    fails("N1", "beside an unknown source", _group(cidrBlocks=[UNKNOWN, "0.0.0.0/0"])),
    not_applicable("N1", "another type", Item("aws:s3/bucket:Bucket", {})),
    unknown("N1", "source not known yet", _group(cidrBlocks=[UNKNOWN]), at="cidrBlocks[0]"),
    unknown("N1", "port not known yet", _rule(fromPort=UNKNOWN), at="fromPort"),
)

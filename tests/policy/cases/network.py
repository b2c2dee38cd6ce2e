"""N: network."""

from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, under, unknown

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
CLASSIC = "aws:ec2/securityGroupRule:SecurityGroupRule"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
VPC = "aws:ec2/vpc:Vpc"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
ACL = "aws:ec2/networkAcl:NetworkAcl"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
EKS = "aws:eks/cluster:Cluster"
MODEL = "aws:sagemaker/model:Model"
OTHER = Item("aws:s3/bucket:Bucket", {})
"""A resource of another type than the controls judge."""
BASE = ("ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts")


def _group(**rule: object) -> Item:
    return Item(GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"], **rule}]})


def _rule(**rule: object) -> Item:
    return Item(RULE, {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0", **rule})


def _rule_of(group: str) -> Item:
    return Item(RULE, {**_rule().props, "securityGroupId": UNKNOWN}, "rule", {"securityGroupId": [group]})


def _classic(**rule: object) -> Item:
    base = {"type": "ingress", "securityGroupId": "sg-1", "protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}
    return Item(CLASSIC, {**base, **rule})


def _out(**rule: object) -> Item:
    return Item(GROUP, {"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"], **rule}]})


def _out_rule(**rule: object) -> Item:
    return Item(EGRESS_RULE, {"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0", **rule})


def _ports(first: int | str, last: int | str) -> dict[str, Any]:
    return {"fromPort": first, "toPort": last}


def _default_group(vpc: str = "subject", **rules: Any) -> Item:
    return Item(DEFAULT_GROUP, {"vpcId": UNKNOWN, **rules}, "default", {"vpcId": [vpc]})


def _lone_default_group(**rules: Any) -> Item:
    return Item(DEFAULT_GROUP, {"vpcId": "vpc-1", **rules})


def _endpoint(service: str, kind: str | None = "Gateway", name: str = "", vpc: str = "subject", **props: Any) -> Item:
    service_name = service if service == UNKNOWN else f"com.amazonaws.eu-west-1.{service}"
    return Item(
        ENDPOINT, {"vpcId": UNKNOWN, "serviceName": service_name, "vpcEndpointType": kind, **props}, name or service, {"vpcId": [vpc]}
    )


def _interfaces(*services: str) -> tuple[Item, ...]:
    return tuple(_endpoint(service, "Interface") for service in services)


def _lone_endpoint(service: str = "kms", kind: str = "Interface", **props: Any) -> Item:
    return Item(ENDPOINT, {"vpcId": "vpc-1", "serviceName": f"com.amazonaws.eu-west-1.{service}", "vpcEndpointType": kind, **props})


def _template(**options: Any) -> Item:
    return Item(TEMPLATE, {"metadataOptions": options})


def _addresses(*given: Any) -> Item:
    return Item(TEMPLATE, {"networkInterfaces": [{"associatePublicIpAddress": value} for value in given]})


def _service(assign: Any, type_: str = "aws:ecs/service:Service") -> Item:
    more = {"service": "s", "cluster": "c", "taskDefinition": "t"} if "taskSet" in type_ else {}
    return Item(type_, {"networkConfiguration": {"subnets": ["s"], "assignPublicIp": assign}, **more})


def _acl_rule(**rule: Any) -> Item:
    base = {"networkAclId": "acl", "ruleNumber": 100, "ruleAction": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0"}
    return Item(ACL_RULE, {**base, **rule})


def _acl(*rules: dict[str, Any], type_: str = ACL) -> Item:
    base = {"action": "allow", "protocol": "tcp", "cidrBlock": "0.0.0.0/0"}
    more = {"vpcId": "vpc-1"} if type_ == ACL else {"defaultNetworkAclId": "acl"}
    return Item(type_, {**more, "ingress": [{"ruleNo": 100 + index, **base, **rule} for index, rule in enumerate(rules)]})


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
    passes("N1", "from itself", _group(cidrBlocks=None, self=True)),
    passes("N1", "an empty list", _group(cidrBlocks=[])),
    fails("N1", "from nobody in particular", _group(cidrBlocks=None)),
    fails("N1", "ports 0 to 0", _group(**_ports(0, 0))),
    fails("N1", "rule", _rule()),
    passes("N1", "rule of every protocol without ports, which is N1.4's", _rule(ipProtocol="-1", fromPort=None, toPort=None)),
    fails("N1", "rule of every protocol", _rule(ipProtocol="-1", **_ports(0, 0))),
    passes("N1", "open beside itself, which is N1.4's", _group(self=True)),
    fails("N1", "IPv6 rule", _rule(cidrIpv4=None, cidrIpv6="::/0")),
    fails("N1", "classic rule", _classic()),
    fails("N1", "beside an unknown source", _group(cidrBlocks=[UNKNOWN, "0.0.0.0/0"])),
    not_applicable("N1", "another type", OTHER),
    unknown("N1", "source not known yet", _group(cidrBlocks=[UNKNOWN]), at="cidrBlocks[0]"),
    unknown("N1", "port not known yet", _rule(fromPort=UNKNOWN), at="fromPort"),
    passes("N1.2", "from the network", _group(**_ports(3389, 3389), cidrBlocks=["10.0.0.0/8"])),
    passes("N1.2", "SSH, which is N1's", _group()),
    fails("N1.2", "open", _group(**_ports(3389, 3389)), at="ingress[0]"),
    fails("N1.2", "rule, in a range", _rule(**_ports(1024, 65535))),
    fails("N1.2", "classic IPv6 rule", _classic(**_ports(3389, 3389), cidrBlocks=None, ipv6CidrBlocks=["::/0"])),
    not_applicable("N1.2", "another type", OTHER),
    unknown("N1.2", "source not known yet", _rule(**_ports(3389, 3389), cidrIpv4=UNKNOWN), at="cidrIpv4"),
    passes("N1.4", "plainly open, which is N1's", _group()),
    passes("N1.4", "from itself alone", _group(cidrBlocks=None, self=True)),
    passes("N1.4", "a prefix list alone", _group(cidrBlocks=None, prefixListIds=["pl-1"])),
    passes("N1.4", "the web, beside itself", _group(**_ports(443, 443), self=True)),
    fails("N1.4", "beside itself", _group(self=True), at="ingress[0]"),
    fails("N1.4", "beside a prefix list", _classic(prefixListIds=["pl-1"]), at="SSH"),
    fails("N1.4", "every protocol with other ports", _group(protocol="-1", **_ports(443, 443)), at="RDP"),
    fails("N1.4", "rule of every protocol without ports", _rule(ipProtocol="-1", fromPort=None, toPort=None)),
    fails("N1.4", "RDP beside itself", _group(**_ports(3389, 3389), self=True), at="RDP"),
    not_applicable("N1.4", "another type", OTHER),
    unknown("N1.4", "source not known yet", _group(cidrBlocks=[UNKNOWN], self=True), at="cidrBlocks[0]"),
    unknown("N1.4", "itself or not is not known yet", _group(self=UNKNOWN), at="self"),
    passes("N1.3", "the web", _group(**_ports(443, 443))),
    passes("N1.3", "Postgres from a group", _rule(**_ports(5432, 5432), cidrIpv4=None, referencedSecurityGroupId="sg-2")),
    fails("N1.3", "Postgres", _rule(**_ports(5432, 5432)), at="5432"),
    fails("N1.3", "Redis in a range", _classic(**_ports(6000, 7000)), at="Redis"),
    fails(
        "N1.3",
        "second rule",
        Item(
            GROUP, {"ingress": [{**_out().props["egress"][0], "cidrBlocks": [UNKNOWN]}, {**_group().props["ingress"][0], **_ports(20, 25)}]}
        ),
        at="ingress[1]",
    ),
    not_applicable("N1.3", "another type", OTHER),
    unknown("N1.3", "source not known yet", _group(**_ports(3306, 3306), cidrBlocks=UNKNOWN), at="cidrBlocks"),
    passes("N2", "HTTPS alone", _out(protocol="tcp", **_ports(443, 443))),
    passes("N2", "everything inside", _out(cidrBlocks=["10.0.0.0/8"])),
    passes("N2", "no rules", Item(GROUP, {})),
    passes("N2", "ingress", _classic(protocol="-1")),
    passes("N2", "every TCP port, which is N2.2's", _out(protocol="tcp", **_ports(0, 65535))),
    fails("N2", "everything", _out(), at="egress[0]"),
    passes("N2", "a range, though of no protocol", _out(**_ports(20, 200))),
    fails("N2", "every port by -1", _out_rule(ipProtocol="tcp", **_ports(-1, -1))),
    fails("N2", "everything by IPv6", _out(cidrBlocks=None, ipv6CidrBlocks=["::/0"])),
    fails("N2", "rule", _out_rule()),
    fails("N2", "IPv6 rule", _out_rule(cidrIpv4=None, cidrIpv6="::/0")),
    fails("N2", "classic rule", _classic(type="egress", protocol="-1", **_ports(0, 0))),
    not_applicable("N2", "another type", OTHER),
    unknown("N2", "destination not known yet", _out_rule(cidrIpv4=UNKNOWN), at="cidrIpv4"),
    passes("N2.2", "HTTPS alone", _out(protocol="tcp", **_ports(443, 443))),
    passes("N2.2", "everything, which is N2's", _out()),
    passes("N2.2", "high ports", _out_rule(ipProtocol="tcp", **_ports(1024, 65535))),
    fails("N2.2", "every TCP port", _out_rule(ipProtocol="tcp", **_ports(0, 65535))),
    fails("N2.2", "a range of no protocol, which AWS ignores", _out(**_ports(20, 200))),
    fails("N2.2", "every UDP port", _out(protocol="udp", **_ports(1, 65535)), at="egress[0]"),
    not_applicable("N2.2", "another type", OTHER),
    unknown("N2.2", "port not known yet", _out_rule(ipProtocol="tcp", **_ports(0, UNKNOWN)), at="toPort"),
    passes("N3", "empty", _lone_default_group()),
    passes("N3", "empty lists", _lone_default_group(ingress=[], egress=[])),
    fails("N3", "a way in", _lone_default_group(ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]), at="ingress[0]"),
    fails("N3", "a way out beside an unknown way in", _lone_default_group(ingress=UNKNOWN, egress=[{"protocol": "-1"}]), at="egress[0]"),
    not_applicable("N3", "a group of our own", Item(GROUP, {})),
    unknown("N3", "not known yet", _lone_default_group(ingress=UNKNOWN), at="ingress"),
    passes("N3.2", "taken over", Item(VPC, {"cidrBlock": "10.0.0.0/16"}), _default_group()),
    fails("N3.2", "with a rule of its own beside it", Item(VPC, {"cidrBlock": "10.0.0.0/16"}), _default_group(), _rule_of("default")),
    fails("N3.2", "taken over with a rule", Item(VPC, {"cidrBlock": "10.0.0.0/16"}), _default_group(egress=[{"protocol": "-1"}])),
    fails("N3.2", "not taken over", Item(VPC, {"cidrBlock": "10.0.0.0/16"})),
    fails(
        "N3.2", "another VPC's", Item(VPC, {"cidrBlock": "10.0.0.0/16"}), Item(VPC, {"cidrBlock": "10.1.0.0/16"}, "b"), _default_group("b")
    ),
    not_applicable("N3.2", "another type", OTHER),
    unknown("N3.2", "whose is not known yet", Item(VPC, {}), Item(DEFAULT_GROUP, {"vpcId": UNKNOWN}, "default"), at="default.vpcId"),
    passes("N4", "off", Item("aws:ec2/subnet:Subnet", {"vpcId": "v", "mapPublicIpOnLaunch": False})),
    passes("N4", "off by default", Item("aws:ec2/subnet:Subnet", {"vpcId": "v"})),
    fails("N4", "on", Item("aws:ec2/subnet:Subnet", {"vpcId": "v", "mapPublicIpOnLaunch": True}), at="mapPublicIpOnLaunch"),
    not_applicable("N4", "another type", OTHER),
    unknown("N4", "not known yet", Item("aws:ec2/subnet:Subnet", {"vpcId": "v", "mapPublicIpOnLaunch": UNKNOWN})),
    passes("N5", "tokens", _template(httpTokens="required")),
    passes("N5", "switched off", _template(httpEndpoint="disabled", httpTokens="optional")),
    passes("N5", "instance", Item(INSTANCE, {"metadataOptions": {"httpTokens": "required"}})),
    fails("N5", "optional", _template(httpTokens="optional"), at="metadataOptions.httpTokens"),
    fails("N5", "nothing said", Item(TEMPLATE, {})),
    fails("N5", "instance", Item(INSTANCE, {"metadataOptions": {"httpEndpoint": "enabled"}})),
    fails("N5", "launch configuration", Item("aws:ec2/launchConfiguration:LaunchConfiguration", {"imageId": "i", "instanceType": "t"})),
    not_applicable("N5", "another type", OTHER),
    unknown("N5", "not known yet", _template(httpTokens=UNKNOWN), at="httpTokens"),
    passes("N5.2", "none", _addresses(False)),
    passes("N5.2", "not said", Item(INSTANCE, {})),
    fails("N5.2", "template, beside an unknown", _addresses(UNKNOWN, "true"), at="networkInterfaces[1]"),
    fails("N5.2", "instance", Item(INSTANCE, {"associatePublicIpAddress": True}), at="associatePublicIpAddress"),
    fails("N5.2", "configuration", Item("aws:ec2/launchConfiguration:LaunchConfiguration", {"associatePublicIpAddress": "true"})),
    not_applicable("N5.2", "another type", OTHER),
    unknown("N5.2", "not known yet", _addresses(UNKNOWN), at="associatePublicIpAddress"),
    passes("N6", "private", Item(EKS, {"roleArn": "r", "vpcConfig": {"endpointPublicAccess": False}})),
    fails("N6", "public", Item(EKS, {"roleArn": "r", "vpcConfig": {"endpointPublicAccess": True}}), at="vpcConfig.endpointPublicAccess"),
    fails("N6", "public by default", Item(EKS, {"roleArn": "r", "vpcConfig": {"endpointPrivateAccess": True}})),
    not_applicable("N6", "another type", OTHER),
    unknown("N6", "not known yet", Item(EKS, {"roleArn": "r", "vpcConfig": {"endpointPublicAccess": UNKNOWN}})),
    passes("N7", "both", Item(VPC, {}), _endpoint("s3"), _endpoint("dynamodb", None)),
    passes("N7", "parameter asks for one", Item(VPC, {}), _endpoint("s3"), services=["s3"]),
    fails("N7", "none", Item(VPC, {}), at="No endpoint for s3"),
    fails("N7", "one", Item(VPC, {}), _endpoint("s3"), at="No endpoint for dynamodb"),
    fails("N7", "another VPC's", Item(VPC, {}), Item(VPC, {}, "b"), _endpoint("s3", vpc="b"), _endpoint("dynamodb", vpc="b")),
    not_applicable("N7", "another type", OTHER),
    unknown("N7", "service not known yet", Item(VPC, {}), _endpoint("s3"), _endpoint(UNKNOWN, name="which"), at="serviceName"),
    passes("N7.2", "complete", Item(VPC, {}), *_interfaces(*BASE)),
    fails("N7.2", "one missing", Item(VPC, {}), *_interfaces(*BASE[1:]), at="No interface endpoint for ecr.api"),
    fails("N7.2", "parameter asks for more", Item(VPC, {}), *_interfaces(*BASE), at="for sqs", services=["sqs"]),
    under({"profile": "mature"}, fails("N7.2", "NAT alone in a mature stack", Item(VPC, {}), _endpoint("s3"), at="for kms")),
    not_applicable("N7.2", "NAT alone", Item(VPC, {}), _endpoint("s3")),
    unknown("N7.2", "kind not known yet", Item(VPC, {}), _endpoint("kms", UNKNOWN), at="vpcEndpointType"),
    passes("N7.3", "on", _lone_endpoint(privateDnsEnabled=True)),
    fails("N7.3", "off", _lone_endpoint(privateDnsEnabled=False), at="privateDnsEnabled"),
    fails("N7.3", "missing", _lone_endpoint()),
    not_applicable("N7.3", "gateway", _lone_endpoint("s3", "Gateway")),
    not_applicable("N7.3", "S3 by interface", _lone_endpoint("s3")),
    not_applicable(
        "N7.3",
        "a partner's",
        Item(ENDPOINT, {"vpcId": "v", "serviceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-1", "vpcEndpointType": "Interface"}),
    ),
    unknown("N7.3", "not known yet", _lone_endpoint(privateDnsEnabled=UNKNOWN), at="privateDnsEnabled"),
    passes("N8", "private", _service(False)),
    fails("N8", "public", _service(True), at="networkConfiguration.assignPublicIp"),
    fails("N8", "task set", _service(True, "aws:ecs/taskSet:TaskSet")),
    not_applicable("N8", "another type", OTHER),
    unknown("N8", "not known yet", _service(UNKNOWN), at="assignPublicIp"),
    passes("N9", "a port", _acl_rule(**_ports(443, 443))),
    fails("N9", "every protocol", _acl_rule(protocol="-1"), at="fromPort"),
    fails("N9", "every protocol, inside", _acl_rule(protocol=-1, cidrBlock="10.0.0.0/8")),
    fails("N9", "every port", _acl_rule(**_ports(0, 65535))),
    not_applicable("N9", "egress", _acl_rule(protocol="-1", egress=True)),
    not_applicable("N9", "ICMP", _acl_rule(protocol="icmp")),
    not_applicable("N9", "denies", _acl_rule(protocol="-1", ruleAction="deny")),
    unknown("N9", "not known yet", _acl_rule(fromPort=UNKNOWN), at="fromPort"),
    passes("N9.2", "HTTPS", _acl_rule(**_ports(443, 443))),
    passes("N9.2", "from inside", _acl_rule(**_ports(22, 22), cidrBlock="10.0.0.0/8")),
    passes("N9.2", "egress", _acl_rule(**_ports(22, 22), egress=True)),
    passes("N9.2", "denied before", _acl({**_ports(0, 65535), "ruleNo": 200}, {**_ports(22, 22), "action": "deny"})),
    fails("N9.2", "rule", _acl_rule(**_ports(22, 22))),
    fails("N9.2", "IPv6 rule of every protocol", _acl_rule(cidrBlock=None, ipv6CidrBlock="::/0", protocol="-1")),
    fails("N9.2", "in a list", _acl(_ports(443, 443), _ports(20, 25)), at="ingress[1]"),
    fails("N9.2", "denied after", _acl(_ports(22, 22), {**_ports(22, 22), "action": "deny"})),
    fails("N9.2", "in the default list", _acl({"protocol": "-1", **_ports(0, 0)}, type_="aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")),
    not_applicable("N9.2", "another type", OTHER),
    unknown("N9.2", "source not known yet", _acl_rule(**_ports(22, 22), cidrBlock=UNKNOWN), at="cidrBlock"),
    passes("N9.2", "no ports, which is N9.4's", _acl_rule()),
    passes("N9.4", "HTTPS", _acl_rule(**_ports(443, 443))),
    passes("N9.4", "named, which is N9.2's", _acl_rule(**_ports(22, 22))),
    passes("N9.4", "every protocol by -1, which is N9.2's", _acl_rule(protocol="-1")),
    passes("N9.4", "from inside", _acl_rule(cidrBlock="10.0.0.0/8")),
    passes("N9.4", "denied before", _acl({"action": "deny"}, {"protocol": "all"})),
    fails("N9.4", "no ports", _acl_rule(), at="SSH"),
    fails("N9.4", "every port", _acl_rule(**_ports(0, 65535)), at="RDP"),
    fails("N9.4", "every protocol by name", _acl_rule(protocol="all", **_ports(443, 443))),
    fails("N9.4", "in a list", _acl(_ports(443, 443), {"protocol": "all"}), at="ingress[1]"),
    not_applicable("N9.4", "another type", OTHER),
    unknown("N9.4", "source not known yet", _acl_rule(cidrBlock=UNKNOWN), at="cidrBlock"),
    unknown("N9.4", "protocol not known yet", _acl_rule(protocol=UNKNOWN), at="protocol"),
    passes("N9.3", "a range for replies around it", _acl(_ports(1024, 3388), _ports(3390, 65535))),
    fails("N9.3", "a range for replies", _acl_rule(**_ports(1024, 65535))),
    fails("N9.3", "in a list", _acl(_ports(443, 443), _ports(3389, 3389)), at="ingress[1]"),
    not_applicable("N9.3", "another type", OTHER),
    unknown("N9.3", "port not known yet", _acl_rule(**_ports(1024, UNKNOWN)), at="toPort"),
    passes("N10", "isolated", Item(MODEL, {"executionRoleArn": "r", "enableNetworkIsolation": True})),
    fails("N10", "not isolated", Item(MODEL, {"executionRoleArn": "r", "enableNetworkIsolation": False}), at="enableNetworkIsolation"),
    fails("N10", "missing", Item(MODEL, {"executionRoleArn": "r"})),
    not_applicable("N10", "another type", OTHER),
    unknown("N10", "not known yet", Item(MODEL, {"executionRoleArn": "r", "enableNetworkIsolation": UNKNOWN})),
)

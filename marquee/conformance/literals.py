"""Stand-ins of the right shape for values that only AWS can tell: what a policy or a URL looks like once they are known."""

from typing import Final

_ID_PREFIXES: Final = {
    "aws_eip": "eipalloc",
    "aws_flow_log": "fl",
    "aws_instance": "i",
    "aws_internet_gateway": "igw",
    "aws_launch_template": "lt",
    "aws_nat_gateway": "nat",
    "aws_network_acl": "acl",
    "aws_network_interface": "eni",
    "aws_route_table": "rtb",
    "aws_security_group": "sg",
    "aws_subnet": "subnet",
    "aws_vpc": "vpc",
    "aws_vpc_endpoint": "vpce",
    "aws_vpc_security_group_egress_rule": "sgr",
    "aws_vpc_security_group_ingress_rule": "sgr",
}
_GLOBAL_SERVICES: Final = frozenset({"cloudfront", "iam", "route53"})
_SHAPES: Final = (
    ("account_id", "{account}"),
    ("owner_id", "{account}"),
    ("zone_id", "Z{serial:020d}"),
    ("prefix_list_id", "pl-{serial:017x}"),
    ("vpc_id", "vpc-{serial:017x}"),
    ("group_id", "sg-{serial:017x}"),
    ("key_id", "00000000-0000-0000-0000-{serial:012d}"),
    ("cidr_block", "10.0.0.0/16"),
    ("region", "{region}"),
    ("url", "https://stand-in-{serial}.example.com/"),
    ("endpoint", "https://stand-in-{serial}.example.com"),
    ("dns_name", "stand-in-{serial}.example.com"),
    ("domain_name", "stand-in-{serial}.example.com"),
    ("fqdn", "stand-in-{serial}.example.com"),
    ("ip", "192.0.2.1"),
)
"""End of an attribute's name → what such a value looks like; the first that fits."""


def literal(type_name: str, attribute: str, serial: int, *, region: str, account: str) -> str:
    """A made-up value of `type_name.attribute`; `serial` keeps two resources apart. Same arguments, same text."""
    if attribute.endswith("arn"):
        service = _service(type_name)
        where = ":" if service in _GLOBAL_SERVICES else f"{region}:"
        owner = f"{where}{account}" if service != "s3" else ":"
        return f"arn:aws:{service}:{owner}:stand-in-{serial}"
    if attribute == "id" and type_name in _ID_PREFIXES:
        return f"{_ID_PREFIXES[type_name]}-{serial:017x}"
    shape = next((shape for end, shape in _SHAPES if attribute.endswith(end)), "stand-in-{serial}")
    return shape.format(serial=serial, region=region, account=account)


def _service(type_name: str) -> str:
    """The service's name in an ARN, as far as a type's name tells it."""
    words = type_name.removeprefix("aws_").split("_")
    if words[:2] == ["cloudwatch", "log"]:
        return "logs"
    if words[:2] == ["cloudwatch", "event"]:
        return "events"
    named = {"api": "apigateway", "lb": "elasticloadbalancing", "sfn": "states"}
    return named.get(words[0], words[0] if f"aws_{words[0]}" not in _ID_PREFIXES and words[0] != "vpc" else "ec2")

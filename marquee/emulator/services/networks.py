"""What moto's EC2 leaves out: the prefix list of Route 53's health checkers, which ICMP messages an access list means, and what
a security group's rule says of itself.

Sources: Route 53 Developer Guide, "Configuring router and firewall rules for Route 53 health checks"; EC2 API Reference,
`CreateNetworkAclEntry`, `Icmp`, and `SecurityGroupRule`.
"""
# ruff: noqa: SLF001 moto has no public way in

from typing import Any

from marquee.emulator.upstream import module

_CHECKERS = ("15.177.0.0/18", "54.183.255.128/26", "54.228.16.0/26", "54.232.40.64/26", "176.34.159.192/26")


def install() -> None:
    """Change moto once, before its first request for EC2."""
    _add_prefix_list()
    _read_icmp()
    _keep_descriptions()


def _add_prefix_list() -> None:
    """AWS keeps the list in every region; moto makes a region's lists when it is first asked."""
    backend = module("moto.ec2.models.managed_prefixes").ManagedPrefixListBackend
    create = backend.create_default_pls

    def create_default_pls(self: Any) -> None:
        create(self)
        self._create_aws_managed_prefix_list(
            name=f"com.amazonaws.{self.region_name}.route53-healthchecks",
            address_family="IPv4",
            entries=[{"Cidr": cidr, "Description": "health checkers"} for cidr in _CHECKERS],
        )

    backend.create_default_pls = create_default_pls


def _read_icmp() -> None:
    """moto reads the type and the code under the name of the wire, while its parser has given them the name of the model."""
    lists = module("moto.ec2.responses.network_acls").NetworkACLs
    read = lists._get_param

    def get_param(self: Any, name: str, *rest: Any, **keywords: Any) -> Any:
        return read(self, name.replace("Icmp.", "IcmpTypeCode."), *rest, **keywords)

    lists._get_param = get_param


def _keep_descriptions() -> None:
    """moto keeps what was said of an address range, and forgets it of a prefix list or another group."""
    rule = module("moto.ec2.models.security_groups").SecurityGroupRule
    construct = rule.__init__

    def init(self: Any, *arguments: Any, **keywords: Any) -> None:
        construct(self, *arguments, **keywords)
        prefix_list: Any = keywords.get("prefix_list_id") or next(iter(arguments[7:8]), None) or {}
        self.said = self.source_group.get("Description") or prefix_list.get("Description")

    rule.__init__ = init
    rule.description = property(lambda self: self.ip_range.get("Description") or self.said)

"""The prefix list of Route 53's health checkers, which AWS keeps in every region and moto does not.

Source: Route 53 Developer Guide, "Configuring router and firewall rules for Route 53 health checks".
"""

from typing import Any

from marquee.emulator.upstream import module

_CHECKERS = ("15.177.0.0/18", "54.183.255.128/26", "54.228.16.0/26", "54.232.40.64/26", "176.34.159.192/26")


def install() -> None:
    """Add the list to those that moto gives a region when it is first asked. Once, before that."""
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

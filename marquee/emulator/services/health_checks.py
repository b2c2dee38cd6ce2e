"""What a health check of Route 53 is made of: the checks that a calculated one counts, its regions, and what is true of it.

MiniStack reads the items of both lists as empty, and writes `True` where boto3 takes `true` alone: a region's calculated check then
counts no failure of its parts, and no failover comes.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from typing import Any

from marquee.emulator.upstream import module

_LISTS = {"ChildHealthChecks": "ChildHealthCheck", "Regions": "Region"}


def install() -> None:
    """Take the place of MiniStack's `_parse_health_check_config`. Once; requests look it up by its name."""
    route53 = module("ministack.services.route53")
    parse = route53._parse_health_check_config

    def parse_health_check_config(element: Any) -> dict[str, Any]:
        config: dict[str, Any] = parse(element)
        for name, item in _LISTS.items():
            if (listed := route53._find(element, name)) is not None:
                config[name] = [each.text or "" for each in route53._findall(listed, item)]
        return {name: str(value).lower() if isinstance(value, bool) else value for name, value in config.items()}

    route53._parse_health_check_config = parse_health_check_config

"""What must hold between fields: a function a rule, each with a test of its own."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

from marquee.domain.names import contracts
from marquee.settings._batch_rules import BATCH_RULES
from marquee.settings._broken import Broken, Rule, repeated
from marquee.settings._drm_rules import DRM_RULES
from marquee.settings._edge_rules import EDGE_RULES
from marquee.settings._live_rules import LIVE_RULES
from marquee.settings._media_storage_rules import MEDIA_STORAGE_RULES
from marquee.settings._mediaconvert_rules import MEDIACONVERT_RULES
from marquee.settings._platform import Settings
from marquee.settings._playback_rules import PLAYBACK_RULES
from marquee.settings._problem import Problem, dotted, shown
from marquee.settings._region_rules import REGION_RULES
from marquee.settings._routing_rules import ROUTING_RULES
from marquee.settings._translate import value_at

PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""RFC 1918."""


def broken(settings: Settings, raw: Mapping[str, Any]) -> list[Problem]:
    """What breaks any rule; the value is the effective one, so that a profile's default shows too."""
    effective = settings.model_dump(mode="json")
    return [
        Problem(dotted(place), shown(value_at(effective, place)), why, fix) for rule in RULES for place, why, fix in rule(settings, raw)
    ]


def distinct_regions(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A region stands once in the list."""
    for index in repeated([region.name for region in s.regions]):
        yield Broken(("regions", index, "name"), "is listed twice", "remove one of the two, or name another region")


def one_primary(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """What has one writer needs exactly one place."""
    primaries = [index for index, region in enumerate(s.regions) if region.role == "primary"]
    if not primaries:
        yield Broken(("regions",), "has no region of role primary, so nothing may write", "give one region role: primary")
    for index in primaries[1:]:
        yield Broken(("regions", index, "role"), "is a second primary", "make it active or standby")


def mature_has_two_regions(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Mature promises to survive the loss of a region."""
    if s.mature and len(s.regions) < 2:
        yield Broken(
            ("regions",), "has one region, and profile mature promises to survive its loss", "add a region, or use profile starter"
        )


def cidr_sizes(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The address plan divides a /16 to a /20."""
    for index, region in enumerate(s.regions):
        if not 16 <= region.cidr.prefixlen <= 20:
            yield Broken(("regions", index, "cidr"), "is not a /16 to /20, which the address plan divides", "write 10.20.0.0/16, say")


def private_cidrs(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A VPC over public addresses hides the part of the Internet that owns them."""
    for index, region in enumerate(s.regions):
        if not any(region.cidr.subnet_of(block) for block in PRIVATE):
            yield Broken(
                ("regions", index, "cidr"),
                "is not private, so its owner's servers would be out of reach",
                f"take it from {', '.join(map(str, PRIVATE))}",
            )


def disjoint_cidrs(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Overlapping regions could never be connected."""
    for (_one, first), (two, second) in combinations(enumerate(s.regions), 2):
        if first.cidr.overlaps(second.cidr):
            yield Broken(("regions", two, "cidr"), f"overlaps {first.cidr} of {first.name}", "give each region a range of its own")


def unreserved_cidrs(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Ranges in use elsewhere stay free."""
    for index, region in enumerate(s.regions):
        for reserved in s.network.reserved_cidrs:
            if region.cidr.overlaps(reserved):
                yield Broken(("regions", index, "cidr"), f"overlaps {reserved} of network.reserved_cidrs", "choose a range outside it")


def distinct_zones(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A zone stands once in a region's list."""
    for index, region in enumerate(s.regions):
        for zone in repeated(region.zones or ()):
            yield Broken(("regions", index, "zones", zone), "is listed twice", "list each letter once")


def zones_exist(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Every region has as many zones as the stack uses."""
    for index, region in enumerate(s.regions):
        if s.network.az_count > len(region.zone_letters):
            has = f"{region.name} has only {len(region.zone_letters)}, {', '.join(region.zone_letters)}"
            yield Broken(
                ("network", "az_count"), f"is too many: {has}", f"lower it, or list what your account sees in regions[{index}].zones"
            )


def mature_has_three_zones(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """With three zones a quorum survives the loss of one."""
    if s.mature and s.network.az_count < 3:
        yield Broken(("network", "az_count"), "is below 3, and profile mature keeps a quorum when a zone fails", "write at least 3")


def existing_networks_complete(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Mode existing has a network for each region and for no other, mode create has none."""
    names = [region.name for region in s.regions]
    if s.network.mode == "create":
        if s.network.existing:
            yield Broken(("network", "existing"), "is given, but network.mode is create", "write mode: existing, or remove it")
        return
    for name in names:
        if name not in s.network.existing:
            yield Broken(
                ("network", "existing"), f"has no entry for region {name}", f"add {name}: with vpc_id, public, application and data"
            )
    for name in s.network.existing:
        if name not in names:
            yield Broken(("network", "existing", name), "is no region of this stack", "remove it, or add the region")


def existing_subnets_match_zones(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """An existing network has, in each tier, a subnet of its own for each zone."""
    for name, network in s.network.existing.items():
        tiers = {"public": network.public, "application": network.application, "data": network.data}
        seen: list[str] = []
        for tier, subnets in tiers.items():
            place = ("network", "existing", name, tier)
            if len(subnets) != s.network.az_count:
                yield Broken(place, f"has {len(subnets)} subnets, and network.az_count is {s.network.az_count}", "list one subnet a zone")
            for index, subnet in enumerate(subnets):
                if subnet in seen:
                    yield Broken((*place, index), "is listed twice", "a subnet belongs to one zone and one tier")
                seen.append(subnet)


def existing_networks_are_left_alone(s: Settings, raw: Mapping[str, Any]) -> Iterator[Broken]:
    """What only shapes a network that the platform builds says nothing about one that exists."""
    if s.network.mode == "existing":
        for name in ("nat", "interface_endpoints"):
            if name in (raw.get("network") or {}):
                yield Broken(("network", name), "means nothing with mode existing: the platform adds nothing to that network", "remove it")


def distinct_endpoints(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A VPC takes one private endpoint a service."""
    if s.network.interface_endpoints != "derived":
        for index in repeated(s.network.interface_endpoints):
            yield Broken(("network", "interface_endpoints", index), "is listed twice", "list each service once")


def segments_are_whole_gops(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A segment starts with a key frame. Fractions, because 5.76 / 1.92 is not 3.0 in floating point."""
    if Fraction(str(s.media.segment_seconds)) % Fraction(str(s.media.gop_seconds)):
        gop = s.media.gop_seconds
        why = f"is no whole multiple of media.gop_seconds, {gop:g}, so segments could not start with a key frame"
        yield Broken(("media", "segment_seconds"), why, "write a multiple of it between 2 and 6")


def deploy_role_in_account(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The providers refuse every account but the workload's."""
    role = s.accounts.deploy_role
    if role and role.split(":")[4] != s.accounts.workload:
        why = f"is a role of another account than accounts.workload, {s.accounts.workload}"
        yield Broken(("accounts", "deploy_role"), why, "name a role of that account")


def residency_within_stack(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Personal data can only live where the stack is."""
    names = [region.name for region in s.regions]
    for index, name in enumerate(s.security.residency):
        if name not in names:
            yield Broken(("security", "residency", index), "is no region of this stack", f"choose from {', '.join(names)}")
    for index in repeated(s.security.residency):
        yield Broken(("security", "residency", index), "is listed twice", "list each region once")


def somebody_is_told(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Alarms of a mature stack and a budget need a reader."""
    place = ("observability", "alarm_email")
    if s.observability.alarm_email is None:
        if s.mature:
            yield Broken(place, "is missing, and profile mature has alarms that somebody must hear", "add alarm_email: oncall@example.org")
        elif s.cost.monthly_budget_usd is not None:
            yield Broken(place, "is missing, and cost.monthly_budget_usd has nobody to tell", "add alarm_email: oncall@example.org")


def distinct_exemptions(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Two exemptions of one thing would have two dates."""
    for index in repeated([(exemption.control, exemption.resource) for exemption in s.security.exemptions]):
        yield Broken(("security", "exemptions", index), "exempts what an earlier one does", "keep one of the two")


def names_fit(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Every physical name stays within its AWS limit; the one furthest above it speaks for all."""
    over, worst = max(((len(c.name) - c.limit, c) for c in contracts(s.names, [r.name for r in s.regions])), key=lambda pair: pair[0])
    if over > 0:
        fits = len(s.identity.name) - over
        remedy = f"use at most {fits} characters" if fits > 0 else "no identity.name fits: rename the stack"
        why = f"makes the {worst.what} name {worst.name} {len(worst.name)} characters long, and AWS takes {worst.limit}"
        yield Broken(("identity", "name"), why, f"{remedy} (or a shorter stack name than {s.stack})" if fits > 0 else remedy)


RULES: tuple[Rule, ...] = (
    distinct_regions,
    one_primary,
    mature_has_two_regions,
    cidr_sizes,
    private_cidrs,
    disjoint_cidrs,
    unreserved_cidrs,
    distinct_zones,
    zones_exist,
    mature_has_three_zones,
    existing_networks_complete,
    existing_subnets_match_zones,
    existing_networks_are_left_alone,
    distinct_endpoints,
    segments_are_whole_gops,
    deploy_role_in_account,
    residency_within_stack,
    *BATCH_RULES,
    *DRM_RULES,
    *EDGE_RULES,
    *LIVE_RULES,
    *MEDIACONVERT_RULES,
    *MEDIA_STORAGE_RULES,
    *PLAYBACK_RULES,
    *REGION_RULES,
    *ROUTING_RULES,
    somebody_is_told,
    distinct_exemptions,
    names_fit,
)

"""How viewers find a region that works, and how a region that does not is passed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.refs import DistributionRef, PlaybackRef, RegionRefs, ZoneRef
from components.routing.edge_names import EdgeNames
from components.routing.region_health import RegionHealth, RegionHealthArgs
from components.routing.region_switch import RegionSwitch, RegionSwitchArgs
from components.routing.shared_name import SharedName, SharedNameArgs, Target, nearest_name
from marquee.domain.names import Names
from marquee.settings.regions import Region
from marquee.settings.routing import Routing as RoutingSettings


@dataclass(frozen=True, kw_only=True)
class RoutingArgs:
    """Arguments of `Routing`."""

    names: Names
    boundary_arn: Input[str]
    zone: ZoneRef
    routing: RoutingSettings
    regions: Sequence[Region]
    planes: Mapping[str, RegionRefs]
    """Region → its ingress."""
    apis: Mapping[str, PlaybackRef]
    """Region → its playback API."""
    distributions: Sequence[DistributionRef]


class Routing(ComponentResource):
    """Names, health checks and failover. It owns every record that more than one region stands behind."""

    health: Mapping[str, RegionHealth]
    plan_arns: Sequence[Output[str]]

    def __init__(self, name: str, args: RoutingArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:Routing", name, {}, opts)
        self._name, self._args = name, args
        child = ResourceOptions(parent=self)
        self.health = {region.name: self._region_health(region) for region in args.regions}
        api_name = next(iter(args.apis.values())).origin_domain
        switches = self._switches(nearest_name(api_name, args.routing.geolocation, standby=bool(self._of_role(standby=True))))
        apis = {region: Target(domain_name=ref.target_domain, zone_id=ref.target_zone_id) for region, ref in args.apis.items()}
        ingresses = {
            region: Target(domain_name=ref.load_balancer_dns_name, zone_id=ref.load_balancer_zone_id) for region, ref in args.planes.items()
        }
        for label, domain, targets in (("api", api_name, apis), ("ingress", f"origin.{args.zone.domain}", ingresses)):
            SharedName(
                f"{name}-{label}",
                SharedNameArgs(
                    zone=args.zone,
                    domain=domain,
                    serving={region: targets[region] for region in self._of_role(standby=False)},
                    standby={region: targets[region] for region in self._of_role(standby=True)},
                    health={region: health.check_id for region, health in self.health.items()},
                    # ARC's checks are for the API's records; the ingress follows the regions' own health.
                    switches=switches if label == "api" else {},
                    geolocation=args.routing.geolocation,
                ),
                opts=child,
            )
        EdgeNames(f"{name}-edge", zone=args.zone, distributions=args.distributions, opts=child)
        self.register_outputs({})

    def _of_role(self, *, standby: bool) -> list[str]:
        return [region.name for region in self._args.regions if (region.role == "standby") == standby]

    def _region_health(self, region: Region) -> RegionHealth:
        plane = self._args.planes[region.name]
        return RegionHealth(
            f"{self._name}-{region.name}",
            RegionHealthArgs(
                region=region.name,
                domain=plane.origin_domain,
                alarm_name=plane.errors_alarm,
                fast=self._args.routing.fast_health_checks,
                label=f"{self._args.names.prefix} {region.name}",
            ),
            opts=ResourceOptions(parent=self),
        )

    def _switches(self, record: str) -> dict[str, Output[str | None]]:
        """A plan between the first serving region and each other, so that a further region adds a plan and changes none."""
        first, *others = self._of_role(standby=False)
        plans = [
            RegionSwitch(
                f"{self._name}-switch-{region}",
                RegionSwitchArgs(
                    names=self._args.names,
                    boundary_arn=self._args.boundary_arn,
                    zone=self._args.zone,
                    record=record,
                    regions=(first, region),
                ),
                opts=ResourceOptions(parent=self),
            )
            for region in others
        ]
        self.plan_arns = [plan.plan_arn for plan in plans]
        found: dict[str, Output[str | None]] = {}
        for plan in reversed(plans):  # the first region has a check in every plan, and its record takes one: the first plan's
            found |= plan.checks
        return found

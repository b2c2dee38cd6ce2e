"""What every region of the platform stands on: network, ingress, dead letters, alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from pulumi import ComponentResource, ResourceOptions

from components.ingress.deep_health import DeepHealth, DeepHealthArgs
from components.ingress.ingress import Ingress, IngressArgs
from components.messaging.queue import Queue, QueueArgs
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.existing import existing_network
from components.network.vpc import Vpc, VpcArgs
from components.observability.alarm_topic import AlarmTopic, AlarmTopicArgs
from components.observability.alarms import RegionalAlarms, RegionalAlarmsArgs
from components.refs import NetworkRef, Placement, QueueRef, RegionRefs, TableRef, TopicRef, ZoneRef
from marquee.domain.names import BusRule, EventRule
from marquee.settings.network import Network
from marquee.settings.observability import Observability
from marquee.settings.regions import Region
from marquee.settings.waf import Waf


@dataclass(frozen=True, kw_only=True)
class RegionalPlaneArgs:
    """Arguments of `RegionalPlane`."""

    placement: Placement
    region: Region
    zones: Sequence[str]
    """Letters of the availability zones in use; `Settings.zones` chooses them."""
    network: Network
    observability: Observability
    zone: ZoneRef
    waf: Waf
    catalogue: TableRef
    """The replica in this region."""
    services: frozenset[str]
    """AWS services, by IAM prefix (`states`, `kms`), that the region's components call; private endpoints follow from them."""


class RegionalPlane(ComponentResource):
    """Give it the provider of its region; all that is below inherits it. It knows of no other region."""

    network: NetworkRef
    refs: RegionRefs
    dead_letters: QueueRef
    alarms: TopicRef

    def __init__(self, name: str, args: RegionalPlaneArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:region:RegionalPlane", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        self.network = self._network(name, args)
        self.dead_letters = Queue(
            f"{name}-dead-letters",
            QueueArgs(placement=place, purpose="dead-letters", event_sources=_event_sources(place)),
            opts=child,
        ).ref
        ingress = Ingress(f"{name}-ingress", IngressArgs(placement=place, network=self.network, zone=args.zone, waf=args.waf), opts=child)
        health = DeepHealth(
            f"{name}-health",
            DeepHealthArgs(
                placement=place,
                catalogue=args.catalogue,
                dead_letters=self.dead_letters,
                listener_arn=ingress.load_balancer.listener_arn,
            ),
            opts=child,
        )
        topic = AlarmTopic(f"{name}-topic", AlarmTopicArgs(placement=place, email=args.observability.alarm_email), opts=child)
        self.alarms = topic.ref
        alarms = RegionalAlarms(
            f"{name}-alarms",
            RegionalAlarmsArgs(
                placement=place,
                slo=args.observability.slo,
                topic=self.alarms,
                load_balancer=ingress.load_balancer.arn_suffix,
                health_target_group=health.target_group_arn_suffix,
                dead_letters=self.dead_letters,
            ),
            opts=child,
        )
        self.refs = RegionRefs(
            region=place.region,
            load_balancer_dns_name=ingress.load_balancer.dns_name,
            load_balancer_zone_id=ingress.load_balancer.zone_id,
            origin_domain=ingress.origin_domain,
            load_balancer_arn=ingress.load_balancer.arn,
            errors_alarm=alarms.errors,
        )
        self.register_outputs({"vpc_id": self.network.vpc_id, "origin_domain": ingress.origin_domain})

    def _network(self, name: str, args: RegionalPlaneArgs) -> NetworkRef:
        if args.network.mode == "existing":
            return existing_network(args.region, args.network)
        child = ResourceOptions(parent=self)
        vpc = Vpc(
            f"{name}-vpc",
            VpcArgs(placement=args.placement, cidr=args.region.cidr, zones=args.zones, nat=args.network.nat),
            opts=child,
        )
        Endpoints(
            f"{name}-endpoints",
            EndpointsArgs(
                placement=args.placement,
                network=vpc.ref,
                route_tables=vpc.application_route_tables,
                interface_endpoints=args.network.interface_endpoints,
                services=args.services | DeepHealth.CALLS,
            ),
            opts=child,
        )
        return vpc.ref


def _event_sources(place: Placement) -> list[str]:
    """The stack's rules on either bus, and its own bus: their names are contracts, so the queue can know them beforehand."""
    events = f"arn:aws:events:{place.region}:{place.account}"
    rules = [f"{events}:rule/{place.names.event_rule(rule)}" for rule in get_args(EventRule)]
    rules += [place.bus_rule_arn(rule) for rule in get_args(BusRule)]
    return [*rules, f"{events}:event-bus/{place.names.event_bus()}"]

"""The way into a region: its names, its certificate, its load balancer."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.ingress.certificate import ValidatedCertificate, ValidatedCertificateArgs
from components.ingress.load_balancer import PublicLoadBalancer, PublicLoadBalancerArgs
from components.ingress.web_acl import RegionalWebAcl, RegionalWebAclArgs
from components.protection import data_opts
from components.refs import NetworkRef, Placement, ZoneRef
from marquee.domain.regions import short_code
from marquee.settings.waf import Waf


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """Arguments of `Ingress`."""

    placement: Placement
    network: NetworkRef
    zone: ZoneRef
    waf: Waf


class Ingress(ComponentResource):
    """A public load balancer under a name of the region's own, and a private zone for the services behind it.

    The certificate holds the region's name alone. Names that regions share (`api.<domain>`) belong to the edge: two regions
    would otherwise both own the record that proves them.
    """

    origin_domain: str
    load_balancer: PublicLoadBalancer

    def __init__(self, name: str, args: IngressArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:Ingress", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        code = short_code(place.region)
        self.origin_domain = f"origin.{code}.{args.zone.domain}"
        certificate = ValidatedCertificate(
            f"{name}-certificate", ValidatedCertificateArgs(zone=args.zone, domain_names=[self.origin_domain]), opts=child
        )
        self.load_balancer = PublicLoadBalancer(
            f"{name}-alb",
            PublicLoadBalancerArgs(placement=place, network=args.network, certificate_arn=certificate.arn),
            opts=child,
        )
        RegionalWebAcl(
            f"{name}-waf",
            RegionalWebAclArgs(placement=place, waf=args.waf, load_balancer_arn=self.load_balancer.arn),
            opts=child,
        )
        aws.route53.Record(
            f"{name}-origin",
            zone_id=args.zone.id,
            name=self.origin_domain,
            type="A",  # no AAAA: the VPC speaks IPv4, and CloudFront speaks IPv6 to viewers in front of it
            aliases=[
                {
                    "name": self.load_balancer.dns_name,
                    "zone_id": self.load_balancer.zone_id,
                    "evaluate_target_health": True,
                }
            ],
            opts=child,
        )
        aws.route53.Zone(
            f"{name}-internal",
            name=f"{code}.internal.{args.zone.domain}",
            comment=f"Services of {place.names.prefix} in {place.region}",
            force_destroy=not place.keep_data,
            vpcs=[{"vpc_id": args.network.vpc_id, "vpc_region": place.region}],
            opts=data_opts(self, keep_data=place.keep_data),
        )
        self.register_outputs({"origin_domain": self.origin_domain})

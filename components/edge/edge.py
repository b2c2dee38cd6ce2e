"""The edge: everything that a viewer meets before a region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.edge.api_distribution import ApiDistribution, ApiDistributionArgs
from components.edge.code import EdgeCode
from components.edge.logs import AccessLogDelivery, Distribution, RealtimeLogs, RealtimeLogsArgs
from components.edge.media_distribution import MediaDistribution, MediaDistributionArgs
from components.edge.policies import EdgePolicies
from components.edge.web_acl import EdgeWebAcl, EdgeWebAclArgs
from components.ingress.certificate import ValidatedCertificate, ValidatedCertificateArgs
from components.refs import EdgeRefs, LiveRef, PackagingRef, ZoneRef
from marquee.domain.names import Names
from marquee.settings.edge import Edge as EdgeSettings


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """Arguments of `Edge`."""

    names: Names
    zone: ZoneRef
    edge: EdgeSettings
    boundary_arn: Input[str]
    logs_key_arn: Input[str]
    """Key of logs in the edge's region."""
    log_retention_days: int
    access_logs: Input[str]
    """ARN of the bucket for access logs."""
    key_group_id: Input[str]
    """Keys that sign for media."""
    renditions: Mapping[str, str]
    """Region → bucket of renditions, the preferred region first."""
    api_origin: str
    """Name that the APIs of all regions answer to."""
    ingresses: Sequence[tuple[str, str]]
    """Region and domain name of its ingress, the preferred region first."""
    live: Sequence[LiveRef] = ()
    """Live origins, the preferred region first."""
    packaging: Sequence[PackagingRef] = ()
    """Packaging groups of regions that package just in time."""


class Edge(ComponentResource):
    """Give it the provider of us-east-1: CloudFront takes certificates, web ACLs and real-time streams from nowhere else.

    Origins, their buckets and the keys that sign belong to others; DNS records that lead here do too.
    """

    certificate_arn: Output[str]
    refs: EdgeRefs

    def __init__(self, name: str, args: EdgeArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Edge", name, {}, opts)
        child = ResourceOptions(parent=self)
        media, api = f"media.{args.zone.domain}", f"api.{args.zone.domain}"
        self.certificate_arn = ValidatedCertificate(
            f"{name}-certificate", ValidatedCertificateArgs(zone=args.zone, domain_names=[media, api]), opts=child
        ).arn
        web_acl = EdgeWebAcl(
            f"{name}-waf",
            EdgeWebAclArgs(
                names=args.names,
                waf=args.edge.waf,
                media_domain=media,
                logs_key_arn=args.logs_key_arn,
                log_retention_days=args.log_retention_days,
            ),
            opts=child,
        )
        players = args.edge.player_origins or (f"https://player.{args.zone.domain}",)
        code = EdgeCode(f"{name}-code", args.names, opts=child)
        policies = EdgePolicies(f"{name}-policies", player_origins=players, opts=child)
        realtime = self._realtime_logs(name, args)
        made = MediaDistribution(
            f"{name}-media",
            MediaDistributionArgs(
                domain_name=media,
                certificate_arn=self.certificate_arn,
                edge=args.edge,
                renditions=args.renditions,
                live=args.live,
                packaging=args.packaging,
                code=code,
                policies=policies,
                key_group_id=args.key_group_id,
                web_acl_arn=web_acl.arn,
                realtime_log_config_arn=realtime,
            ),
            opts=child,
        )
        media_distribution = made.ref
        api_distribution = ApiDistribution(
            f"{name}-api",
            ApiDistributionArgs(
                domain_name=api,
                certificate_arn=self.certificate_arn,
                edge=args.edge,
                origin=args.api_origin,
                ingresses=args.ingresses,
                code=code,
                policies=policies,
                web_acl_arn=web_acl.arn,
                realtime_log_config_arn=realtime,
            ),
            opts=child,
        ).ref
        logged: dict[Distribution, Output[str]] = {"media": media_distribution.arn, "api": api_distribution.arn}
        if made.canary_arn is not None:
            logged["canary"] = made.canary_arn
        AccessLogDelivery(
            f"{name}-logs",
            logged,
            names=args.names,
            bucket=args.access_logs,
            opts=child,
        )
        self.refs = EdgeRefs(media=media_distribution, api=api_distribution, store_arn=code.store_arn, web_acl_arn=web_acl.arn)
        self.register_outputs({"media": media_distribution.domain_name, "api": api_distribution.domain_name})

    def _realtime_logs(self, name: str, args: EdgeArgs) -> Output[str] | None:
        if not args.edge.realtime_log_percent:
            return None
        logs = RealtimeLogsArgs(
            names=args.names, boundary_arn=args.boundary_arn, key_arn=args.logs_key_arn, percent=args.edge.realtime_log_percent
        )
        return RealtimeLogs(f"{name}-realtime", logs, opts=ResourceOptions(parent=self)).config_arn

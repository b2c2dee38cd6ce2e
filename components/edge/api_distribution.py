"""The distribution of the API: cached by nobody, near to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.edge.canary import protocols
from components.edge.code import EdgeCode
from components.edge.media_distribution import restrictions, viewer_certificate
from components.edge.origins import Origin, Target
from components.edge.policies import EdgePolicies
from components.refs import DistributionRef
from marquee.settings.edge import Edge

_ALL = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
_READ = ["GET", "HEAD", "OPTIONS"]
_HEALTH = "/health/*"


@dataclass(frozen=True, kw_only=True)
class ApiDistributionArgs:
    """Arguments of `ApiDistribution`."""

    domain_name: str
    certificate_arn: Input[str]
    edge: Edge
    origin: str
    """Name that the APIs of all regions answer to. DNS passes over the regions that are down, since CloudFront fails over no POST."""
    ingresses: Sequence[tuple[str, str]]
    """Region and domain name of its ingress, the preferred region first: they say whether a region works."""
    code: EdgeCode
    policies: EdgePolicies
    web_acl_arn: Input[str]
    realtime_log_config_arn: Input[str] | None


class ApiDistribution(ComponentResource):
    """The regional APIs under one name. Whether a caller may do what it asks is theirs to say."""

    ref: DistributionRef

    def __init__(self, name: str, args: ApiDistributionArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:ApiDistribution", name, {}, opts)
        api = Origin(origin_id="api", domain_name=args.origin, own_protocol=True)
        health = Target(
            target_id="health",
            origins=[Origin(origin_id=f"ingress-{region}", domain_name=domain, own_protocol=True) for region, domain in args.ingresses],
        )
        distribution = aws.cloudfront.Distribution(
            name,
            comment="API",
            aliases=[args.domain_name],
            enabled=True,
            is_ipv6_enabled=True,
            price_class=args.edge.price_class,
            http_version=protocols(0),
            web_acl_id=args.web_acl_arn,
            viewer_certificate=viewer_certificate(args.certificate_arn),
            restrictions=restrictions(args.edge),
            origins=[api.declared(), *health.declared()],  # pyright: ignore[reportArgumentType]
            origin_groups=health.groups(),  # pyright: ignore[reportArgumentType]
            default_cache_behavior=_behaviour(args, api.origin_id, _ALL),
            ordered_cache_behaviors=[{**_behaviour(args, health.id, _READ), "path_pattern": _HEALTH}],  # pyright: ignore[reportArgumentType]
            custom_error_responses=[{"error_code": code, "error_caching_min_ttl": 0} for code in (403, 404, 500, 502, 503, 504)],
            opts=ResourceOptions(parent=self),
        )
        self.ref = DistributionRef(
            id=distribution.id, arn=distribution.arn, domain_name=distribution.domain_name, zone_id=distribution.hosted_zone_id,
            alias=args.domain_name,
        )  # fmt: skip
        self.register_outputs({"id": distribution.id})


def _behaviour(args: ApiDistributionArgs, target: str, methods: list[str]) -> Any:
    behaviour: dict[str, Any] = {
        "target_origin_id": target,
        "viewer_protocol_policy": "https-only",
        "allowed_methods": methods,
        "cached_methods": ["GET", "HEAD"],
        "compress": True,
        "cache_policy_id": args.policies.uncached,
        "origin_request_policy_id": args.policies.api_requests,
        "response_headers_policy_id": args.policies.api_responses,
        "function_associations": [{"event_type": "viewer-request", "function_arn": args.code.api_request}],
    }
    if args.realtime_log_config_arn is not None:
        behaviour["realtime_log_config_arn"] = args.realtime_log_config_arn
    return behaviour

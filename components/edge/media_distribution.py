"""The distribution of media: nothing is served without a signature that one of our keys made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.edge.canary import Canary, protocols
from components.edge.code import EdgeCode
from components.edge.origins import Origin, Target
from components.edge.policies import EdgePolicies
from components.refs import DistributionRef, LiveRef, PackagingRef
from marquee.domain.edge import LIVE, MANIFESTS, MEDIA, media_bucket_domain, packaged
from marquee.domain.packaging import CDN_HEADER, EGRESS
from marquee.settings.edge import Edge

MINIMUM_TLS = "TLSv1.2_2021"
_READ = ["GET", "HEAD"]
_MISSING = (403, 404)
"""What S3 answers for an object that is not in this region (403 without the permission to list)."""
_ERRORS = {403: 1, 404: 1, 500: 1, 502: 1, 503: 1, 504: 1}
"""Status → seconds that an origin's answer of that kind is kept: a live segment that is asked for too early is there a second later."""


@dataclass(frozen=True, kw_only=True)
class MediaDistributionArgs:
    """Arguments of `MediaDistribution`."""

    domain_name: str
    certificate_arn: Input[str]
    edge: Edge
    renditions: Mapping[str, str]
    """Region → bucket, the preferred region first."""
    live: Sequence[LiveRef] = ()
    """Live origins, the preferred region first."""
    packaging: Sequence[PackagingRef] = ()
    """Packaging groups of regions that package just in time."""
    code: EdgeCode
    policies: EdgePolicies
    key_group_id: Input[str]
    web_acl_arn: Input[str]
    realtime_log_config_arn: Input[str] | None


class MediaDistribution(ComponentResource):
    """Titles from S3 and live from MediaPackage, each from the second region when the first fails.

    What is packaged just in time has one origin: an asset is in the region that ingested it, and nowhere else.
    """

    ref: DistributionRef
    canary_arn: Output[str] | None
    """Of the staging distribution; None without one."""

    def __init__(self, name: str, args: MediaDistributionArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:MediaDistribution", name, {}, opts)
        child = ResourceOptions(parent=self)
        titles = Target(target_id="titles", origins=_buckets(name, args.renditions, child), also_on=_MISSING)
        live = Target(target_id="live", origins=_channels(name, args.live, child), also_on=(404,)) if args.live else None
        packagers = {ref.region: Target(target_id=f"jit-{ref.region}", origins=[_packager(ref)]) for ref in args.packaging}
        targets = [titles, *([live] if live else []), *packagers.values()]
        config: dict[str, Any] = {
            "enabled": True,
            "is_ipv6_enabled": True,
            "price_class": args.edge.price_class,
            "http_version": protocols(args.edge.canary_percent),
            "web_acl_id": args.web_acl_arn,
            "viewer_certificate": viewer_certificate(args.certificate_arn),
            "restrictions": restrictions(args.edge),
            "origins": [origin for target in targets for origin in target.declared()],
            "origin_groups": [group for target in targets for group in target.groups()],
            "default_cache_behavior": _behaviour(args, titles.id, args.policies.segments),
            "ordered_cache_behaviors": [
                *([{**_behaviour(args, live.id, args.policies.live, compress=True), "path_pattern": LIVE}] if live else []),
                *(behaviour for region, target in packagers.items() for behaviour in _just_in_time(args, target.id, region)),
                *(
                    {**_behaviour(args, titles.id, args.policies.manifests, compress=True), "path_pattern": pattern}
                    for pattern in MANIFESTS
                ),
                {**_behaviour(args, titles.id, args.policies.segments), "path_pattern": MEDIA},
            ],
            "custom_error_responses": [
                {"error_code": code, "error_caching_min_ttl": seconds} for code, seconds in sorted(_ERRORS.items())
            ],
        }  # fmt: skip
        canary = Canary(name, config, percent=args.edge.canary_percent, opts=child) if args.edge.canary_percent else None
        distribution = aws.cloudfront.Distribution(
            name,
            comment="Media",
            aliases=[args.domain_name],
            continuous_deployment_policy_id=canary.policy_id if canary else None,
            **config,
            opts=child,
        )
        self.ref = DistributionRef(
            id=distribution.id, arn=distribution.arn, domain_name=distribution.domain_name, zone_id=distribution.hosted_zone_id,
            alias=args.domain_name,
        )  # fmt: skip
        self.canary_arn = canary.distribution_arn if canary else None
        self.register_outputs({"id": distribution.id})


def viewer_certificate(arn: Input[str]) -> Any:
    """By name (SNI): an address of one's own costs 600 $ a month, for players that no longer exist."""
    return {"acm_certificate_arn": arn, "ssl_support_method": "sni-only", "minimum_protocol_version": MINIMUM_TLS}


def restrictions(edge: Edge) -> Any:
    """Countries, as the settings say. A list of either kind, never both."""
    for kind, countries in (("whitelist", edge.countries_allowed), ("blacklist", edge.countries_blocked)):
        if countries:
            return {"geo_restriction": {"restriction_type": kind, "locations": sorted(countries)}}
    return {"geo_restriction": {"restriction_type": "none", "locations": []}}


def _behaviour(args: MediaDistributionArgs, target: str, cache_policy: Input[str], *, compress: bool = False) -> dict[str, Any]:
    behaviour: dict[str, Any] = {
        "target_origin_id": target,
        "viewer_protocol_policy": "https-only",
        "allowed_methods": _READ,
        "cached_methods": _READ,
        "compress": compress,  # segments are compressed already
        "cache_policy_id": cache_policy,
        "response_headers_policy_id": args.policies.media_responses,
        "trusted_key_groups": [args.key_group_id],
        "function_associations": [{"event_type": "viewer-request", "function_arn": args.code.media_request}],
    }
    if args.realtime_log_config_arn is not None:
        behaviour["realtime_log_config_arn"] = args.realtime_log_config_arn
    return behaviour


def _just_in_time(args: MediaDistributionArgs, target: str, region: str) -> list[dict[str, Any]]:
    """As for renditions in S3: an asset never changes either."""
    *manifests, segments = packaged(region)
    return [
        *({**_behaviour(args, target, args.policies.manifests, compress=True), "path_pattern": pattern} for pattern in manifests),
        {**_behaviour(args, target, args.policies.segments), "path_pattern": segments},
    ]


def _packager(ref: PackagingRef) -> Origin:
    """MediaPackage VOD knows no access control of CloudFront's: who has the header is let in."""
    return Origin(
        origin_id=f"jit-{ref.region}",
        domain_name=ref.origin_domain,
        path=EGRESS,
        region=ref.region,
        headers={CDN_HEADER: ref.cdn_identifier},
        own_protocol=True,
    )


def _buckets(name: str, renditions: Mapping[str, str], opts: ResourceOptions) -> Sequence[Origin]:
    control = _access_control(f"{name}-titles", "s3", opts)
    return [
        Origin(
            origin_id=f"titles-{region}",
            domain_name=media_bucket_domain(bucket, region),
            region=region,
            access_control_id=control,
        )
        for region, bucket in renditions.items()
    ]


def _channels(name: str, live: Sequence[LiveRef], opts: ResourceOptions) -> Sequence[Origin]:
    control = _access_control(f"{name}-live", "mediapackagev2", opts)
    return [
        Origin(
            origin_id=f"live-{ref.region}",
            domain_name=ref.origin_domain,
            path=ref.origin_path,
            region=ref.region,
            access_control_id=control,
            own_protocol=True,
        )
        for ref in live
    ]


def _access_control(name: str, kind: str, opts: ResourceOptions) -> Output[str]:
    """CloudFront signs every request to the origin, so that nobody else can read there."""
    return aws.cloudfront.OriginAccessControl(
        name,
        description=f"Signs requests of the media distribution to {kind}",
        origin_access_control_origin_type=kind,
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=opts,
    ).id

"""The region's public load balancer: HTTPS alone, logged, and nothing behind it until a rule says so."""

from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.security import IngressSecurity, IngressSecurityArgs
from components.refs import NetworkRef, Placement
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs

_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.3, and 1.2 with forward secrecy for callers that know no better (Route 53's health checkers)."""


@dataclass(frozen=True, kw_only=True)
class PublicLoadBalancerArgs:
    """Arguments of `PublicLoadBalancer`."""

    placement: Placement
    network: NetworkRef
    certificate_arn: Input[str]


class PublicLoadBalancer(ComponentResource):
    """An application load balancer over the public subnets. A request that no rule knows gets a bare 404."""

    arn: Output[str]
    arn_suffix: Output[str]
    """How CloudWatch's metrics call it."""
    dns_name: Output[str]
    zone_id: Output[str]
    """Hosted zone for alias records: Elastic Load Balancing's own, not ours."""
    listener_arn: Output[str]

    def __init__(self, name: str, args: PublicLoadBalancerArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:PublicLoadBalancer", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        logs = _access_logs(f"{name}-logs", place, child)
        security = IngressSecurity(f"{name}-security", IngressSecurityArgs(placement=place, network=args.network), opts=child)
        balancer = aws.lb.LoadBalancer(
            name,
            name=place.names.load_balancer(place.region),
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=list(args.network.public_subnet_ids),
            security_groups=security.group_ids,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=place.keep_data,
            access_logs={"bucket": logs.ready, "enabled": True},
            opts=child,
        )
        listener = aws.lb.Listener(
            name,
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=_TLS_POLICY,
            certificate_arn=args.certificate_arn,
            default_actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain", "status_code": "404"}}],
            opts=child,
        )
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.listener_arn = listener.arn
        self.register_outputs({"dns_name": self.dns_name})


def _access_logs(name: str, place: Placement, opts: ResourceOptions) -> EncryptedBucket:
    """The bucket that Elastic Load Balancing writes to. It supports S3's own key and no other."""
    bucket = place.names.bucket("access-logs", place.region)
    delivery: dict[str, Any] = {
        "Sid": "DeliverAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/{place.account}/*",
        # Of our account in this region. Source: ALB User Guide, "Enable access logs for your Application Load Balancer".
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:elasticloadbalancing:{place.region}:{place.account}:loadbalancer/*"}},
    }
    return EncryptedBucket(
        name,
        EncryptedBucketArgs(
            bucket_name=bucket,
            key_arn=None,
            region=place.region,
            keep_data=place.keep_data,
            expire_days={"": place.log_retention_days},
            statements=[delivery],
        ),
        opts=opts,
    )

"""Whether a region serves, as Route 53 sees it from outside and as the region's own alarm says."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.deep_health import PATH

_FAILURES = 3  # in a row, so that one lost request moves nobody


@dataclass(frozen=True, kw_only=True)
class RegionHealthArgs:
    """Arguments of `RegionHealth`."""

    region: str
    domain: str
    """The region's own name, which never leads to another region."""
    alarm_name: Input[str]
    """Alarm of the share of failed requests, in `region`."""
    fast: bool
    """True: every 10 seconds, else every 30."""
    label: str
    """What the console shows, since a health check has no other name."""


class RegionHealth(ComponentResource):
    """Healthy is what answers the deep check and does not burn its error budget. Checkers sit in many regions, none of them asked alone.

    Source: Amazon Route 53 Developer Guide, "Types of Amazon Route 53 health checks".
    """

    check_id: Output[str]
    """The calculated check: what records refer to."""
    check_arn: Output[str]

    def __init__(self, name: str, args: RegionHealthArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:RegionHealth", name, {}, opts)
        child = ResourceOptions(parent=self)
        deep = aws.route53.HealthCheck(
            f"{name}-deep",
            type="HTTPS",
            fqdn=args.domain,
            port=443,
            resource_path=PATH,
            request_interval=10 if args.fast else 30,
            failure_threshold=_FAILURES,
            enable_sni=True,
            tags={"Name": f"{args.label} deep"},
            opts=child,
        )
        alarm = aws.route53.HealthCheck(
            f"{name}-alarm",
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=args.alarm_name,
            cloudwatch_alarm_region=args.region,
            # An alarm without data says nothing against the region; the deep check would.
            insufficient_data_health_status="LastKnownStatus",
            tags={"Name": f"{args.label} alarm"},
            opts=child,
        )
        both = aws.route53.HealthCheck(
            name,
            type="CALCULATED",
            child_healthchecks=[deep.id, alarm.id],
            child_health_threshold=2,
            tags={"Name": args.label},
            opts=child,
        )
        self.check_id, self.check_arn = both.id, both.arn
        self.register_outputs({"check_id": both.id})

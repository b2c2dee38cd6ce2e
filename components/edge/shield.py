"""Shield Advanced, for an account that has subscribed to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.refs import EdgeRefs, RegionRefs


@dataclass(frozen=True, kw_only=True)
class ShieldArgs:
    """Arguments of `Shield`."""

    prefix: str
    regions: Sequence[RegionRefs]
    """Their public load balancers."""
    edge: EdgeRefs
    home: str
    """The region whose health stands for the distributions'."""
    checks: Mapping[str, Input[str]]
    """Region → its health check. With it Shield tells a flood that hurts from one that does not, and looks sooner."""


class Shield(ComponentResource):
    """Protections and their health checks, and no subscription: that is 3,000 dollars a month for a year, which a program must not decide.

    Without the subscription AWS refuses each protection. Source: AWS Shield API Reference, CreateProtection.
    """

    def __init__(self, name: str, args: ShieldArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Shield", name, {}, opts)
        child = ResourceOptions(parent=self)
        protected = [(f"ingress-{ref.region}", ref.load_balancer_arn, ref.region) for ref in args.regions]
        protected += [("media", args.edge.media.arn, args.home), ("api", args.edge.api.arn, args.home)]
        for label, arn, region in protected:
            protection = aws.shield.Protection(f"{name}-{label}", name=f"{args.prefix}-{label}", resource_arn=arn, opts=child)
            aws.shield.ProtectionHealthCheckAssociation(
                f"{name}-{label}", health_check_arn=args.checks[region], shield_protection_id=protection.id, opts=child
            )
        self.register_outputs({})

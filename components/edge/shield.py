"""Shield Advanced, for an account that has subscribed to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions


@dataclass(frozen=True, kw_only=True)
class Protected:
    """What is protected."""

    resource_arn: Input[str]
    health_check_arn: Input[str] | None = None
    """With it Shield tells a flood that hurts from one that does not, and looks sooner."""


@dataclass(frozen=True, kw_only=True)
class ShieldArgs:
    """Arguments of `Shield`."""

    prefix: str
    protected: Mapping[str, Protected] = field(default_factory=dict[str, Protected])
    """Short name → what it stands for."""


class Shield(ComponentResource):
    """Protections and their health checks, and no subscription: that is 3,000 dollars a month for a year, which a program must not decide.

    Without the subscription AWS refuses each protection. Source: AWS Shield API Reference, CreateProtection.
    """

    def __init__(self, name: str, args: ShieldArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Shield", name, {}, opts)
        child = ResourceOptions(parent=self)
        for label, protected in args.protected.items():
            protection = aws.shield.Protection(
                f"{name}-{label}", name=f"{args.prefix}-{label}", resource_arn=protected.resource_arn, opts=child
            )
            if protected.health_check_arn is not None:
                aws.shield.ProtectionHealthCheckAssociation(
                    f"{name}-{label}",
                    health_check_arn=protected.health_check_arn,
                    shield_protection_id=protection.id,
                    opts=child,
                )
        self.register_outputs({})

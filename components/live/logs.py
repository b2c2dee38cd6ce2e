"""Who sent what to the live origin, and who fetched it."""

from collections.abc import Mapping
from typing import Final

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.refs import Placement
from marquee.domain.names import LogDelivery

_TYPES: Final[Mapping[LogDelivery, str]] = {"live-egress": "EGRESS_ACCESS_LOGS", "live-ingress": "INGRESS_ACCESS_LOGS"}
"""Source: MediaPackage v2 User Guide, "Access logging"."""


class OriginLogs(ComponentResource):
    """Access logs of a channel group, in an encrypted log group.

    Deliveries are made in turn, as `AccessLogDelivery` makes its own. CloudWatch Logs lets them into the log group by itself, since
    whoever deploys may write the account's resource policies.
    """

    def __init__(self, name: str, placement: Placement, group_arn: Input[str], opts: ResourceOptions | None = None):
        super().__init__("marquee:live:OriginLogs", name, {}, opts)
        child, names = ResourceOptions(parent=self), placement.names
        logs = aws.cloudwatch.LogGroup(
            name,
            name=names.log_group("live-origin"),
            kms_key_id=placement.keys.logs,
            retention_in_days=placement.log_retention_days,
            opts=child,
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            name,
            name=names.log_delivery("live"),
            output_format="json",
            delivery_destination_configuration={"destination_resource_arn": logs.arn},
            opts=child,
        )
        made: list[aws.cloudwatch.LogDelivery] = []
        for delivery, kind in _TYPES.items():
            part = f"{name}-{delivery.removeprefix('live-')}"
            source = aws.cloudwatch.LogDeliverySource(
                part, name=names.log_delivery(delivery), log_type=kind, resource_arn=group_arn, opts=child
            )
            in_turn = ResourceOptions(parent=self, depends_on=list(made))
            made.append(
                aws.cloudwatch.LogDelivery(part, delivery_source_name=source.name, delivery_destination_arn=destination.arn, opts=in_turn)
            )
        self.register_outputs({})

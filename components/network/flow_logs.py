"""Flow logs of a VPC: who talked to whom, accepted and refused alike."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.refs import Placement


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Arguments of `FlowLogs`."""

    placement: Placement
    vpc_id: Input[str]


class FlowLogs(ComponentResource):
    """All traffic of the VPC in a log group of its own, encrypted and kept as long as the stack's logs."""

    def __init__(self, name: str, args: FlowLogsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:network:FlowLogs", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        group_name = place.names.log_group("flow-logs")
        group = aws.cloudwatch.LogGroup(
            name, name=group_name, kms_key_id=place.keys.logs, retention_in_days=place.log_retention_days, opts=child
        )
        group_arn = f"arn:aws:logs:{place.region}:{place.account}:log-group:{group_name}"
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role("flow-logs", place.region),
                trust=assume_role_policy(
                    "vpc-flow-logs.amazonaws.com",
                    account=place.account,
                    source_arn=f"arn:aws:ec2:{place.region}:{place.account}:vpc-flow-log/*",
                ),
                statements=[
                    allow("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", on=f"{group_arn}:*"),
                    # It asks whether the group is there before the first delivery.
                    allow("logs:DescribeLogGroups", on="*", reason="lists groups, so it supports no single one"),
                ],
                boundary_arn=place.boundary_arn,
                description=f"Writes the flow logs of {place.names.prefix}",
            ),
            opts=child,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.ready,
            max_aggregation_interval=60,  # seconds; ten minutes is the other choice, and long when one is being robbed
            opts=child,
        )
        self.register_outputs({"log_group": group.name})

"""A state machine with its role and its encrypted log."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.refs import Placement
from marquee.domain.names import StateMachine as Purpose

LOG_DELIVERY = allow(
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    on="*",
    reason="vended log deliveries support no resource; source: AWS Step Functions Developer Guide, Using CloudWatch Logs",
)
TRACING = allow(
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    on="*",
    reason="X-Ray's write and sampling actions support no resource; source: Service Authorization Reference, AWS X-Ray",
)


@dataclass(frozen=True, kw_only=True)
class StateMachineArgs:
    """Arguments of `StateMachine`."""

    placement: Placement
    purpose: Purpose
    """Its name, its role's and its log group's follow from it; all three literals know the word."""
    definition: Input[str]
    statements: Sequence[Statement]
    """What its tasks call. Logs and traces are added here."""


class StateMachine(ComponentResource):
    """A standard workflow, logged with its data and traced."""

    arn: str
    """Known before the state machine exists."""
    ready: Output[str]
    """The ARN, once the state machine exists."""

    def __init__(self, name: str, args: StateMachineArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:compute:StateMachine", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        machine_name = place.names.state_machine(args.purpose)
        self.arn = f"arn:aws:states:{place.region}:{place.account}:stateMachine:{machine_name}"
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.log_group(args.purpose),  # pyright: ignore[reportArgumentType]
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role(args.purpose, place.region),  # pyright: ignore[reportArgumentType]
                trust=assume_role_policy("states.amazonaws.com", account=place.account, source_arn=self.arn),
                statements=[*args.statements, LOG_DELIVERY, TRACING],
                boundary_arn=place.boundary_arn,
                description=f"What the state machine {machine_name} may do",
            ),
            opts=child,
        )
        machine = aws.sfn.StateMachine(
            name,
            name=machine_name,
            type="STANDARD",
            definition=args.definition,
            role_arn=role.ready,
            logging_configuration={
                "level": "ALL",
                "include_execution_data": True,
                "log_destination": logs.arn.apply(lambda arn: f"{arn}:*"),  # the suffix is part of what CreateStateMachine takes
            },
            tracing_configuration={"enabled": True},
            opts=child,
        )
        self.ready = machine.arn
        self.register_outputs({"arn": self.ready})

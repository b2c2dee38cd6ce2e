"""The ingest workflow as a state machine, with its role and its log."""

from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.media.encoder import AnalyseStep, EncodeStep
from components.media.functions import MediaFunctions
from components.media.ingest import IngestTargets, definition
from components.media.packaging_states import PackageStep
from components.refs import Placement, TableRef
from components.storage.table import use_table

_LOG_DELIVERY = allow(
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
_TRACING = allow(
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    on="*",
    reason="X-Ray's write and sampling actions support no resource; source: Service Authorization Reference, AWS X-Ray",
)


@dataclass(frozen=True, kw_only=True)
class IngestWorkflowArgs:
    """Arguments of `IngestWorkflow`."""

    placement: Placement
    functions: MediaFunctions
    retired_days: int
    encode: EncodeStep
    analyse: AnalyseStep = field(default_factory=AnalyseStep)
    package: PackageStep | None = None
    catalogue: TableRef
    event_bus: str
    """Name of the bus that domain events go to."""


class IngestWorkflow(ComponentResource):
    """A standard workflow: it runs exactly once for a start, for as long as a large copy takes, and can be redriven."""

    arn: str
    """Known before the state machine exists."""
    ready: Output[str]
    """The ARN, once the state machine exists."""

    def __init__(self, name: str, args: IngestWorkflowArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:IngestWorkflow", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        machine_name = place.names.state_machine("ingest")
        self.arn = f"arn:aws:states:{place.region}:{place.account}:stateMachine:{machine_name}"
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.log_group("ingest"),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role("ingest", place.region),
                trust=assume_role_policy("states.amazonaws.com", account=place.account, source_arn=self.arn),
                statements=self._statements(args),
                boundary_arn=place.boundary_arn,
                description=f"What the state machine {machine_name} may do",
            ),
            opts=child,
        )
        targets = IngestTargets(
            functions=args.functions.arns,
            catalogue=args.catalogue.name,
            event_bus=args.event_bus,
            retired_days=args.retired_days,
            encode=args.encode,
            analyse=args.analyse,
            package=args.package,
        )
        machine = aws.sfn.StateMachine(
            name,
            name=machine_name,
            type="STANDARD",
            definition=definition(targets),
            role_arn=role.ready,
            logging_configuration={
                "level": "ALL",
                # Data too: an execution's own history is gone after 90 days. The group is encrypted; no viewer is in it.
                "include_execution_data": True,
                "log_destination": logs.arn.apply(lambda arn: f"{arn}:*"),  # the suffix is part of what CreateStateMachine takes
            },
            tracing_configuration={"enabled": True},
            opts=ResourceOptions(parent=self, depends_on=[args.functions, *_before(args)]),
        )
        self.ready = machine.arn
        self.register_outputs({"arn": self.ready})

    def _statements(self, args: IngestWorkflowArgs) -> tuple[Statement, ...]:
        place = args.placement
        return (
            allow("lambda:InvokeFunction", on=tuple(function.arn for function in args.functions.all)),
            *use_table(args.catalogue, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", region=place.region),
            allow("events:PutEvents", on=f"arn:aws:events:{place.region}:{place.account}:event-bus/{args.event_bus}"),
            *args.encode.statements,
            *args.analyse.statements,
            *(args.package.statements if args.package else ()),
            _LOG_DELIVERY,
            _TRACING,
        )


def _before(args: IngestWorkflowArgs) -> tuple[Resource, ...]:
    package = args.package.depends_on if args.package else ()
    return *args.encode.depends_on, *args.analyse.depends_on, *package

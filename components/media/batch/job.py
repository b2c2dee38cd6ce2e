"""The job definition: which container runs, as whom, and which of its ends are worth another attempt."""

from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.json_text import json_text
from components.media.batch.repository import ImageRepository
from components.refs import Placement
from marquee.settings.batch import Batch

_MIB_PER_VCPU = 1792
"""Of the 2 GiB that a vCPU of the c families has: the rest is the system's and the agent's."""
_ATTEMPTS = 10  # the most there are; only interruptions use them
_LONGEST_HOURS = 12  # of one attempt, for the last job of a long title
_USER = "10001:10001"
_SCRATCH = "/scratch"


@dataclass(frozen=True, kw_only=True)
class EncodeJobsArgs:
    """Arguments of `EncodeJobs`."""

    placement: Placement
    batch: Batch
    repository: ImageRepository
    statements: tuple[Statement, ...] = field(default=())
    """What the worker calls."""


class EncodeJobs(ComponentResource):
    """One definition; the workflow says which command. Two roles: the agent's, which pulls and logs, and the worker's own."""

    definition_name: str
    job_role_arn: str
    ready: Output[str]
    """ARN of the newest revision."""

    def __init__(self, name: str, args: EncodeJobsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:EncodeJobs", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.log_group("encode"),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        group_arn = f"arn:aws:logs:{place.region}:{place.account}:log-group:{place.names.log_group('encode')}"
        writes_logs = allow("logs:CreateLogStream", "logs:PutLogEvents", on=(group_arn, f"{group_arn}:*"))
        execution = self._role(name, place, "encode-agent", "start the container", (*args.repository.pull(), writes_logs))
        worker = self._role(name, place, "encode", "encode and package titles", args.statements)
        self.job_role_arn = f"arn:aws:iam::{place.account}:role/{worker.role_name}"
        container = _container(args, logs.name, execution.ready, worker.ready)
        definition = aws.batch.JobDefinition(
            name,
            name=place.names.job_definition("encode"),
            type="container",
            platform_capabilities=["EC2"],
            container_properties=container,
            retry_strategy={"attempts": _ATTEMPTS, "evaluate_on_exits": _ENDS},  # pyright: ignore[reportArgumentType]
            timeout={"attempt_duration_seconds": _LONGEST_HOURS * 3600},
            propagate_tags=True,  # of cost, to the ECS task
            deregister_on_new_revision=False,  # an encode that is under way retries with its own
            opts=ResourceOptions(parent=self, depends_on=[args.repository]),
        )
        self.definition_name, self.ready = place.names.job_definition("encode"), definition.arn
        self.register_outputs({"definition": self.ready})

    def _role(self, name: str, place: Placement, workload: str, what: str, statements: tuple[Statement, ...]) -> Role:
        return Role(
            f"{name}-{workload}",
            RoleArgs(
                role_name=place.names.role(workload, place.region),  # pyright: ignore[reportArgumentType]
                trust=assume_role_policy(
                    "ecs-tasks.amazonaws.com", account=place.account, source_arn=f"arn:aws:ecs:{place.region}:{place.account}:*"
                ),
                statements=statements,
                boundary_arn=place.boundary_arn,
                description=f"What is needed to {what}",
            ),
            opts=ResourceOptions(parent=self),
        )


_ENDS = [
    # A Spot interruption, or a host that died: the work goes on elsewhere. Source: AWS Batch User Guide, "Automated job retries".
    {"on_status_reason": "Host EC2*", "action": "RETRY"},
    {"on_reason": "CannotPullContainerError:*", "action": "RETRY"},
    {"on_reason": "DockerTimeoutError*", "action": "RETRY"},
    # 143: the worker was asked to stop, two minutes before its instance.
    {"on_exit_code": "143", "action": "RETRY"},
    # Anything else would end so again. What is wrong with a master is no failure at all: the worker then ends with 0.
    {"on_reason": "*", "action": "EXIT"},
]


def _container(args: EncodeJobsArgs, log_group: Input[str], execution_role: Input[str], job_role: Input[str]) -> Input[str]:
    """As RegisterJobDefinition takes it. The root file system cannot be written; `/scratch` is a volume on the instance's encrypted disk,
    which the image owns for its user. Source: Amazon ECS Developer Guide, "Use bind mounts", on the owner of a path in the image.
    """
    place, vcpus = args.placement, args.batch.job_vcpus
    return json_text(
        {
            "image": args.repository.image(args.batch.image),
            "command": ["python", "-m", "runtime.encode"],
            "executionRoleArn": execution_role,
            "jobRoleArn": job_role,
            "user": _USER,
            "privileged": False,
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True},  # reaps what ffmpeg leaves, and passes signals on
            "resourceRequirements": [
                {"type": "VCPU", "value": str(vcpus)},
                {"type": "MEMORY", "value": str(vcpus * _MIB_PER_VCPU)},
            ],
            "environment": [{"name": "AWS_REGION", "value": place.region}, {"name": "TMPDIR", "value": _SCRATCH}],
            "volumes": [{"name": "scratch", "host": {}}],
            "mountPoints": [{"sourceVolume": "scratch", "containerPath": _SCRATCH, "readOnly": False}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": log_group, "awslogs-region": place.region, "awslogs-stream-prefix": "encode"},
            },
        }
    )

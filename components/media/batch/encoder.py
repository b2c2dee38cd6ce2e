"""AWS Batch behind the encoder's seam."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pulumi import ComponentResource, ResourceOptions

from components.identity.statement import Statement, allow
from components.media.batch.analysis import analyse_step
from components.media.batch.environment import EncodeEnvironment, EncodeEnvironmentArgs
from components.media.batch.instances import EncodeInstances, EncodeInstancesArgs
from components.media.batch.job import EncodeJobs, EncodeJobsArgs
from components.media.batch.repository import ImageRepository
from components.media.batch.states import states
from components.media.encoder import AnalyseStep, EncodeStep
from components.media.stores import MediaStores
from components.refs import KeyProviderRef, NetworkRef, Placement
from marquee.settings.batch import Batch

_PLANS = "batch/"
"""Prefix of the work bucket; `marquee.domain.ladder.chunks.BatchPlan` puts everything below it."""


@dataclass(frozen=True, kw_only=True)
class BatchEncoderArgs:
    """Arguments of `BatchEncoder`."""

    placement: Placement
    network: NetworkRef
    batch: Batch
    stores: MediaStores
    packages: tuple[str, ...]
    """Prefixes of what it packages, in the bucket of renditions; none if another encodes and it measures alone."""
    key_provider: KeyProviderRef | None
    """Whom it asks for keys; None if what it packages stays clear."""
    tags: Mapping[str, str]
    """The stack's, for instances and volumes."""


class BatchEncoder(ComponentResource):
    """Encodes on instances that come and go. The image has to be in the repository before the first title; nothing here builds it."""

    CALLS: ClassVar[frozenset[str]] = frozenset({"ecr", "ecs", "logs"})
    """AWS services that its instances call."""

    step: EncodeStep
    analyse: AnalyseStep
    """Measures each title before its plan is made, and chooses its rungs."""
    job_role_arn: str

    def __init__(self, name: str, args: BatchEncoderArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:BatchEncoder", name, {}, opts)
        child = ResourceOptions(parent=self)
        place, batch = args.placement, args.batch
        repository = ImageRepository(f"{name}-image", placement=place, opts=child)
        instances = EncodeInstances(
            f"{name}-instances",
            EncodeInstancesArgs(
                placement=place,
                network=args.network,
                batch=batch,
                environment=place.names.compute_environment("encode"),
                tags=args.tags,
            ),
            opts=child,
        )
        environment = EncodeEnvironment(
            f"{name}-environment",
            EncodeEnvironmentArgs(placement=place, network=args.network, batch=batch, instances=instances),
            opts=child,
        )
        jobs = EncodeJobs(
            f"{name}-jobs",
            EncodeJobsArgs(placement=place, batch=batch, repository=repository, statements=_worker(args)),
            opts=child,
        )
        self.job_role_arn = jobs.job_role_arn
        self.step = EncodeStep(
            states=states(
                queue_arn=environment.queue_arn,
                definition=jobs.definition_name,
                work_bucket=args.stores.work.bucket_name,
                parallel=batch.parallel_chunks,
            ),
            statements=_workflow(args, environment.queue_arn, jobs.definition_name),
            depends_on=(environment, jobs),
        )
        self.analyse = replace(
            analyse_step(queue_arn=environment.queue_arn, definition=jobs.definition_name, work_bucket=args.stores.work.bucket_name),
            statements=self.step.statements,
            depends_on=self.step.depends_on,
        )
        self.register_outputs({"queue": environment.ready, "definition": jobs.ready})


def _worker(args: BatchEncoderArgs) -> tuple[Statement, ...]:
    """What the container calls. Without the list permission a missing checkpoint would look like a refusal."""
    stores, invoke_arn = args.stores, args.key_provider.invoke_arn if args.key_provider else None
    own_plans = {"StringLike": {"s3:prefix": f"{_PLANS}*"}}
    return (
        *stores.masters.read(),
        *stores.work.read(_PLANS),
        *stores.work.write(_PLANS),
        allow("s3:ListBucket", on=stores.work.bucket_arn, when=own_plans),
        *(stores.renditions.write(*args.packages) if args.packages else ()),
        *((allow("execute-api:Invoke", on=invoke_arn),) if invoke_arn is not None else ()),
    )


def _workflow(args: BatchEncoderArgs, queue_arn: str, definition: str) -> tuple[Statement, ...]:
    """What the states call. Source: AWS Step Functions Developer Guide, "IAM policies for calling AWS Batch"."""
    place = args.placement
    batch = f"arn:aws:batch:{place.region}:{place.account}"
    rule = f"arn:aws:events:{place.region}:{place.account}:rule/StepFunctionsGetEventsForBatchJobsRule"
    return (
        allow("batch:SubmitJob", on=(queue_arn, f"{batch}:job-definition/{definition}", f"{batch}:job-definition/{definition}:*")),
        allow("batch:TagResource", "batch:TerminateJob", on=f"{batch}:job/*"),
        allow("batch:DescribeJobs", on="*", reason="it supports no resource; source: Service Authorization Reference, AWS Batch"),
        allow("events:DescribeRule", "events:PutRule", "events:PutTargets", on=rule),
        *args.stores.work.read(_PLANS),
    )

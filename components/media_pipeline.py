"""A region's media pipeline. Its first slice: an uploaded master becomes a title, or ends in quarantine with the reason."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import allow
from components.media.failures import IngestFailures
from components.media.stores import MediaStores, MediaStoresArgs
from components.media.trigger import UploadTrigger
from components.media.workflow import IngestWorkflow, IngestWorkflowArgs
from components.refs import MediaRefs, Placement, QueueRef, TableRef, TopicRef
from components.storage.bucket import EncryptedBucket
from marquee.domain import titles
from marquee.settings.media import Media

_GIB = 1024**3
_PACKAGES = ("pymediainfo",)  # of the one artefact that both functions run from


@dataclass(frozen=True, kw_only=True)
class MediaPipelineArgs:
    """Arguments of `MediaPipeline`."""

    placement: Placement
    media: Media
    catalogue: TableRef
    """The replica in this region."""
    dead_letters: QueueRef
    """Open to the region's rules `object-created` and `ingest-failed`."""
    alarms: TopicRef


class MediaPipeline(ComponentResource):
    """Ingests what arrives below `masters/` of its incoming bucket. The catalogue, the queue and the topic belong to others."""

    CALLS: ClassVar[frozenset[str]] = frozenset({"s3"})
    """AWS services that its code calls itself; state machine and rules call theirs from AWS's side."""

    incoming_bucket: str
    refs: MediaRefs
    event_bus: str
    state_machine_arn: str
    """Known before the resources exist, since their names are fixed."""
    ready: Output[str]
    """ARN of the state machine, once it exists."""

    def __init__(self, name: str, args: MediaPipelineArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaPipeline", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        stores = MediaStores(f"{name}-stores", MediaStoresArgs(placement=place, media=args.media), opts=child)
        incoming = stores.incoming
        self.event_bus = _event_bus(name, args, child)
        workflow = IngestWorkflow(
            f"{name}-ingest",
            IngestWorkflowArgs(
                placement=place,
                probe=_probe(name, args, incoming, child),
                quarantine=_quarantine(name, args, incoming, child),
                catalogue=args.catalogue,
                event_bus=self.event_bus,
            ),
            opts=child,
        )
        UploadTrigger(
            f"{name}-trigger",
            placement=place,
            bucket_name=incoming.bucket_name,
            state_machine_arn=workflow.arn,
            state_machine_ready=workflow.ready,
            dead_letters=args.dead_letters,
            opts=child,
        )
        IngestFailures(
            f"{name}-failures",
            placement=place,
            state_machine_arn=workflow.arn,
            dead_letters=args.dead_letters,
            alarms=args.alarms,
            opts=child,
        )
        self.refs = stores.refs
        self.incoming_bucket, self.state_machine_arn, self.ready = incoming.bucket_name, workflow.arn, workflow.ready
        self.register_outputs({"incoming_bucket": self.incoming_bucket, "state_machine_arn": self.ready})


def _event_bus(name: str, args: MediaPipelineArgs, opts: ResourceOptions) -> str:
    """The bus of the platform's own events. Its archive replays them to a consumer that came later, or was down."""
    place = args.placement
    bus = aws.cloudwatch.EventBus(
        name,
        name=place.names.event_bus(),
        description="What happens to titles",
        kms_key_identifier=place.keys.data,
        dead_letter_config={"arn": args.dead_letters.arn},
        opts=opts,
    )
    aws.cloudwatch.EventArchive(
        name,
        name=place.names.event_bus(),
        event_source_arn=bus.arn,
        kms_key_identifier=place.keys.data,
        retention_days=place.log_retention_days,
        opts=opts,
    )
    return place.names.event_bus()


def _probe(name: str, args: MediaPipelineArgs, incoming: EncryptedBucket, opts: ResourceOptions) -> LambdaFunction:
    return LambdaFunction(
        f"{name}-probe",
        LambdaFunctionArgs(
            placement=args.placement,
            workload="probe",
            handler="runtime.ingest.probe.handler",
            packages=_PACKAGES,
            statements=incoming.read(titles.MASTERS),
            dead_letters=args.dead_letters,
            environment={
                "MAX_MASTER_BYTES": str(args.media.max_master_gib * _GIB),
                "SEGMENT_SECONDS": str(args.media.segment_seconds),
                "GOP_SECONDS": str(args.media.gop_seconds),
            },
            memory_mb=1024,  # CPU comes with memory, and the parser is CPU
            timeout_seconds=120,
        ),
        opts=opts,
    )


def _quarantine(name: str, args: MediaPipelineArgs, incoming: EncryptedBucket, opts: ResourceOptions) -> LambdaFunction:
    statements = (
        allow("s3:ListBucket", on=incoming.bucket_arn, when={"StringLike": {"s3:prefix": f"{titles.QUARANTINE}*"}}),
        # A large copy looks for what an unfinished attempt of it left.
        allow("s3:ListBucketMultipartUploads", on=incoming.bucket_arn),
        allow("s3:ListMultipartUploadParts", on=f"{incoming.bucket_arn}/{titles.QUARANTINE}*"),
        *incoming.read(titles.MASTERS),
        *incoming.read(titles.QUARANTINE),
        *incoming.write(titles.QUARANTINE),
        *incoming.delete(titles.MASTERS),
    )
    return LambdaFunction(
        f"{name}-quarantine",
        LambdaFunctionArgs(
            placement=args.placement,
            workload="quarantine",
            handler="runtime.ingest.quarantine.handler",
            packages=_PACKAGES,
            statements=statements,
            dead_letters=args.dead_letters,
            memory_mb=512,
            timeout_seconds=840,  # the longest but for a minute in which the workflow's own limit does not cut it off
        ),
        opts=opts,
    )

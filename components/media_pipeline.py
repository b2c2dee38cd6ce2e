"""A region's media pipeline: an uploaded master becomes a title that plays, or ends in quarantine with the reason."""

from dataclasses import dataclass, field
from typing import ClassVar

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.media.encoder import record_alone
from components.media.failures import IngestFailures
from components.media.functions import MediaFunctions, MediaFunctionsArgs
from components.media.stores import MediaStores, MediaStoresArgs
from components.media.trigger import UploadTrigger
from components.media.workflow import IngestWorkflow, IngestWorkflowArgs
from components.refs import KeyProviderRef, MediaRefs, Placement, QueueRef, TableRef, TopicRef
from marquee.domain.ladder.drm import Protection
from marquee.settings.media import Media


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
    protection: Protection = field(default_factory=Protection)
    key_provider: KeyProviderRef | None = None
    """None leaves renditions clear."""


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
        functions = MediaFunctions(
            f"{name}-functions",
            MediaFunctionsArgs(
                placement=place,
                media=args.media,
                stores=stores,
                protection=args.protection,
                key_provider=args.key_provider,
                catalogue=args.catalogue,
                event_bus=self.event_bus,
                dead_letters=args.dead_letters,
            ),
            opts=child,
        )
        workflow = IngestWorkflow(
            f"{name}-ingest",
            IngestWorkflowArgs(
                placement=place,
                functions=functions,
                encode=record_alone(),
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

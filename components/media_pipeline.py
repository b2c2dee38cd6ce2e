"""A region's media pipeline: an uploaded master becomes a title that plays, or ends in quarantine with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.media.batch.encoder import BatchEncoder, BatchEncoderArgs
from components.media.encoder import AnalyseStep, EncodeStep
from components.media.failures import IngestFailures
from components.media.functions import MediaFunctions, MediaFunctionsArgs
from components.media.mediaconvert import MediaConvertEncoder, MediaConvertEncoderArgs
from components.media.news import TitleNews
from components.media.packaging import Packaging, PackagingArgs
from components.media.packaging_states import PackageStep
from components.media.stores import MediaStores, MediaStoresArgs
from components.media.trigger import UploadTrigger
from components.media.workflow import IngestWorkflow, IngestWorkflowArgs
from components.refs import KeyProviderRef, MediaRefs, NetworkRef, PackagingRef, Placement, QueueRef, TableRef, TopicRef
from marquee.domain import titles
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.thumbnails import SHEET
from marquee.settings.media import Media

_PACKAGED_LATER = (
    titles.CLEAR,
    f"{titles.RENDITIONS}*/{SHEET.partition('%')[0]}",
    f"{titles.RENDITIONS}*/{titles.THUMBNAILS}",
)
"""Prefixes of what Batch writes where titles are packaged just in time: their source, and the thumbnails, which the edge serves."""


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
    network: NetworkRef | None = None
    """Where AWS Batch encodes; None only if it does not."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """The stack's, for what a provider's default tags do not reach."""
    harvests: bool = False
    """True: live channels of the region may become titles."""
    regions: Sequence[str] = ()
    """All of the stack, this one too: what is taken down here may have been ingested elsewhere."""


class MediaPipeline(ComponentResource):
    """Ingests what arrives below `masters/` of its incoming bucket. The catalogue, the queue and the topic belong to others."""

    CALLS: ClassVar[frozenset[str]] = frozenset({"s3"})
    """AWS services that its code calls itself; state machine and rules call theirs from AWS's side. `BatchEncoder` adds its own."""

    incoming_bucket: str
    refs: MediaRefs
    event_bus: str
    bus: Output[str]
    """The name of the event bus, once it exists."""
    packaging: PackagingRef | None
    """Where renditions are packaged just in time; None where they are served as they are."""
    state_machine_arn: str
    """Known before the resources exist, since their names are fixed."""
    ready: Output[str]
    """ARN of the state machine, once it exists."""

    def __init__(self, name: str, args: MediaPipelineArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaPipeline", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        stores = MediaStores(f"{name}-stores", MediaStoresArgs(placement=place, media=args.media, harvests=args.harvests), opts=child)
        incoming = stores.incoming
        self.event_bus, self.bus = place.names.event_bus(), _event_bus(name, args, child)
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
                packaging_regions=args.regions if args.media.packaging == "jit" else (),
            ),
            opts=child,
        )
        encode, analyse = _steps(name, args, stores, child)
        self.packaging, package = _packaging(name, args, stores, child)
        workflow = IngestWorkflow(
            f"{name}-ingest",
            IngestWorkflowArgs(
                placement=place,
                functions=functions,
                retired_days=args.media.retired_days,
                encode=encode,
                analyse=analyse,
                package=package,
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
        TitleNews(
            f"{name}-news",
            placement=place,
            bus=self.bus,
            email=args.media.operations_email,
            dead_letters=args.dead_letters,
            alarms=args.alarms,
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


def _steps(name: str, args: MediaPipelineArgs, stores: MediaStores, opts: ResourceOptions) -> tuple[EncodeStep, AnalyseStep]:
    """What the chosen encoder adds to the workflow, and the analysis, which runs on Batch whoever encodes."""
    media = args.media
    batch = _batch(name, args, stores, opts) if media.uses_batch else None
    encode = batch.step if batch and media.encoder == "batch" else _mediaconvert(name, args, stores, opts).step
    return encode, batch.analyse if batch and media.per_title else AnalyseStep()


def _mediaconvert(name: str, args: MediaPipelineArgs, stores: MediaStores, opts: ResourceOptions) -> MediaConvertEncoder:
    clear = args.media.packaging == "jit"
    return MediaConvertEncoder(
        f"{name}-encoder",
        MediaConvertEncoderArgs(
            placement=args.placement,
            settings=args.media.mediaconvert,
            masters=stores.masters,
            renditions=stores.renditions,
            clear=clear,
            key_provider=None if clear else args.key_provider,
            tags=args.tags,
            alarms=args.alarms,
        ),
        opts=opts,
    )


def _batch(name: str, args: MediaPipelineArgs, stores: MediaStores, opts: ResourceOptions) -> BatchEncoder:
    if args.network is None:
        raise ValueError("media.encoder is batch, or media.per_title is true, whose instances need a network: give MediaPipelineArgs one")
    measures, clear = args.media.encoder != "batch", args.media.packaging == "jit"
    return BatchEncoder(
        f"{name}-batch",
        BatchEncoderArgs(
            placement=args.placement,
            network=args.network,
            batch=args.media.batch,
            stores=stores,
            packages=() if measures else _PACKAGED_LATER if clear else (titles.RENDITIONS,),
            key_provider=None if measures or clear else args.key_provider,
            tags=args.tags,
        ),
        opts=opts,
    )


def _packaging(
    name: str, args: MediaPipelineArgs, stores: MediaStores, opts: ResourceOptions
) -> tuple[PackagingRef | None, PackageStep | None]:
    """What just-in-time packaging adds to the region and to the workflow."""
    if args.media.packaging == "static":
        return None, None
    packaging = Packaging(
        f"{name}-packaging",
        PackagingArgs(
            placement=args.placement,
            segment_seconds=round(args.media.segment_seconds),
            protection=args.protection,
            key_provider=args.key_provider,
            renditions=stores.renditions.ref,
            tags=args.tags,
        ),
        opts=opts,
    )
    step = PackageStep(args.placement, packaging.ref, bucket=stores.renditions.bucket_name, tags=args.tags, depends_on=(packaging,))
    return packaging.ref, step


def _event_bus(name: str, args: MediaPipelineArgs, opts: ResourceOptions) -> Output[str]:
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
    return bus.name

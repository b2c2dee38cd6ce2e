"""The functions of the ingest workflow and of takedown, each with a role of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import Statement, allow
from components.media.ingest import IngestFunctions
from components.media.stores import MediaStores
from components.refs import KeyProviderRef, Placement, QueueRef, TableRef
from components.storage.bucket import EncryptedBucket
from components.storage.table import use_table
from marquee.domain import titles
from marquee.domain.ladder.drm import Protection
from marquee.domain.names import Function
from marquee.settings.media import Media

_GIB, _HOUR_MS = 1024**3, 60 * 60 * 1000
_PACKAGES: Mapping[str, Sequence[str]] = {"ingest": ("pymediainfo",), "publish": ("m3u8", "mpegdash")}
"""Folder of `runtime/` → what its functions need; they run from one artefact."""
_MOST_SECONDS = 840
"""The longest but for a minute in which the workflow's own limit does not cut a function off."""


@dataclass(frozen=True, kw_only=True)
class MediaFunctionsArgs:
    """Arguments of `MediaFunctions`."""

    placement: Placement
    media: Media
    stores: MediaStores
    protection: Protection
    key_provider: KeyProviderRef | None
    """None leaves renditions clear."""
    catalogue: TableRef
    event_bus: str
    dead_letters: QueueRef
    packaging_regions: Sequence[str] = ()
    """Regions that may hold assets of just-in-time packaging."""


class MediaFunctions(ComponentResource):
    """Seven functions; what each may do says what it does."""

    arns: IngestFunctions
    all: tuple[LambdaFunction, ...]
    takedown: LambdaFunction

    def __init__(self, name: str, args: MediaFunctionsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaFunctions", name, {}, opts)
        self._name, self._args = name, args
        stores = args.stores
        incoming, masters, renditions, work = stores.incoming, stores.masters, stores.renditions, stores.work
        probe = self._function(
            "probe",
            "ingest",
            [*incoming.read(titles.MASTERS), _list(incoming, titles.MASTERS)],
            {
                "MAX_MASTER_BYTES": str(args.media.max_master_gib * _GIB),
                "MAX_MASTER_MS": str(int(args.media.max_master_hours * _HOUR_MS)),
                **self._cut(),
            },
            memory_mb=1024,  # CPU comes with memory, and parser and checksum are CPU
        )
        keep = self._function(
            "keep",
            "ingest",
            [*incoming.read(titles.MASTERS), *incoming.delete(titles.MASTERS), *_copy_into(masters)],
            {"MASTERS": masters.bucket_name},
            memory_mb=512,
        )
        quarantine = self._function(
            "quarantine",
            "ingest",
            [
                *incoming.read(titles.MASTERS), *incoming.delete(titles.MASTERS), *masters.read(), *masters.delete(),
                *_copy_into(incoming, titles.QUARANTINE),
            ],
            {},
            memory_mb=512,
        )  # fmt: skip
        jit = args.media.packaging == "jit"
        thumbnails = f"{titles.RENDITIONS}*/{titles.THUMBNAILS}"  # below what is served, wherever the rest is
        plan = self._function("plan", "publish", work.write("batch/"), {**self._cut(), **self._encoding()}, memory_mb=512, seconds=60)
        verify = self._function(
            "verify",
            "publish",
            [
                *renditions.read(*((titles.CLEAR, thumbnails) if jit else (titles.RENDITIONS,))),
                *(_list(renditions, prefix) for prefix in ((titles.CLEAR, titles.RENDITIONS) if jit else (titles.RENDITIONS,))),
                *renditions.write(thumbnails),
            ],
            {},
            memory_mb=1024,
        )
        retire = self._function(
            "retire",
            "publish",
            [
                *(_list(renditions, prefix) for prefix in _PLAYED),
                *(allow("s3:PutObjectTagging", on=f"{renditions.bucket_arn}/{prefix}*") for prefix in _PLAYED),
                *self._assets("mediapackage-vod:DeleteAsset"),
            ],
            {"RENDITIONS": renditions.bucket_name, **self._packaging()},
            memory_mb=512,
        )
        self.takedown = self._function(
            "takedown",
            "publish",
            [
                *use_table(args.catalogue, "dynamodb:GetItem", "dynamodb:UpdateItem", region=args.placement.region),
                allow("events:PutEvents", on=self._bus_arn()),
                *(_list(renditions, prefix) for prefix in _PLAYED),
                *(statement for prefix in _PLAYED for statement in renditions.delete(prefix)),
                *self._assets("mediapackage-vod:DeleteAsset", "mediapackage-vod:DescribeAsset"),
            ],
            {
                "CATALOGUE": args.catalogue.name,
                "EVENT_BUS": args.event_bus,
                "RENDITIONS": renditions.bucket_name,
                **self._packaging(),
            },
            memory_mb=512,
        )
        self.arns = IngestFunctions(
            probe=probe.arn, keep=keep.arn, quarantine=quarantine.arn, plan=plan.arn, verify=verify.arn, retire=retire.arn
        )
        self.all = (probe, keep, quarantine, plan, verify, retire)
        self.register_outputs({})

    def _function(
        self,
        workload: Function,
        area: str,
        statements: Sequence[Statement],
        environment: Mapping[str, Input[str]],
        *,
        memory_mb: int,
        seconds: int = _MOST_SECONDS,
    ) -> LambdaFunction:
        return LambdaFunction(
            f"{self._name}-{workload}",
            LambdaFunctionArgs(
                placement=self._args.placement,
                workload=workload,
                handler=f"runtime.{area}.{workload}.handler",
                packages=_PACKAGES[area],
                statements=statements,
                dead_letters=self._args.dead_letters,
                environment=environment,
                memory_mb=memory_mb,
                timeout_seconds=seconds,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _assets(self, *actions: str) -> tuple[Statement, ...]:
        """A title's asset is where it was ingested, and whoever takes it down may be elsewhere."""
        account, regions = self._args.placement.account, self._args.packaging_regions
        return (allow(*actions, on=[f"arn:aws:mediapackage-vod:{region}:{account}:assets/*" for region in regions]),) if regions else ()

    def _packaging(self) -> dict[str, Input[str]]:
        regions = self._args.packaging_regions
        return {"PACKAGING_REGIONS": ",".join(regions)} if regions else {}

    def _cut(self) -> dict[str, Input[str]]:
        media = self._args.media
        return {"SEGMENT_SECONDS": str(media.segment_seconds), "GOP_SECONDS": str(media.gop_seconds)}

    def _encoding(self) -> dict[str, Input[str]]:
        args = self._args
        return {
            "ENCODER": args.media.encoder,
            "PACKAGING": args.media.packaging,
            "RENDITIONS": args.stores.renditions.bucket_name,
            "WORK": args.stores.work.bucket_name,
            "SCHEME": args.protection.scheme,
            "SYSTEMS": ",".join(args.protection.systems),
            **({"SPEKE_URL": args.key_provider.url} if args.key_provider else {}),
            **({"CHUNK_SECONDS": str(args.media.batch.chunk_seconds)} if args.media.encoder == "batch" else {}),
        }

    def _bus_arn(self) -> str:
        place = self._args.placement
        return f"arn:aws:events:{place.region}:{place.account}:event-bus/{self._args.event_bus}"


_PLAYED = (titles.RENDITIONS, titles.CLEAR)


def _list(bucket: EncryptedBucket, prefix: str) -> Statement:
    return allow("s3:ListBucket", on=bucket.bucket_arn, when={"StringLike": {"s3:prefix": f"{prefix}*"}})


def _copy_into(bucket: EncryptedBucket, prefix: str = "") -> tuple[Statement, ...]:
    """Write below the prefix, and look there first for what an unfinished copy has left."""
    listing = _list(bucket, prefix) if prefix else allow("s3:ListBucket", on=bucket.bucket_arn)
    return (
        listing,
        allow("s3:ListBucketMultipartUploads", on=bucket.bucket_arn),
        allow("s3:ListMultipartUploadParts", on=f"{bucket.bucket_arn}/{prefix}*"),
        *bucket.read(prefix),
        *bucket.write(prefix),
    )

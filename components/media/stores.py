"""A region's four buckets of media: what came in, what is kept, what is played, and what encoders leave behind."""

from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions

from components.edge.access import read_by_cloudfront
from components.live.access import written_by_harvests
from components.refs import MediaRefs, Placement
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs, ObjectLock
from components.storage.lifecycle import StorageClass, Transition
from marquee.domain import titles
from marquee.domain.names import Bucket
from marquee.settings.media import Media
from marquee.settings.media_storage import MediaStorage

_REPLACED_DAYS = 365
"""Days that a replaced or hidden upload or master is kept. Not `quarantine_days`: a refused upload hides the accepted one below it, which
the title still plays from, until somebody uploads again."""
_TAKEN_DOWN_DAYS = 30
"""Days in which a takedown can be undone: renditions are never replaced, so that a hidden version is one that was taken down."""


@dataclass(frozen=True, kw_only=True)
class MediaStoresArgs:
    """Arguments of `MediaStores`."""

    placement: Placement
    media: Media
    harvests: bool = False
    """True: MediaPackage writes what is harvested from live channels to the renditions."""


class MediaStores(ComponentResource):
    """Buckets under the region's media key. Masters and renditions are what a title is made of; the other two can be emptied."""

    incoming: EncryptedBucket
    """Uploads below `masters/`, refused ones below `quarantine/`. Every change of an object is an event."""
    masters: EncryptedBucket
    """Accepted masters, locked where the settings say so, cooling with age."""
    renditions: EncryptedBucket
    """What viewers play, below `titles/<title id>/<version>/`; clear just-in-time outputs below `clear/`."""
    work: EncryptedBucket
    """Plans, chunks and measurements of encodes. They expire."""
    refs: MediaRefs
    """What other regions may know."""

    def __init__(self, name: str, args: MediaStoresArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaStores", name, {}, opts)
        self._name, self._place = name, args.placement
        storage, lock = args.media.storage, args.media.masters_lock
        self.incoming = self._bucket(
            "incoming",
            noncurrent_days=_REPLACED_DAYS,
            expire_days={titles.QUARANTINE: args.media.quarantine_days},
            notify_event_bridge=True,
        )
        self.masters = self._bucket(
            "masters",
            noncurrent_days=_REPLACED_DAYS,
            transitions=_cooling(storage),
            lock=ObjectLock(mode="COMPLIANCE" if lock.mode == "compliance" else "GOVERNANCE", days=lock.days) if lock else None,
        )
        place = args.placement
        renditions = f"arn:aws:s3:::{place.names.bucket('renditions', place.region)}"
        self.renditions = self._bucket(
            "renditions",
            noncurrent_days=_TAKEN_DOWN_DAYS,
            expire_tagged={titles.RETIRED_TAG: args.media.retired_days},
            transitions=_shelving(storage),
            statements=[
                read_by_cloudfront(renditions, place.account),
                *([written_by_harvests(renditions, place.account)] if args.harvests else []),
            ],
        )
        self.work = self._bucket("work", noncurrent_days=1, expire_days={"": storage.work_days})
        self.refs = MediaRefs(region=args.placement.region, masters=self.masters.ref, renditions=self.renditions.ref)
        self.register_outputs({})

    def _bucket(self, purpose: Bucket, *, noncurrent_days: int, **options: object) -> EncryptedBucket:
        place = self._place
        args = EncryptedBucketArgs(
            bucket_name=place.names.bucket(purpose, place.region),
            key_arn=place.keys.media,
            region=place.region,
            keep_data=place.keep_data,
            noncurrent_days=noncurrent_days,
            **options,  # pyright: ignore[reportArgumentType]
        )
        return EncryptedBucket(f"{self._name}-{purpose}", args, opts=ResourceOptions(parent=self))


def _cooling(storage: MediaStorage) -> tuple[Transition, ...]:
    """A master is read once, when it is encoded, and again only if the ladder changes."""
    steps: tuple[tuple[int | None, StorageClass], ...] = (
        (storage.masters_glacier_ir_days, "GLACIER_IR"),
        (storage.masters_deep_archive_days, "DEEP_ARCHIVE"),
    )
    return tuple(Transition(days=days, to=to) for days, to in steps if days is not None)


def _shelving(storage: MediaStorage) -> tuple[Transition, ...]:
    """Viewers are served from the edge's caches; the bucket sees what is asked for seldom."""
    match storage.renditions_class:
        case "standard":
            return ()
        case "standard_ia":
            return (Transition(days=storage.renditions_days, to="STANDARD_IA"),)
        case "onezone_ia":
            return (Transition(days=storage.renditions_days, to="ONEZONE_IA"),)

"""What the platform takes in and how it cuts it."""

from typing import Annotated, Literal

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import EmailAddress, Flag, Number, Whole
from marquee.settings.batch import Batch
from marquee.settings.media_storage import MastersLock, MediaStorage
from marquee.settings.mediaconvert import MediaConvert


class Media(Section):
    """Ingest limits and segment lengths."""

    segment_seconds: Annotated[Number, Between(2, 6)] = 6
    """Length of a media segment in seconds, 2 to 6, a whole multiple of `gop_seconds`."""
    gop_seconds: Annotated[Number, Between(0.5, 6)] = 2
    """Distance of key frames in seconds, 0.5 to 6."""
    max_master_gib: Annotated[Whole, Between(1, 5120)] = 200
    """Largest upload that is ingested, in GiB; a larger one goes to quarantine. S3 itself once ended at 5 TiB."""
    max_master_hours: Annotated[Number, Between(0.1, 48)] = 12
    """Longest master that is ingested, in hours, 0.1 to 48; encoding costs by the minute, and a broken header may promise years."""
    quarantine_days: Annotated[Whole, Between(1, 365)] = 30
    """Days that a refused upload is kept for its owner to look at."""
    operations_email: EmailAddress | None = None
    """Who hears of titles that were published, refused or taken down; AWS asks the address to confirm first. Example: ops@example.org."""
    retired_days: Annotated[Whole, Between(1, 90)] = 2
    """Days that replaced renditions are kept for the sessions that still play them, and for a step back."""
    masters_lock: MastersLock | None = None
    """Object Lock of the masters; null leaves them deletable. It can be added later, and its retention then holds for new versions."""
    storage: MediaStorage
    """Where masters and renditions are kept as they age."""
    encoder: Literal["mediaconvert", "batch"] = "mediaconvert"
    """Who encodes. `mediaconvert` is billed by the minute of output; `batch` runs ffmpeg on Spot instances, as `batch` says."""
    mediaconvert: MediaConvert = MediaConvert()
    """The encoder of that name."""
    batch: Batch = Batch()
    """The encoder of that name, and what measures titles where `per_title` says so."""
    packaging: Literal["static", "jit"] = "static"
    """`static` encrypts once and serves from S3. `jit` keeps clear renditions in a private prefix, and MediaPackage packages on request.

    A packaged title is served from the region that ingested it alone, with no second one to turn to. HLS is then `cbcs` and DASH `cenc`,
    whatever `drm.scheme` says. The secret that lets the edge in is drawn once, which the control S1 stops until the stack exempts it.
    """
    per_title: Flag = False
    """True: each title is measured on AWS Batch before it is encoded, and gets only the rungs, and the bitrates, that it needs."""

    @property
    def encoders(self) -> tuple[Literal["mediaconvert", "batch"], ...]:
        """What a region has of them, in a fixed order."""
        return tuple(name for name in ("mediaconvert", "batch") if name == self.encoder or (name == "batch" and self.uses_batch))

    @property
    def uses_batch(self) -> bool:
        """True if anything runs on AWS Batch, as `batch` says."""
        return self.encoder == "batch" or self.per_title

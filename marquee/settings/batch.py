"""AWS Batch as the encoder: on what it runs, how much of it, and how a title is cut for it."""

from typing import Annotated, Literal

from pydantic import Field

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import Flag, ImageVersion, InstanceKind, ListOf, Whole


class Batch(Section):
    """Read only if `media.encoder` is `batch`, or `media.per_title` is true."""

    image: ImageVersion = "1"
    """Tag or digest of the worker's image in the stack's own repository, which takes each tag once. Example: 1.4.0."""
    instances: Annotated[tuple[InstanceKind, ...], Field(min_length=1, max_length=20), ListOf] = ("c7i", "c6i", "c7a", "c6a", "m7i", "m6i")
    """x86-64 instance types or families. The more there are, the seldomer Spot takes one back. Example: [c7i, c7i.4xlarge]."""
    capacity: Literal["spot", "on_demand"] = "spot"
    """`spot` costs about a third and is taken back at two minutes' notice: a job then starts again, and finished chunks stay."""
    low_latency: Flag = False
    """Puts all instances close together, into one zone, for titles that cannot wait. On-demand only; one zone may run out."""
    placement: Literal["partition", "spread", "none"] = "partition"
    """Where instances lie without `low_latency`. `partition`: in 7 groups of racks a zone. `spread`: each on its own rack, 7 a zone."""
    max_vcpus: Annotated[Whole, Between(2, 10_000)] = 256
    """Most vCPUs at a time, the ceiling of what encoding can cost in an hour."""
    job_vcpus: Annotated[Whole, Between(2, 96)] = 8
    """vCPUs of one job; each comes with 1.75 GiB of memory."""
    chunk_seconds: Annotated[Whole, Between(10, 600)] = 60
    """Length of a chunk: what an interruption repeats."""
    parallel_chunks: Annotated[Whole, Between(1, 40)] = 20
    """Chunks of one title that are encoded at a time, so that a long one leaves room for others."""
    scratch_gib: Annotated[Whole, Between(50, 16_000)] = 300
    """Disk of an instance, in GiB. The last job of a title holds all its renditions twice."""

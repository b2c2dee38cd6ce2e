"""What must hold between the fields of AWS Batch."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from marquee.settings._broken import Broken, Rule
from marquee.settings._platform import Settings

_ARM: Final = re.compile(r"(a1|[a-z]+[0-9]+g[a-z0-9]*|[a-z]+[0-9]+gd)(\..*)?")
"""Graviton families: a `g` right behind the generation. Source: Amazon EC2 Instance Types, "Naming conventions"."""


def close_instances_are_on_demand(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Spot takes from one zone what another bids for; a group that must lie together would seldom start whole."""
    if s.media.batch.low_latency and s.media.batch.capacity == "spot":
        why = "puts all instances into one zone, where Spot gives none for certain"
        yield Broken(("media", "batch", "low_latency"), why, "write capacity: on_demand, or low_latency: false")


def a_job_fits(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A job that asks for more than the environment may hold waits for ever."""
    if s.media.batch.job_vcpus > s.media.batch.max_vcpus:
        why = f"is more than max_vcpus, {s.media.batch.max_vcpus}, so that no job would ever start"
        yield Broken(("media", "batch", "job_vcpus"), why, "lower it, or raise max_vcpus")


def instances_run_the_image(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The worker's image holds x86-64 programs."""
    for index, kind in enumerate(s.media.batch.instances):
        if _ARM.fullmatch(kind):
            yield Broken(("media", "batch", "instances", index), "is an Arm family, and the image is built for x86-64", "write c7i, say")


BATCH_RULES: tuple[Rule, ...] = (close_instances_are_on_demand, a_job_fits, instances_run_the_image)

"""Deploying a stack on an emulated AWS: preview and policies first, then the real thing, then what there is to tell of it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.engine import UNKNOWN, Graph, Resource, Secret, run
from marquee.engine.analyzer import Analyzer
from marquee.engine.backend import Backend
from marquee.engine.events import Event
from marquee.engine.findings import Finding
from marquee.engine.pack_config import PackConfig
from marquee.engine.standin import StandIn
from marquee.policies.report import KINDS, kind_of

OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run and what the policies said of it."""

    graph: Graph
    findings: tuple[Finding, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the summary: a top-level component, or what stands outside of any."""

    component: str
    kind: str
    created: int
    simulated: int
    """Resources whose outputs were made up: the emulator does not have their service."""
    seconds: float
    """Spent in the emulator."""


def preview(project: Path, stack: str, on_event: OnEvent | None = None, *, config: PackConfig | None = None) -> Outcome:
    """What a deployment would make, judged by the policy pack at the levels of `config`. Raises PolicyViolation (exit code 3)."""
    return _run(project, stack, StandIn(), is_preview=True, on_event=on_event, config=config)


def deploy(project: Path, stack: str, emulator: Emulator, on_event: OnEvent | None = None) -> Outcome:
    """Make the stack on the emulator; the pack judges each resource before it is made. Raises MarqueeError."""
    return _run(project, stack, EmulatorBackend(emulator), is_preview=False, on_event=on_event)


def _run(
    project: Path, stack: str, backend: Backend, *, is_preview: bool, on_event: OnEvent | None, config: PackConfig | None = None
) -> Outcome:
    start = time.monotonic()
    analyzer = Analyzer(project / "policy", config=config)
    graph = run(project, stack=stack, backend=backend, preview=is_preview, analyzer=analyzer, on_event=on_event)
    return Outcome(graph=graph, findings=analyzer.findings, seconds=time.monotonic() - start)


def summary(graph: Graph) -> list[Row]:
    """A row for each top-level component, in the order of registration; providers are not counted."""
    below: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph:
        if resource.custom and not resource.type.startswith("pulumi:"):
            below[graph.top(resource).urn].append(resource)
    return [
        Row(
            component=graph.resources[urn].name,
            kind=graph.resources[urn].type.rpartition(":")[2],
            created=sum(not resource.simulated for resource in resources),
            simulated=sum(resource.simulated for resource in resources),
            seconds=sum(resource.seconds for resource in resources),
        )
        for urn, resources in below.items()
    ]


def plain(value: Any) -> Any:
    """A property value as JSON may hold it: secrets hidden, unknowns said to be so."""
    if value is UNKNOWN:
        return "(known after deployment)"
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def counts(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Number of findings of each kind, the gravest first; kinds without any are left out."""
    found = Counter(map(kind_of, findings))
    return {kind: found[kind] for kind in KINDS if found[kind]}

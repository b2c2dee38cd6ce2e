"""Every stack of the project, judged by the real pack over gRPC; the stack files below tests/ show features that ours do not use."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from marquee.engine import Analyzer, Finding, Graph, PolicyViolation, run
from marquee.engine.events import Event, Remediated
from marquee.engine.standin import StandIn
from marquee.settings import stack_file
from tests.policy.harness import PACK, ROOT
from tests.shared import shared

OWN = ("dev", "prod")
FILES = {path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path for path in sorted((ROOT / "tests/stacks").glob("Pulumi.*.yaml"))}
STACKS = (*OWN, *FILES)


@dataclass(frozen=True)
class Judged:
    """What a run gave."""

    graph: Graph | None
    """None if an update was stopped."""
    findings: tuple[Finding, ...]
    remediated: tuple[Remediated, ...]


def platform(stack: str) -> dict[str, Any]:
    """The object `marquee:platform` of the stack's file."""
    path: Path = FILES[stack] if stack in FILES else stack_file.path_of(stack, ROOT)
    return dict(stack_file.read(path, stack).platform)


@cache
def judged(stack: str, *, preview: bool) -> Judged:
    """The stack under the levels of the controls."""
    return shared(f"judged-{stack}-{'preview' if preview else 'update'}", lambda: judged_at(stack, preview=preview))


def judged_at(stack: str, *, preview: bool, config: Mapping[str, Any] | None = None) -> Judged:
    """The stack under the levels of `config`."""
    analyzer = Analyzer(PACK, config=config)
    events: list[Event] = []
    try:
        graph: Graph | None = run(
            ROOT,
            stack="dev" if stack in FILES else stack,
            backend=StandIn(),
            preview=preview,
            analyzer=analyzer,
            on_event=events.append,
            config={"platform": platform(stack)} if stack in FILES else None,
        )
    except PolicyViolation as violation:
        graph = violation.graph
    return Judged(graph, analyzer.findings, tuple(event for event in events if isinstance(event, Remediated)))


def deferred(stack: str) -> dict[str, int]:
    """Control → how many of its results a preview on an empty account leaves to the update."""
    return dict(sorted(Counter(finding.policy for finding in judged(stack, preview=True).findings if finding.deferred).items()))


if __name__ == "__main__":
    print(json.dumps({stack: deferred(stack) for stack in STACKS}, indent=1))

"""Graphs of the real program, run once a session and stack."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from marquee.engine import Graph, run
from marquee.engine.standin import StandIn
from marquee.settings import stack_file
from tests.shared import shared

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("dev", "prod")

Raw = dict[str, Any]


def platform(stack: str) -> Raw:
    """The object `marquee:platform` of a stack file, as plain data to edit."""
    return dict(stack_file.read(stack_file.path_of(stack, ROOT), stack).platform)


@cache
def of_stack(stack: str, preview: bool) -> Graph:
    made = partial(run, ROOT, stack=stack, backend=StandIn(), preview=preview)
    return shared(f"graph-{stack}-{'preview' if preview else 'update'}", made)


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    """Each stack file in turn."""
    return request.param


@pytest.fixture
def preview(stack: str) -> Graph:
    """The stack as a preview on an empty account sees it."""
    return of_stack(stack, True)


@pytest.fixture
def deployed(stack: str) -> Graph:
    """The stack after an update on made-up outputs: every property is known."""
    return of_stack(stack, False)


@pytest.fixture
def run_platform() -> Callable[[Raw], Graph]:
    """Runs the program on a platform given as data, under the stack name `dev`."""

    def graph(raw: Raw, *, preview: bool = True) -> Graph:
        return run(ROOT, stack="dev", backend=StandIn(), preview=preview, config={"platform": raw})

    return graph

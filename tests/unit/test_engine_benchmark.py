"""The benchmark measures what it says, on a program small enough for a test."""

from pathlib import Path

import pytest

from benchmarks import engine_preview
from benchmarks._synthetic_program import write_project
from marquee.engine import run
from marquee.engine.standin import StandIn


def test_the_synthetic_program_is_a_valid_one(tmp_path: Path) -> None:
    write_project(tmp_path, units=2)
    graph = run(tmp_path, stack="dev", backend=StandIn(), preview=False)
    assert len(graph) == 2 + 2 * 12
    assert len(graph.of_type("bench:unit:Unit")) == 2
    assert len(graph.outputs["functions"]) == 2


@pytest.mark.slow
def test_both_kinds_are_measured_on_the_same_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_project(tmp_path, units=2)
    engine_preview._compare(tmp_path, "dev", rounds=1)
    engine, mocks, ratio = (line.split() for line in capsys.readouterr().out.splitlines())
    assert (engine[0], mocks[0], ratio[0]) == ("engine", "mocks", "ratio")
    assert (engine[-2], mocks[-2]) == ("26", "25"), "the mocks do not tell the stack itself"
    assert float(engine[1]) > 0
    assert 50 < float(engine[3]) < 800

"""A title's own rungs: how the workflow asks for them, and goes on without. The measuring is in tests/unit/test_analyse.py."""

import json
from collections.abc import Callable
from typing import Any

import jsonata
import pytest

from marquee.engine import Graph
from tests.graph.conftest import Raw, of_stack, platform
from tests.strategies import edit

BATCH = "aws:batch/jobDefinition:JobDefinition"


def states(graph: Graph) -> dict[str, Any]:
    (machine,) = [one for one in graph.of_type("aws:sfn/stateMachine:StateMachine") if one.name == "media-eu-west-1-ingest"]
    return json.loads(machine.inputs["definition"])["States"]


def evaluate(text: str, **variables: Any) -> Any:
    """What Step Functions makes of `{% … %}`: the query with the workflow's variables, `states` among them."""
    return jsonata.Jsonata.jsonata(text.removeprefix("{%").removesuffix("%}")).evaluate(None, variables)


def test_without_the_setting_there_is_no_analysis_and_no_batch() -> None:
    graph = of_stack("dev", True)
    assert states(graph)["Announce"]["Next"] == "Plan"
    assert not graph.of_type(BATCH)


@pytest.mark.slow
def test_the_workflow_has_a_title_measured_whoever_encodes_and_never_depends_on_it(run_platform: Callable[[Raw], Graph]) -> None:
    graph = run_platform(edit(platform("dev"), "media.per_title", True))
    found = states(graph)
    assert len(graph.of_type(BATCH)) == 1
    assert "mediaconvert" in found["Encode"]["Resource"]
    assert (found["Announce"]["Next"], found["Analyse"]["Next"], found["Chosen"]["Next"]) == ("Analyse", "Chosen", "Plan")
    for name in ("Analyse", "Chosen"):
        assert found[name]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": "Plan"}]

    *program, request = found["Analyse"]["Arguments"]["ContainerOverrides"]["Command"]
    assert program == ["python", "-m", "runtime.encode.analyse"]
    held, media = {"bucket": "m", "key": "k", "versionId": "1"}, {"video": [{"width": 640}]}
    asked = json.loads(evaluate(request, titleId="film", titleVersion="0" * 16, held=held, verdict={"media": media}))
    work = found["Chosen"]["Arguments"]["Bucket"]
    assert asked == {"titleId": "film", "titleVersion": "0" * 16, "held": held, "media": media, "work": work}
    assert evaluate(found["Chosen"]["Arguments"]["Key"], titleId="film", titleVersion="0" * 16) == f"batch/film/{'0' * 16}/rungs.json"

    assign = found["Chosen"]["Assign"]["rungs"]
    for names, rungs in (
        ("avc-720p-1800k,av1-360p-200k", ["avc-720p-1800k", "av1-360p-200k"]),
        ("avc-234p-300k", ["avc-234p-300k"]),
        ("", None),
    ):
        assert evaluate(assign, states={"result": {"Metadata": {"rungs": names}}}) == rungs

"""A title leaves the air, and comes back, on the real stack `dev`."""

import json
from pathlib import Path
from typing import Any

import pytest

from marquee.domain import titles
from marquee.domain.takedown import Answer, Request
from tests.flows.ingest_stack import Stack

pytestmark = pytest.mark.slow


def ask(stack: Stack, **request: Any) -> Answer:
    payload = json.dumps(Request(**request).to_json())
    answer = stack.world("lambda").invoke(FunctionName=stack.target.names.function("takedown"), Payload=payload)
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


def told(stack: Stack, title: str) -> list[tuple[str, dict[str, Any]]]:
    stack.told_of_anything()
    mine = [event for event in stack.seen if event["detail"]["titleId"] == title and "key" not in event["detail"]]
    return [(event["detail-type"], event["detail"]) for event in mine]


def test_down_refused_up_and_gone(stack: Stack, film: Path, broken: Path) -> None:
    _, record = stack.ingest(film, "withdrawn")
    version, published = record["version"], stack.catalogue.title("withdrawn")
    assert published is not None

    assert ask(stack, title_id="withdrawn", action="takedown", reason="rights ended")["outcome"] == "done"
    title = stack.catalogue.title("withdrawn")
    assert title is not None
    assert (title["status"], title["reason"], title["withdrawn"]["action"]) == ("taken_down", "rights ended", "takedown")
    assert stack.renditions("withdrawn", version)
    (kind, detail) = told(stack, "withdrawn")[-1]
    assert (kind, detail["version"], detail["prefixes"][0]) == (titles.TAKEN_DOWN_EVENT, version, "titles/withdrawn/")

    # What is uploaded meanwhile changes nothing, and is not encoded.
    late, refused = stack.ingest(film, "withdrawn")
    assert (refused["outcome"], refused["reason"]) == ("quarantined", "withdrawn")
    assert stack.content(refused["movedTo"]) == film.read_bytes()
    stack.ingest(broken, "withdrawn")
    assert stack.catalogue.title("withdrawn") == title
    assert stack.renditions("withdrawn", titles.version_of(late.version_id)) == {}

    assert ask(stack, title_id="withdrawn", action="takedown", reason="again")["outcome"] == "unchanged"
    assert ask(stack, title_id="withdrawn", action="quarantine", reason="look first")["status"] == "quarantined"
    assert ask(stack, title_id="withdrawn", action="restore", reason="")["outcome"] == "done"
    restored = stack.catalogue.title("withdrawn")
    assert restored is not None
    assert {name: value for name, value in restored.items() if name != "updatedAt"} == {
        name: value for name, value in published.items() if name != "updatedAt"
    }
    assert told(stack, "withdrawn")[-1] == (
        titles.PUBLISHED_EVENT,
        {
            "titleId": "withdrawn",
            "version": version,
            "action": "restore",
            "reason": "",
            "playback": published["playback"],
            "replaces": None,
        },
    )

    gone = ask(stack, title_id="withdrawn", action="takedown", reason="by order", remove=True)
    assert (gone["outcome"], gone["removed"] > 5) == ("done", True)
    assert stack.renditions("withdrawn", version) == {}
    assert ask(stack, title_id="withdrawn", action="restore", reason="")["outcome"] == "nothing_published"


def test_nobody_withdraws_what_is_not_there(stack: Stack) -> None:
    assert ask(stack, title_id="no-such-title", action="takedown", reason="x") == {
        "outcome": "unknown_title", "titleId": "no-such-title", "status": None, "version": None, "removed": 0,
    }  # fmt: skip
    answer = stack.world("lambda").invoke(
        FunctionName=stack.target.names.function("takedown"), Payload=b'{"title_id": "x", "action": "rm"}'
    )
    assert answer["FunctionError"]

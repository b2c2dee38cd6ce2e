"""The first judge: `terraform validate`. It needs no AWS, emulated or real."""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from marquee.conformance.diagnostics import failures
from marquee.conformance.references import References
from marquee.conformance.report import Failure
from marquee.conformance.terraform import Terraform
from marquee.conformance.translate import Newer, Options, translate
from marquee.engine import Graph, run
from marquee.errors import MarqueeError

_ROUNDS: Final = 6
_SECONDS: Final = 120.0


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack's graph as a run with reference tokens made it."""

    graph: Graph
    references: References


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What `terraform validate` says of a stack."""

    stack: str
    version: str
    """Of the provider."""
    resources: int
    """How many were judged."""
    failures: tuple[Failure, ...]
    newer: tuple[Newer, ...]
    """What the provider at hand does not know; pulumi-aws's own types vouch for it."""
    seconds: float


def load(terraform: Terraform, project: Path, stack: str, config: dict[str, Any] | None = None) -> Stack:
    """Run the program of `project` and keep each flow of an output visible. Raises what `marquee.engine.run` raises."""
    references = References(terraform.schema())
    return Stack(graph=run(project, stack=stack, backend=references, preview=False, config=config), references=references)


def validate(terraform: Terraform, stack: Stack) -> Validation:
    """Judge every resource of the stack, those that depend on a refused one too.

    Terraform does not look at what refers to a resource with an error. So the outputs of what was refused become literals,
    and the rest is judged again, until nothing new is found.
    """
    started = time.perf_counter()
    found: dict[Failure, None] = {}
    options = Options(copies=True)
    configuration = translate(stack.graph, stack.references, options)
    for _round in range(_ROUNDS):
        with terraform.folder(configuration.text) as folder:
            done = folder.run("validate", "-json", seconds=_SECONDS)
        new = [failure for failure in failures("validate", _diagnostics(done.stdout, done.stderr), configuration) if failure not in found]
        found |= dict.fromkeys(new)
        refused = frozenset(failure.urn for failure in found if failure.urn)
        if not new or refused == options.literals:
            break
        options = replace(options, literals=refused)
        configuration = translate(stack.graph, stack.references, options)
    return Validation(
        stack=stack.graph.stack,
        version=terraform.provider.version,
        resources=len(set(configuration.urns.values())),
        failures=tuple(found),
        newer=configuration.newer,
        seconds=time.perf_counter() - started,
    )


def _diagnostics(output: str, errors: str) -> list[dict[str, Any]]:
    try:
        return json.loads(output)["diagnostics"]
    except (json.JSONDecodeError, KeyError) as error:
        raise MarqueeError(f"`terraform validate` gave no answer: {errors.strip() or output.strip()}") from error

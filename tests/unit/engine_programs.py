"""Tiny Pulumi programs for the engine's tests, and a backend that remembers what it was asked."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from marquee.engine import Created, Graph, Request, run
from marquee.engine.values import Value

HEAD = """
import pulumi

class Thing(pulumi.CustomResource):
    out: pulumi.Output[str]

    def __init__(self, name, opts=None, **props):
        super().__init__("test:index:Thing", name, {**props, "out": None}, opts)

class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:groups:Group", name, {}, opts)

def child(of):
    return pulumi.ResourceOptions(parent=of)
"""
NAME = "tiny"


class Recorder:
    """Makes everything, with the id `<name>-id` and the output `out`; fails for the names in `broken`."""

    def __init__(self, outputs: Mapping[str, Value] | None = None, broken: Mapping[str, Exception] | None = None):
        self.created: list[Request] = []
        self.invoked: list[tuple[str, dict[str, Value], dict[str, Value]]] = []
        self._outputs = {"out": "made"} if outputs is None else outputs
        self._broken = broken or {}

    def create(self, request: Request) -> Created:
        if request.name in self._broken:
            raise self._broken[request.name]
        self.created.append(request)
        return Created(id=f"{request.name}-id", outputs=self._outputs)

    def read(self, request: Request, id: str) -> Created:
        return Created(id=id, outputs={"out": f"read {id}"})

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        if token in self._broken:
            raise self._broken[token]
        self.invoked.append((token, dict(args), dict(provider_inputs)))
        return {"answer": f"{token} answered"}


def project(folder: Path, program: str, *, config: str = "", head: str = HEAD, **files: str) -> Path:
    """Write a project with a stack `dev` into `folder`; `files` are further modules by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(f"name: {NAME}\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("config:\n" + textwrap.indent(textwrap.dedent(config), "  ") if config else "")
    (folder / "__main__.py").write_text(head + textwrap.dedent(program))
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return folder


def execute(folder: Path, program: str, *, preview: bool = False, backend: Any = None, **options: Any) -> Graph:
    """Write the project, run its stack `dev`, and return the graph."""
    config, head = options.pop("config", ""), options.pop("head", HEAD)
    project(folder, program, config=config, head=head)
    return run(folder, stack="dev", backend=backend or Recorder(), preview=preview, **options)


def named(graph: Graph, name: str) -> Any:
    """The one resource of that logical name."""
    (found,) = [resource for resource in graph if resource.name == name]
    return found


Execute = Callable[..., Graph]

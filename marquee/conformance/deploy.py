"""The second and third judge: plan and apply by the real provider on an emulated AWS, then a second plan that should find nothing to do."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from marquee.conformance.assets import Files
from marquee.conformance.changes import changes_of
from marquee.conformance.diagnostics import failures
from marquee.conformance.emulated import APPLY_SETTINGS, SETTINGS, account_of
from marquee.conformance.left_out import NOT_APPLIED, NOT_PLANNED
from marquee.conformance.report import Change, Failure, Step
from marquee.conformance.terraform import Folder, Terraform
from marquee.conformance.translate import Configuration, Options, translate
from marquee.conformance.validate import Stack
from marquee.emulator import Emulator
from marquee.emulator.resources import SIMULATED

_SECONDS: Final = 540.0
_A_RESOURCE: Final = "60s"
_FLAGS: Final = ("-json", "-input=false", "-parallelism=20")
_EDGE: Final = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What the real provider made of a stack on the emulated AWS."""

    failures: tuple[Failure, ...]
    """Of the first step that had any; what comes after it did not run."""
    changes: tuple[Change, ...] = ()
    """What the second plan would change."""
    resources: int = 0
    """How many resources were planned."""
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])
    """URN → why it was not applied."""
    seconds: Mapping[Step, float] = field(default_factory=dict[Step, float])


def plan(terraform: Terraform, stack: Stack, emulator: Emulator) -> Deployment:
    """Plan every resource but those of `NOT_PLANNED`; those that the emulator cannot make too, since a plan makes few calls."""
    return _Run(terraform, stack, emulator, _skipped(stack, NOT_PLANNED)).plan_only()


def apply(terraform: Terraform, stack: Stack, emulator: Emulator, left_out: Mapping[str, str] | None = None) -> Deployment:
    """Plan, apply, and plan again. `emulator` keeps what was made.

    `left_out`: type tokens that are not applied, and why, beside those of `NOT_APPLIED` and those that the emulator has no call
    for. What refers to one of them gets a literal of the right shape, so that it is applied all the same.
    """
    reasons = {token: why for token, (_arn, why) in SIMULATED.items()} | NOT_APPLIED | dict(left_out or {})
    return _Run(terraform, stack, emulator, _skipped(stack, reasons)).plan_and_apply()


def _skipped(stack: Stack, reasons: Mapping[str, str]) -> dict[str, str]:
    """URN → why it is left out."""
    return {resource.urn: reasons[resource.type] for resource in stack.graph if resource.type in reasons}


class _Run:
    def __init__(self, terraform: Terraform, stack: Stack, emulator: Emulator, left_out: Mapping[str, str]):
        self._terraform = terraform
        self._stack = stack
        self._emulator = emulator
        self._left_out = left_out
        self._seconds: dict[Step, float] = {}
        self._planned = 0

    def plan_only(self) -> Deployment:
        with self._terraform.folder({}) as folder:
            configuration = self._write(folder, SETTINGS)
            return self._deployment(self._plan(folder, configuration, "plan"))

    def plan_and_apply(self) -> Deployment:
        with self._terraform.folder({}) as folder:
            configuration = self._write(folder, APPLY_SETTINGS)
            found = self._plan(folder, configuration, "plan") or self._apply(folder, configuration)
            found = found or self._plan(folder, configuration, "second plan")
            if found:
                return self._deployment(found)
            shown = json.loads(folder.run("show", "-json", _plan_file("second plan"), seconds=_SECONDS).stdout)
            return self._deployment([], changes_of(shown))

    def _write(self, folder: Folder, settings: Mapping[str, Any]) -> Configuration:
        options = Options(
            files=Files(folder.path / "assets"),
            left_out=frozenset(self._left_out),
            provider=settings,
            create_timeout=_A_RESOURCE,
        )
        configuration = translate(self._stack.graph, self._stack.references, options)
        self._planned = len(configuration.urns)
        folder.environment.update(self._emulator.environment(account_of(self._stack.graph), _EDGE))
        folder.write(configuration.text)
        return configuration

    def _plan(self, folder: Folder, configuration: Configuration, step: Step) -> list[Failure]:
        return self._step(folder, configuration, step, "plan", f"-out={_plan_file(step)}")

    def _apply(self, folder: Folder, configuration: Configuration) -> list[Failure]:
        return self._step(folder, configuration, "apply", "apply", _plan_file("plan"))

    def _step(self, folder: Folder, configuration: Configuration, step: Step, command: str, argument: str) -> list[Failure]:
        started = time.perf_counter()
        done = folder.run(command, *_FLAGS, argument, seconds=_SECONDS)
        self._seconds[step] = time.perf_counter() - started
        found = failures(step, _diagnostics(done.stdout), configuration)
        if done.returncode != 0 and not found:
            found = [Failure(step=step, urn="", argument="", message=done.stderr.strip() or "Terraform gave no reason")]
        return found

    def _deployment(self, found: Sequence[Failure], changes: Sequence[Change] = ()) -> Deployment:
        return Deployment(
            failures=tuple(found), changes=tuple(changes), resources=self._planned, left_out=self._left_out, seconds=self._seconds
        )


def _plan_file(step: Step) -> str:
    return f"{step.replace(' ', '-')}.plan"


def _diagnostics(output: str) -> Iterator[dict[str, Any]]:
    """Terraform's log: an event a line."""
    for line in output.splitlines():
        if line.startswith("{") and "diagnostic" in (event := json.loads(line)):
            yield event["diagnostic"]


def reviewed(name: str) -> dict[str, Any]:
    """A reviewed list beside this file: `second_plan` or `differences`."""
    return json.loads((Path(__file__).parent / "reviewed" / f"{name}.json").read_text())

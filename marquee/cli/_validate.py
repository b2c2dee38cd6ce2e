"""What `marquee validate` does, once it is asked to."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from marquee.cli._output import console, notes, print_json
from marquee.cli._project import project_dir, settings_of
from marquee.conformance.changes import against_review, as_entries
from marquee.conformance.compare import Comparison, as_reasons, compare, unexplained
from marquee.conformance.deploy import Deployment, plan, reviewed
from marquee.conformance.report import Failure
from marquee.conformance.snapshot import snapshot, snapshot_of_release
from marquee.conformance.terraform import Terraform
from marquee.conformance.translate import Newer
from marquee.conformance.upgrades import check_upgrade
from marquee.conformance.validate import Stack, Validation, load, validate
from marquee.emulator import Emulator


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All that was asked for."""

    validation: Validation
    deployment: Deployment | None = None
    comparison: Comparison | None = None
    upgrade: tuple[Failure, ...] = ()

    @property
    def failures(self) -> Sequence[Failure]:
        """What is refused, in the order of the steps."""
        deployed = self.deployment.failures if self.deployment else ()
        return [*self.validation.failures, *deployed, *self.upgrade]


def run_validate(stack: str, *, plan: bool, apply: bool, since: str | None, as_json: bool) -> None:
    """`marquee validate`. Exits with 1 if anything is refused."""
    settings_of(stack)
    with notes.status("Looking for Terraform and the AWS provider") as status:
        terraform, project = Terraform.find(), project_dir()
        status.update("Running the program")
        loaded = load(terraform, project, stack)
        status.update(f"Asking AWS provider {terraform.provider.version}")
        verdict = _judge(terraform, project, loaded, plan=plan, apply=apply, since=since)
    if as_json:
        print_json(_document(verdict))
    else:
        _print(verdict)
    if verdict.failures:
        sys.exit(1)


def _judge(terraform: Terraform, project: Path, stack: Stack, *, plan: bool, apply: bool, since: str | None) -> Verdict:
    """Each step runs only if the steps before it refused nothing."""
    validation = validate(terraform, stack)
    if validation.failures:
        return Verdict(validation=validation)
    upgrade: tuple[Failure, ...] = ()
    if since is not None:
        older = snapshot_of_release(project, since, stack.graph.stack)
        upgrade = tuple(check_upgrade(terraform, older, snapshot(stack)))
    if apply:
        comparison = compare(terraform, stack, project)
        return Verdict(validation=validation, deployment=comparison.deployment, comparison=comparison, upgrade=upgrade)
    deployment = _planned(terraform, stack) if plan else None
    return Verdict(validation=validation, deployment=deployment, upgrade=upgrade)


def _planned(terraform: Terraform, stack: Stack) -> Deployment:
    with Emulator() as emulator:
        return plan(terraform, stack, emulator)


def _document(verdict: Verdict) -> Mapping[str, Any]:
    validation, deployment, comparison = verdict.validation, verdict.deployment, verdict.comparison
    return {
        "stack": validation.stack,
        "provider": validation.version,
        "resources": validation.resources,
        "failures": [asdict(failure) for failure in verdict.failures],
        "newer": [asdict(newer) for newer in validation.newer],
        "seconds": {"validate": validation.seconds, **(deployment.seconds if deployment else {})},
        "left_out": deployment.left_out if deployment else {},
        "second_plan": as_entries(deployment.changes) if deployment else [],
        "differences": as_reasons(comparison.differences) if comparison else [],
    }


def _print(verdict: Verdict) -> None:
    validation, deployment = verdict.validation, verdict.deployment
    for failure in verdict.failures:
        _print_failure(failure)
    seconds = {"validate": validation.seconds, **(deployment.seconds if deployment else {})}
    steps = ", ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items())
    outcome = f"[red]refuses {len(verdict.failures)}[/]" if verdict.failures else "[green]accepts all[/]"
    console.print(f"AWS provider {validation.version} {outcome} of {validation.resources} resources of {validation.stack} ({steps})")
    if validation.newer:
        _print_newer(validation.newer)
    if verdict.comparison and not verdict.failures:
        _print_comparison(verdict.comparison)


def _print_failure(failure: Failure) -> None:
    argument = f" [bold]{escape(failure.argument)}[/]" if failure.argument else ""
    console.print(f"[red]{failure.step}[/] {escape(failure.urn)}{argument}\n  {escape(failure.message)}", highlight=False, soft_wrap=True)


def _print_newer(newer: Sequence[Newer]) -> None:
    table = Table(
        "Type", "Argument", "Times", title="Newer than the provider at hand: checked against pulumi-aws's types alone", title_justify="left"
    )
    counted = dict.fromkeys((entry.type, entry.argument) for entry in newer)
    for type_token, argument in counted:
        times = sum((entry.type, entry.argument) == (type_token, argument) for entry in newer)
        table.add_row(escape(type_token), escape(argument) or "(the type)", str(times))
    console.print(table)


def _print_comparison(comparison: Comparison) -> None:
    new, _ = against_review(comparison.deployment.changes, reviewed("second_plan")["entries"])
    unknown, _ = unexplained(comparison.differences, reviewed("differences")["entries"])
    changes = comparison.deployment.changes
    console.print(f"Left out of apply: {len(comparison.deployment.left_out)}, which the emulator has no call for.")
    console.print(f"A second plan changes {len(changes)} attributes, {len(new)} of them not reviewed.")
    console.print(
        f"Of {comparison.things} things compared with our own create functions', {len(unknown)} attributes differ without a reason."
    )
    for change in new:
        console.print(f"  {change.type}.{change.attribute}: {escape(change.before)} → {escape(change.after)}", highlight=False)
    for found in unknown:
        console.print(f"  {escape(found.thing)}.{found.attribute}: {escape(found.terraform)} | {escape(found.ours)}", highlight=False)

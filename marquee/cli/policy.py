"""`marquee policy`: what the policy pack demands, and what it says of a stack."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from marquee.cli._output import Json, Stack, console, notes, print_json
from marquee.cli._project import project_dir, settings_of
from marquee.errors import MarqueeError
from marquee.policies.report import Report

app = typer.Typer(no_args_is_help=True, help="What the policy pack demands, and what it says of a stack: this one or any other.")


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    HTML = "html"


@app.command()
def check(
    stack: Stack = "dev",
    *,
    export: Annotated[
        Path | None,
        typer.Option(help="Judge any Pulumi stack: a file of `pulumi stack export`, or of `pulumi preview --json --show-sames`."),
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="sarif annotates pull requests, markdown is for a comment.")
    ] = Format.TABLE,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Levels and parameters, as `pulumi preview --policy-pack-config` takes them; exemptions under `pack`."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the report to this file instead of standard output.")] = None,
    as_json: Json = False,
) -> None:
    """Judge a stack by every control, as a preview of it. Exit code 3: a mandatory violation.

    Examples: marquee policy check --stack prod --format sarif --out prod.sarif

    pulumi stack export > other.json && marquee policy check --export other.json
    """
    from marquee.cli._policy import judged, rendered  # noqa: PLC0415 --help should not wait for the SDK

    if export is None:
        settings_of(stack)
    with notes.status("Asking the policy pack"):
        found, controls = judged(stack, export, config)
    chosen = Format.JSON if as_json else format_
    if chosen is Format.TABLE and out is None:
        _print(found)
    else:
        text = rendered(found, controls, chosen.value)
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")
            notes.print(f"{out}: {'passes' if found.passed else 'is stopped'}", highlight=False)
    if not found.passed:
        raise typer.Exit(3)


def _print(found: Report) -> None:
    table = Table("severity", "resource", "finding and fix", title=f"{found.stack}: policies", title_justify="left", show_lines=True)
    table.columns[1].overflow = "fold"
    colours = {"mandatory": "red", "advisory": "yellow", "exempted": "dim"}
    for entry in found.shown():
        what = f"[bold]{entry.control}[/] {escape(entry.message)}" + (f"\n[bold]Fix[/] {escape(entry.fix)}" if entry.fix else "")
        table.add_row(f"{entry.severity}\n{entry.kind}", escape(entry.resource), what, style=colours[entry.kind])
    if found.shown():
        console.print(table)
    if found.deferred:
        listed = ", ".join(f"{control} ({number})" for control, number in found.deferred.items())
        console.print(f"Deferred until the values are known, at the deployment: {listed}", highlight=False)
    counts = ", ".join(f"{number} {kind}" for kind, number in found.counts.items() if number) or "no findings"
    console.print(f"{found.resources} resources, {counts}: [bold]{'passes' if found.passed else 'is stopped'}[/]", highlight=False)


@app.command("list")
def list_(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference page, docs/policies.md.")] = False, as_json: Json = False
) -> None:
    """List every control."""
    from dataclasses import asdict  # noqa: PLC0415

    from marquee.policies import catalogue  # noqa: PLC0415
    from marquee.policies.formats.markdown import controls_page  # noqa: PLC0415

    controls = catalogue(project_dir() / "policy")
    if as_json:
        print_json([asdict(control) for control in controls])
    elif markdown:
        typer.echo(controls_page(controls), nl=False)
    else:
        table = Table("id", "demand", "severity", "family", "checkov")
        for control in controls:
            table.add_row(control.id, escape(control.title), control.severity, control.family.replace("_", " "), ", ".join(control.checkov))
        console.print(table)


@app.command()
def explain(
    control_id: Annotated[str, typer.Argument(metavar="ID", help="As `marquee policy list` has it: E1, N1, …")], as_json: Json = False
) -> None:
    """Say why a control is there, what it looks at, and how to meet it."""
    from dataclasses import asdict  # noqa: PLC0415
    from difflib import get_close_matches  # noqa: PLC0415

    from marquee.policies import catalogue  # noqa: PLC0415

    controls = {control.id: control for control in catalogue(project_dir() / "policy")}
    control = controls.get(control_id.upper())
    if control is None:
        near = ", ".join(get_close_matches(control_id.upper(), controls, n=3)) or "see `marquee policy list`"
        raise MarqueeError(f"there is no control {control_id}", fix=f"near it: {near}", exit_code=2)
    if as_json:
        print_json(asdict(control))
        return
    console.print(
        f"[bold]{control.id}[/] {escape(control.title)}  [dim]{control.severity}, {control.level}, by {control.scope}[/]", highlight=False
    )
    console.print(f"\n[bold]Why[/]  {escape(control.why)}\n[bold]Fix[/]  {escape(control.fix)}", highlight=False)
    rows = {
        "FSBP": ", ".join(control.fsbp),
        "CIS": ", ".join(control.cis),
        "checkov": ", ".join(control.checkov),
        "Remediates": "yes, if its level is set to remediate" if control.remediates else "",
        "Parameters": json.dumps(control.parameters) if control.parameters else "",
        "Judges": ", ".join(control.types),
    }
    for name, value in rows.items():
        if value:
            console.print(f"[bold]{name}[/]  {escape(value)}", highlight=False)

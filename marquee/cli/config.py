"""`marquee config`: check a stack file, show what it comes to, explain a setting, write the schema for editors."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from marquee.cli._output import Json, console, print_json, whole
from marquee.cli._project import project_dir
from marquee.errors import MarqueeError

if TYPE_CHECKING:
    from marquee.settings import SettingsError
    from marquee.settings.reference import Entry
    from marquee.settings.stack_file import StackFile

app = typer.Typer(no_args_is_help=True, help="Check, show and explain the settings of a stack.")

SCHEMA = Path("docs") / "config.schema.json"
"""Where the stack files look for it."""

StackOption = Annotated[str | None, typer.Option("--stack", "-s", help="The stack: Pulumi.STACK.yaml. Default: dev, or what --file says.")]
FileOption = Annotated[Path | None, typer.Option("--file", "-f", help="A stack file elsewhere.")]


@app.command()
def check(stack: StackOption = None, file: FileOption = None, as_json: Json = False) -> None:
    """List everything that is wrong with a stack file, with where, why and what to write instead. Exit 2 if anything is.

    Example: marquee config check --stack prod
    """
    from marquee.settings import SettingsError  # noqa: PLC0415  pydantic takes a while, and --help should not

    path, name = _choose(stack, file)
    problems: list[dict[str, Any]] = []
    try:
        regions = len(_read(path, name).settings().regions)
    except SettingsError as error:
        regions = 0
        problems = [asdict(problem) for problem in error.problems]
        if not as_json:
            _print_problems(path, error)
    if as_json:
        print_json({"stack": name, "file": path.name, "ok": not problems, "problems": problems})
    elif not problems:
        console.print(f"[green]ok[/] {path.name}: stack {name}, {regions} region{'s' if regions > 1 else ''}", highlight=False)
    if problems:
        raise typer.Exit(2)


@app.command()
def show(stack: StackOption = None, file: FileOption = None, as_json: Json = False) -> None:
    """Print every effective setting of a stack, and whether the stack file, its profile or the program's default says it.

    Example: marquee config show --stack prod
    """
    from marquee.settings.provenance import effective  # noqa: PLC0415

    path, name = _choose(stack, file)
    found = _read(path, name)
    settings = found.settings()
    rows = effective(settings, found.platform)
    if as_json:
        document = settings.model_dump(mode="json", exclude={"stack"})
        print_json({"stack": name, "settings": document, "origin": {row.path: row.origin for row in rows}})
        return
    table = Table("setting", "value", "said by", box=None, pad_edge=False)
    for row in rows:
        said_by = f"profile {settings.profile}" if row.origin == "profile" else row.origin
        table.add_row(row.path, Text(_yaml(row.value)), said_by, style=None if row.origin == "stack file" else "dim")
    console.print(table)


@app.command()
def explain(
    path: Annotated[str | None, typer.Argument(help="A setting, as in network.nat or regions[0].cidr. Without it, all are listed.")] = None,
    as_json: Json = False,
) -> None:
    """Say what a setting means, what it takes, and its default in each profile.

    Example: marquee config explain network.az_count
    """
    from marquee.settings import reference  # noqa: PLC0415

    if path is None:
        found = list(reference.entries().values())
        if as_json:
            print_json([asdict(entry) for entry in found])
        else:
            _print_list(found)
        return
    entry = reference.explain(path)
    if as_json:
        print_json(asdict(entry))
    else:
        _print_entry(entry, [reference.entries()[field] for field in entry.fields])


@app.command()
def schema(
    check_only: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if the file is out of date.")] = False,
    as_json: Json = False,
) -> None:
    """Write docs/config.schema.json, by which editors complete and check stack files; with --json, print it instead.

    Example: marquee config schema --check
    """
    from marquee.settings.schema import stack_file_schema  # noqa: PLC0415

    if as_json:
        print_json(stack_file_schema())
        return
    path, text = project_dir() / SCHEMA, json.dumps(stack_file_schema(), indent=2, ensure_ascii=False) + "\n"
    current = path.is_file() and path.read_text(encoding="utf-8") == text
    if check_only and not current:
        raise MarqueeError(f"{SCHEMA} is out of date: editors would check stack files by old rules", fix="run `marquee config schema`")
    if not current:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    console.print(f"{SCHEMA} is {'current' if current else 'written'}", highlight=False)


def _choose(stack: str | None, file: Path | None) -> tuple[Path, str]:
    """The stack file and the stack's name: `--file` may name it, `--stack` decides."""
    from marquee.settings.stack_file import path_of  # noqa: PLC0415

    if file is None:
        name = "dev" if stack is None else stack
        return path_of(name, project_dir()), name
    named = re.fullmatch(r"Pulumi\.(.+)\.ya?ml", file.name)
    if stack is None and named is None:
        raise MarqueeError(f"{file.name} does not say which stack it is for", fix="add --stack", exit_code=2)
    return file, named[1] if stack is None and named else stack or ""


def _read(path: Path, stack: str) -> "StackFile":
    from marquee.settings.stack_file import read  # noqa: PLC0415

    return read(path, stack)


def _yaml(value: Any) -> str:
    """As one line of the stack file would say it."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _print_problems(path: Path, error: "SettingsError") -> None:
    columns = "line", whole("path"), whole("value"), "why", "fix"
    table = Table(*columns, title=f"{path.name}: {error.what}", title_justify="left", show_lines=True)
    for problem in error.problems:
        line = str(problem.line) if problem.line else ""
        table.add_row(line, *map(Text, (problem.path or "marquee:platform", problem.value, problem.why, problem.fix)))
    console.print(table)
    console.print(error.fix, style="dim", highlight=False)


def _print_list(entries: "list[Entry]") -> None:
    table = Table("setting", "starter", "mature", "meaning", box=None, pad_edge=False)
    for entry in entries:
        if not entry.fields:
            required = "required" if entry.required else ""
            table.add_row(Text(entry.path), Text(required or entry.starter), Text(required or entry.mature), Text(entry.doc))
    console.print(table)


def _print_entry(entry: "Entry", fields: "list[Entry]") -> None:
    console.print(Text(entry.path, style="bold"))
    console.print(Text(entry.doc))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("takes", Text(entry.takes))
    if entry.required:
        table.add_row("default", "none: it is required")
    elif entry.starter == entry.mature:
        table.add_row("default", Text(entry.starter or "what its settings say"))
    else:
        table.add_row("default", Text(f"{entry.starter} in starter, {entry.mature} in mature"))
    if entry.example:
        table.add_row("example", Text(entry.example))
    console.print(table)
    if fields:
        console.print()
        _print_list(fields)

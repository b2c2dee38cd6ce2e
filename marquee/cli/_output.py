"""How every command speaks: tables and progress to a person, one JSON document to a machine, errors to standard error."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column

from marquee.errors import MarqueeError

console = Console()
"""Standard output: results."""
notes = Console(stderr=True)
"""Standard error: progress, warnings and errors, so that output can be piped."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Stack = Annotated[str, typer.Option("--stack", "-s", help="The stack: its settings are in Pulumi.STACK.yaml.")]


def whole(heading: str) -> Column:
    """A column that a narrow terminal breaks over lines: half a name, or half an id, is none."""
    return Column(heading, overflow="fold")


def print_json(value: Any) -> None:
    """One JSON document on standard output. What JSON has no word for (paths, dates, networks) is written as text."""
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def print_error(error: MarqueeError) -> None:
    """What is wrong and what to do, on standard error; as JSON if the command was asked for JSON."""
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps({"error": str(error), "fix": error.fix, "exit_code": error.exit_code}) + "\n")
        return
    notes.print(f"[bold red]error[/] {escape(str(error))}", highlight=False)
    if error.fix:
        notes.print(f"[bold]fix[/]   {escape(error.fix)}", highlight=False)

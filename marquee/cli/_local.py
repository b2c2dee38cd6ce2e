"""What `marquee local` does, once it is asked to."""

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.tree import Tree

from marquee.cli import _deployment as deployment
from marquee.cli._deployment import Outcome
from marquee.cli._output import console, notes, print_json
from marquee.cli._project import project_dir, settings_of
from marquee.cli._smoke import Smoke, smoke
from marquee.cli._titles import title_table
from marquee.emulator import Emulator
from marquee.emulator.recorder import refused
from marquee.engine import Graph, PolicyViolation
from marquee.engine.events import Event, Message, ResourceDone, SecretStandIn
from marquee.engine.findings import Finding
from marquee.errors import MarqueeError
from marquee.ingest import Target
from marquee.policies.report import kind_of


def local_up(stack: str, *, as_json: bool) -> None:
    """`marquee local up`."""
    settings = settings_of(stack)
    theirs = settings.drm.key_provider
    with deployed(stack) as (emulator, outcome):
        # A key provider elsewhere is out of the emulator's reach, and nothing is encoded without keys.
        done = smoke(Target.of_emulator(emulator, settings)) if theirs is None else None
        denied = [call.to_json() for call in refused(emulator.calls())]
        if as_json:
            print_json(
                {
                    **report(outcome),
                    "title": done.title if done else None,
                    "streams": [asdict(each) for each in done.streams] if done else [],
                    "refused_calls": denied,
                }
            )
            return
        print_deployment(outcome)
        console.print()
        if done is None:
            console.print(
                f"[bold]Ingested[/] nothing: keys come from {theirs}, and the emulated AWS reaches no other machine", soft_wrap=True
            )
        else:
            console.print("[bold]Ingested[/] a short video that was made for this run:")
            console.print(title_table(done.title))
            _print_streams(done)
        console.print(f"Calls that its functions made and their roles do not allow: {len(denied)}")


def _print_streams(done: Smoke) -> None:
    encrypted = [each for each in done.streams if each.label]
    if encrypted:
        scheme, labels = done.title["playback"]["scheme"], ", ".join(sorted({str(each.label) for each in encrypted}))
        console.print(
            f"HLS and DASH, {len(encrypted)} streams encrypted ({scheme}, keys {labels}): "
            "without its key none plays, not even its first segment; with it each plays to its end",
            soft_wrap=True,
        )


def local_preview(stack: str, *, as_json: bool) -> None:
    """`marquee local preview`."""
    settings_of(stack)
    with notes.status("Running the program and the policy pack"), _violations_as_a_list(as_json=as_json):
        said: set[str] = set()
        outcome = deployment.preview(project_dir(), stack, None if as_json else lambda event: _say(event, said, notes))
    if as_json:
        print_json({**report(outcome), "resources": [_resource(resource) for resource in outcome.graph]})
        return
    console.print(_tree(outcome.graph))
    _print_policies(outcome)
    _print_findings(outcome.findings)


@contextmanager
def _violations_as_a_list(*, as_json: bool = False) -> Generator[None]:
    """A violation is shown as a list of findings and ends in one sentence; a machine gets the findings in the error."""
    try:
        yield
    except PolicyViolation as violation:
        if as_json:
            raise
        _print_findings([finding for finding in violation.findings if finding.blocks])
        number = sum(finding.blocks for finding in violation.findings)
        raise MarqueeError(
            f"{number} mandatory policy violations; nothing was created"
            if number > 1
            else "a mandatory policy violation; nothing was created",
            fix="change the resources named above, or record an exemption with reason, owner and expiry under security.exemptions",
            exit_code=violation.exit_code,
        ) from None


@contextmanager
def deployed(stack: str) -> Generator[tuple[Emulator, Outcome]]:
    """The stack on a running emulator, with progress on standard error."""
    settings_of(stack)  # what is wrong with the stack file is said before anything is started
    root = project_dir()
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    said: set[str] = set()  # the program warns of the same when it previews and when it deploys
    with Progress(*columns, console=notes, transient=True) as progress:
        judged = progress.add_task("Preview and policies", total=None)
        with _violations_as_a_list():
            preview = deployment.preview(root, stack, _counting(progress, judged, said))
        progress.remove_task(judged)
        task = progress.add_task("Starting the emulated AWS", total=len(preview.graph))
        with Emulator() as emulator:
            progress.update(task, description=f"Deploying {stack}")
            outcome = deployment.deploy(root, stack, emulator, _counting(progress, task, said))
            progress.stop()
            yield emulator, outcome


def _counting(progress: Progress, task: Any, said: set[str]) -> Callable[[Event], None]:
    def on_event(event: Event) -> None:
        if isinstance(event, ResourceDone):
            progress.advance(task)
        else:
            _say(event, said, progress.console)

    return on_event


def _say(event: Event, said: set[str], on: Console) -> None:
    """Print what a person should know of a run, unless `said` has it."""
    match event:
        case Message(severity="warning" | "error", text=text):
            pass
        case SecretStandIn(key=key):
            text = f"{key} is encrypted for Pulumi; a stand-in takes its place here"
        case _:
            return
    if text not in said:
        said.add(text)
        on.print(f"[yellow]{escape(text)}[/]")


def report(outcome: Outcome) -> dict[str, Any]:
    """The run, for a machine."""
    return {
        "stack": outcome.graph.stack,
        "preview": outcome.graph.preview,
        "seconds": round(outcome.seconds, 2),
        "components": [asdict(row) for row in deployment.summary(outcome.graph)],
        "outputs": deployment.plain(dict(outcome.graph.outputs)),
        "policies": [{**asdict(finding), "kind": kind_of(finding)} for finding in outcome.findings],
    }


def _resource(resource: Any) -> dict[str, Any]:
    return {"urn": resource.urn, "type": resource.type, "parent": resource.parent, "inputs": deployment.plain(dict(resource.inputs))}


def print_deployment(outcome: Outcome) -> None:
    """The run, for a person."""
    table = Table(title=f"{outcome.graph.stack}: deployed on an emulated AWS", title_justify="left")
    table.add_column("component")
    table.add_column("kind")
    for column in ("created", "simulated", "seconds"):
        table.add_column(column, justify="right")
    rows = deployment.summary(outcome.graph)
    for row in rows:
        table.add_row(row.component, row.kind, str(row.created), str(row.simulated) if row.simulated else "", f"{row.seconds:.1f}")
    table.add_section()
    created, simulated = sum(row.created for row in rows), sum(row.simulated for row in rows)
    table.add_row("all", "", str(created), str(simulated), f"{outcome.seconds:.1f}")
    console.print(table)
    if simulated:
        kinds = sorted({resource.type.rpartition(":")[2] for resource in outcome.graph if resource.simulated and resource.custom})
        console.print(f"Simulated, which means that nothing stands behind them: {', '.join(kinds)}", soft_wrap=True)
    _print_policies(outcome)
    console.print("[bold]Outputs[/]")
    console.print_json(json.dumps(deployment.plain(dict(outcome.graph.outputs))))


def _print_policies(outcome: Outcome) -> None:
    counts = deployment.counts(outcome.findings)
    said = ", ".join(f"{number} {name}" for name, number in counts.items()) or "nothing to report"
    console.print(f"[bold]Policies[/] {said}")


def _print_findings(findings: Iterable[Finding]) -> None:
    """On standard error, the deferred ones left out: they are counted elsewhere and decide nothing."""
    for finding in findings:
        kind = kind_of(finding)
        if kind != "deferred":
            name = escape(finding.urn.rpartition("::")[2])
            colour = "red" if finding.blocks else "yellow"
            notes.print(f"[{colour}]{kind}[/] {escape(finding.message)} [bold]{name}[/]", highlight=False)


def _tree(graph: Graph) -> Tree:
    """Components as branches; a component's own resources as one line of kinds and numbers."""
    top = next(resource for resource in graph if not resource.parent)
    tree = Tree(f"[bold]{graph.project} {graph.stack}[/]")
    _grow(graph, top.urn, tree)
    return tree


def _grow(graph: Graph, urn: str, branch: Tree) -> None:
    kinds: dict[str, int] = {}
    for child in graph.children(urn):
        if child.type.startswith("pulumi:"):
            continue
        if child.custom:
            kind = child.type.rpartition(":")[2]
            kinds[kind] = kinds.get(kind, 0) + 1
        else:
            _grow(graph, child.urn, branch.add(f"{child.type.rpartition(':')[2]} [dim]{child.name}[/]"))
    if kinds:
        branch.add("[dim]" + ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) + "[/]")

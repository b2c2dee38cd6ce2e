"""Markdown, as a comment on a pull request."""

from collections.abc import Iterable

from marquee.policies.catalogue import ControlInfo
from marquee.policies.report import Entry, Report


def markdown(report: Report) -> str:
    """A verdict, a table of what stops the deployment, the rest folded away."""
    verdict = "✅ passes" if report.passed else "❌ is stopped"
    counts = ", ".join(f"{number} {kind}" for kind, number in report.counts.items() if number) or "no findings"
    lines = [f"### Policies: `{report.stack}` {verdict}", "", f"{report.resources} resources, {counts}.", ""]
    stopping = [entry for entry in report.shown() if entry.kind == "mandatory"]
    others = [entry for entry in report.shown() if entry.kind != "mandatory"]
    if stopping:
        lines += [*_table(stopping), ""]
    if others:
        lines += ["<details><summary>Advisory and exempted</summary>", "", *_table(others), "", "</details>", ""]
    if report.deferred:
        deferred = ", ".join(f"{control} ({number})" for control, number in report.deferred.items())
        lines += [f"Decided at the deployment, when the values are known: {deferred}.", ""]
    return "\n".join(lines)


def _table(entries: Iterable[Entry]) -> list[str]:
    rows = [
        f"| {entry.control} | {entry.severity} | {entry.kind} | `{_cell(entry.resource)}` | {_cell(entry.message)} | {_cell(entry.fix)} |"
        for entry in entries
    ]
    return ["| Control | Severity | Kind | Resource | Finding | Fix |", "|---|---|---|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def controls_page(controls: Iterable[ControlInfo]) -> str:
    """The reference page of all controls, by family."""
    listed = list(controls)
    families = dict.fromkeys(control.family for control in listed)
    lines = [
        "# Policies",
        "",
        f"{len(listed)} controls. Written by `marquee policy list --markdown`; a test keeps this page current.",
        "`marquee policy explain ID` says more.",
        "",
        "Levels and parameters are set by Pulumi's own pack config; exemptions stand in the stack file under `security.exemptions`.",
    ]
    for family in families:
        lines += [
            "",
            f"## {family.replace('_', ' ').capitalize()}",
            "",
            "| Id | Demand | Severity | FSBP | CIS | checkov | Remediates |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [_control_row(control) for control in listed if control.family == family]
    return "\n".join(lines) + "\n"


def _control_row(control: ControlInfo) -> str:
    foreign = (", ".join(ids) for ids in (control.fsbp, control.cis, control.checkov))
    cells = (control.id, _cell(control.title), control.severity, *foreign, "yes" if control.remediates else "")
    return f"| {' | '.join(cells)} |"

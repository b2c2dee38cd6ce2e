"""Markdown, as a comment on a pull request."""

import re
from collections.abc import Iterable

from marquee.policies.catalogue import ControlInfo
from marquee.policies.report import Entry, Report


def markdown(report: Report) -> str:
    """A verdict, a table of what stops the deployment, the rest folded away."""
    verdict = "✅ passes" if report.passed else "❌ is stopped"
    counts = ", ".join(f"{number} {kind}" for kind, number in report.counts.items() if number) or "no findings"
    lines = [f"### Policies: {_code(report.stack)} {verdict}", "", f"{report.resources} resources, {counts}.", ""]
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
        f"| {entry.control} | {entry.severity} | {entry.kind} | {_code(entry.resource)} | {_cell(entry.message)} | {_cell(entry.fix)} |"
        for entry in entries
    ]
    return ["| Control | Severity | Kind | Resource | Finding | Fix |", "|---|---|---|---|---|---|", *rows]


_SYNTAX = re.compile(r"[\\`*_\[\]<>|~&]")


def _cell(text: str) -> str:
    """Text that shows as it is, whatever it says: names and reasons come from the stack. A character reference is never syntax."""
    escaped = _SYNTAX.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))
    return escaped.replace("@", "@<!-- -->")  # or somebody of that name is notified


def _code(text: str) -> str:
    return f"<code>{_cell(text)}</code>"


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

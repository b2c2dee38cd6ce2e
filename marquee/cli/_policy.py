"""What `marquee policy check` does, once it is asked to."""

import json
from pathlib import Path

from marquee.cli import _deployment as deployment
from marquee.cli._project import project_dir
from marquee.engine import PolicyViolation
from marquee.engine.pack_config import read_pack_config
from marquee.policies import ControlInfo, Report, catalogue, judge, read_export, report
from marquee.policies.formats import html, markdown, sarif


def judged(stack: str, export: Path | None, config: Path | None = None) -> tuple[Report, tuple[ControlInfo, ...]]:
    """The report of a stack of this project or, if `export` is given, of the stack in that file; and the controls.

    `config`: a file of levels and parameters.
    """
    pack = project_dir() / "policy"
    controls = catalogue(pack)
    levels = read_pack_config(config) if config else None
    if export is not None:
        read = read_export(export)
        findings = judge(read, pack, levels)
        return report(findings, controls, stack=read.stack, preview=read.preview, resources=len(read.resources)), controls
    try:
        outcome = deployment.preview(project_dir(), stack, config=levels)
        graph, findings = outcome.graph, outcome.findings
    except PolicyViolation as violation:
        if violation.graph is None:
            raise
        graph, findings = violation.graph, violation.findings
    lines = {resource.urn: resource.declared_at for resource in graph}
    return report(findings, controls, stack=stack, preview=True, resources=len(graph), declared_at=lines), controls


def rendered(found: Report, controls: tuple[ControlInfo, ...], form: str) -> str:
    """The report as text in the named form."""
    match form:
        case "sarif":
            return json.dumps(sarif(found, controls), indent=2) + "\n"
        case "markdown":
            return markdown(found)
        case "html":
            return html(found)
        case _:
            return json.dumps(found.to_json(), indent=2) + "\n"

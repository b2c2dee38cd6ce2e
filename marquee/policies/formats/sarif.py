"""SARIF 2.1.0, as code scanning reads it: a finding stands at the line that declares its resource."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from marquee.policies.catalogue import ControlInfo
from marquee.policies.report import Entry, Report

_LEVELS = {"mandatory": "error", "advisory": "warning", "exempted": "note", "deferred": "none"}
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0"}  # code scanning's bands for `security-severity`


def sarif(report: Report, controls: Iterable[ControlInfo]) -> dict[str, Any]:
    """The log as JSON data. Exempted findings are in it, suppressed with their reason; deferred ones are counted as properties."""
    known = {control.id: control for control in controls}
    used = sorted({entry.control for entry in report.shown()})
    rules = [_rule(name, known.get(name)) for name in used]
    seen: Counter[str] = Counter()
    results: list[dict[str, Any]] = []
    for entry in report.shown():
        about = f"{entry.control} {entry.urn}"
        seen[about] += 1
        results.append(_result(entry, used.index(entry.control), f"{about} {seen[about]}"))
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "marquee-policy", "rules": rules}},
                "results": results,
                "properties": {"stack": report.stack, "resources": report.resources, "deferred": report.deferred},
            }
        ],
    }


def _rule(name: str, control: ControlInfo | None) -> dict[str, Any]:
    if control is None:  # the pack's own findings about exemptions
        return {"id": name, "shortDescription": {"text": "Exemptions are valid, in force and narrow"}}
    return {
        "id": control.id,
        "shortDescription": {"text": control.title},
        "fullDescription": {"text": control.why},
        "help": {"text": control.fix},
        "properties": {
            "security-severity": _SCORES[control.severity],
            "tags": ["security", control.family, *control.fsbp, *control.cis, *control.checkov],
        },
    }


def _result(entry: Entry, index: int, identity: str) -> dict[str, Any]:
    path, _, line = (entry.declared_at or "Pulumi.yaml:1").rpartition(":")
    result: dict[str, Any] = {
        "ruleId": entry.control,
        "ruleIndex": index,
        "level": _LEVELS[entry.kind],
        "message": {"text": f"{entry.resource}: {entry.message}" + (f" Fix: {entry.fix}" if entry.fix else "")},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": int(line)}},
                "logicalLocations": [{"fullyQualifiedName": entry.urn or "stack", "kind": "resource"}],
            }
        ],
        # Stays the same when lines move, so that a known finding is not announced again.
        "partialFingerprints": {"controlAndResource/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if entry.kind == "exempted":
        result["suppressions"] = [{"kind": "external", "justification": entry.message}]
    return result

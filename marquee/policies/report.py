"""Findings as entries of a report: who is concerned, how badly, and what to do."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from marquee.engine.findings import Finding
from marquee.policies.catalogue import ControlInfo

Kind = Literal["mandatory", "advisory", "exempted", "deferred"]
KINDS: tuple[Kind, ...] = ("mandatory", "advisory", "exempted", "deferred")
SEVERITIES = ("critical", "high", "medium", "low", "")

_HEAD = re.compile(r"^\[(?P<control>\S+) (?P<severity>\w+)\] (?P<text>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finding."""

    control: str
    severity: str
    kind: Kind
    """`exempted`: someone answers for it until a day. `deferred`: it waits for a value that only a deployment can tell."""
    message: str
    fix: str
    urn: str
    """Empty for a finding about the stack as a whole."""
    declared_at: str = ""
    """`components/network/vpc.py:52`, if known."""

    @property
    def resource(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2] or "the stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that the pack said of one stack."""

    stack: str
    preview: bool
    resources: int
    """How many were judged."""
    entries: tuple[Entry, ...]
    """The gravest first."""

    @property
    def passed(self) -> bool:
        """True if nothing stops a deployment."""
        return not any(entry.kind == "mandatory" for entry in self.entries)

    @property
    def counts(self) -> dict[Kind, int]:
        """Entries of each kind, zeros included."""
        found = Counter(entry.kind for entry in self.entries)
        return {kind: found[kind] for kind in KINDS}

    @property
    def deferred(self) -> dict[str, int]:
        """Control → how many of its results wait for the deployment."""
        return dict(sorted(Counter(entry.control for entry in self.entries if entry.kind == "deferred").items()))

    def shown(self) -> tuple[Entry, ...]:
        """Entries for a reader: deferred ones are counted by control instead."""
        return tuple(entry for entry in self.entries if entry.kind != "deferred")

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "stack": self.stack,
            "preview": self.preview,
            "resources": self.resources,
            "passed": self.passed,
            "counts": self.counts,
            "deferred": self.deferred,
            "findings": [asdict(entry) for entry in self.shown()],
        }


def report(
    findings: Iterable[Finding],
    controls: Iterable[ControlInfo],
    *,
    stack: str,
    preview: bool,
    resources: int,
    declared_at: Mapping[str, str] | None = None,
) -> Report:
    """Put findings in order. `declared_at`: URN → source line."""
    fixes = {control.id: control.fix for control in controls}
    entries = [_entry(finding, fixes, declared_at or {}) for finding in findings]
    entries.sort(key=lambda entry: (KINDS.index(entry.kind), SEVERITIES.index(entry.severity), entry.control, entry.urn))
    return Report(stack=stack, preview=preview, resources=resources, entries=tuple(entries))


def _entry(finding: Finding, fixes: Mapping[str, str], declared_at: Mapping[str, str]) -> Entry:
    head = _HEAD.match(finding.message)
    control, severity, text = head.groups() if head else (finding.policy, finding.severity, finding.message)
    message, _, fix = text.partition(" Fix: ")
    return Entry(
        control=control,
        severity=severity if severity in SEVERITIES else "",
        kind=kind_of(finding),
        message=message if "Reason: " not in fix else f"{message} Reason: {fix.partition('Reason: ')[2]}",
        fix=fixes.get(control, fix),
        urn=finding.urn,
        declared_at=declared_at.get(finding.urn, ""),
    )


def kind_of(finding: Finding) -> Kind:
    """What a finding does, by its level and by what the pack's message begins with."""
    head = _HEAD.match(finding.message)
    text = head["text"] if head else finding.message
    if finding.deferred or text.startswith("deferred: "):
        return "deferred"
    if text.startswith("exempted until "):
        return "exempted"
    return "mandatory" if finding.level == "mandatory" else "advisory"

"""Runs the controls that a resource's type asks for, and renders their outcomes as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from guard.config import PACK_POLICY, Config
from guard.control import Control, Env, Level, Outcome, Severity, Status, run
from guard.exemptions import Exemptions, parse
from guard.node import Finding, Kind
from guard.resource import Resource, Stack


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One line of the report. `message` begins with `[<control id> <severity>]`."""

    control: str
    severity: Severity
    level: Level
    message: str
    urn: str


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A control that does not apply to a resource of its type."""

    control: str
    reason: str


@dataclass
class Report:
    """What one resource, or the stack, gave."""

    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    not_applied: list[NotApplied] = field(default_factory=list[NotApplied])


class Dispatcher:
    """The controls by type, under one configuration."""

    def __init__(self, controls: Sequence[Control], config: Config):
        self.controls = tuple(controls)
        self.config = config
        self.exemptions: Exemptions = parse(config.exemptions(), config.today)
        self._active = [control for control in controls if config.level(control) is not Level.DISABLED]
        self._envs = {control.id: config.env(control) for control in self._active}
        self._by_type: dict[str, tuple[Control, ...]] = {}
        for control in self._active:
            if not control.stack:
                for type_ in control.types:
                    self._by_type[type_] = (*self._by_type.get(type_, ()), control)

    def concerns(self, type_: str) -> bool:
        """Whether any resource control judges resources of this type."""
        return type_ in self._by_type

    def analyze(self, resource: Resource) -> Report:
        """Judge one resource by the resource controls of its type."""
        report = Report()
        for control in self._by_type.get(resource.type, ()):
            self._add(report, control, resource, run(control, resource, self._envs[control.id]))
        return report

    def analyze_stack(self, stack: Stack) -> Report:
        """Judge the stack by the stack controls, then the exemptions by what was found."""
        report = Report()
        for control in self._active:
            if control.stack:
                for resource in stack.of_type(*control.types):
                    self._add(report, control, resource, run(control, resource, self._envs[control.id], stack))
        for problem in self.exemptions.problems(self.controls, stack.resources, self.config.exemption_limit):
            message = f"[{problem.id} {problem.severity}] {problem.message}. Fix: renew, narrow or remove it in the stack file."
            report.diagnostics.append(Diagnostic(PACK_POLICY, problem.severity, Level.MANDATORY, message, ""))
        return report

    def remediating(self, type_: str) -> Iterator[tuple[Control, Env]]:
        """Controls of this type that are set to remediate and can, with what they may know."""
        for control in self._by_type.get(type_, ()):
            if control.remediate and self.config.level(control) is Level.REMEDIATE:
                yield control, self._envs[control.id]

    def _add(self, report: Report, control: Control, resource: Resource, outcome: Outcome) -> None:
        if outcome.status is Status.PASS:
            return
        if outcome.status is Status.NOT_APPLICABLE:
            report.not_applied.append(NotApplied(control.id, outcome.reason))
            return
        report.diagnostics += self._render(control, resource, outcome)

    def _render(self, control: Control, resource: Resource, outcome: Outcome) -> Iterable[Diagnostic]:
        level = Level.MANDATORY if self.config.level(control) is Level.REMEDIATE else self.config.level(control)
        head = f"[{control.id} {control.severity}]"
        exemption = self.exemptions.find(control.id, resource.urn, resource.name)
        for finding in outcome.findings:
            text, decided = _sentence(control, finding, preview=self.config.preview)
            shown = level if decided else Level.ADVISORY
            if exemption and decided:
                text = f"exempted until {exemption.expires} by {exemption.owner}: {text} Reason: {exemption.reason}"
                shown = Level.ADVISORY
            yield Diagnostic(control.id, control.severity, shown, f"{head} {text}", resource.urn)
        if outcome.status is Status.CRASH:
            text = f"{head} control error: {control.id} crashed ({outcome.reason}), so nothing is known of this resource. Report it."
            yield Diagnostic(control.id, control.severity, Level.MANDATORY, text, resource.urn)


def _sentence(control: Control, finding: Finding, *, preview: bool) -> tuple[str, bool]:
    """The text of a finding, and whether it decides anything. At preview an unreadable value defers; later it fails."""
    where = f" ({finding.path})" if finding.path else ""
    if finding.kind is Kind.FAIL:
        return f"{finding.message}{where}. Fix: {control.fix}", True
    cause = "is secret" if finding.kind is Kind.SECRET else "is not known yet"
    if preview:
        return f"deferred: {finding.path or 'a value'} {cause}; the control decides at the update.", False
    return f"cannot be verified: {finding.path or 'a value'} {cause}. Fix: {control.fix}", True

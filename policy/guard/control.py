"""What a control is: metadata, and one pure function from a resource to its findings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NotRequired, TypedDict, Unpack

from guard.node import Deferred, Finding, Kind, NotApplicable
from guard.resource import Resource, Stack
from guard.values import Value, as_list


class Severity(StrEnum):
    """How bad a failure is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """What a failure does. The names are Pulumi's."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    DISABLED = "disabled"


class Status(StrEnum):
    """The result of one control on one resource."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    UNKNOWN = "unknown"
    CRASH = "crash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter that the pack's config may set for one control."""

    name: str
    """camelCase, as in the config file."""
    default: Value
    schema: Mapping[str, Any]
    """JSON schema of the value, with a `description`."""


@dataclass(frozen=True, slots=True)
class Env:
    """What a control may know besides the resource."""

    today: date
    params: Mapping[str, Value]
    """Every parameter that the control declares: the config's value, else its default."""
    settings: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """The stack file's `marquee:platform`; empty for a stack that has none."""

    def texts(self, param: str) -> list[str]:
        """A parameter as a list of strings; other things in it are left out."""
        return [item for item in as_list(self.params.get(param)) or [] if isinstance(item, str)]

    def number(self, param: str) -> float:
        """A parameter as a number; zero if it is none. The wire turns whole numbers into floats."""
        value = self.params.get(param)
        return value if isinstance(value, int | float) else 0


@dataclass(frozen=True, slots=True)
class Edit:
    """One property that a remediation sets."""

    path: tuple[str | int, ...]
    """Names and list indices; objects that are missing on the way are made."""
    value: Value


Check = Callable[..., Iterable[Finding]]
Remediate = Callable[..., Iterable[Edit]]


@dataclass(frozen=True, kw_only=True)
class Control:
    """One demand. The module that holds it is named after what it demands."""

    id: str
    """Row of the control matrix (`E1`); further demands of the row are `E1.2`, `E1.3`, …"""
    title: str
    severity: Severity
    types: tuple[str, ...]
    """Type tokens of the resources that the control judges."""
    why: str
    fix: str
    check: Check
    stack: bool = False
    """True if the control sees the whole stack beside each resource of `types`."""
    fsbp: tuple[str, ...] = ()
    cis: tuple[str, ...] = ()
    checkov: tuple[str, ...] = ()
    level: Level = Level.MANDATORY
    params: tuple[Param, ...] = ()
    remediate: Remediate | None = None
    family: str = ""
    """Filled in by the registry from the folder."""
    wants_env: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wants_env", "env" in inspect.signature(self.check).parameters)

    def edits(self, resource: Resource, env: Env) -> Iterable[Edit]:
        """What the remediation, `(resource)` or `(resource, *, env)`, would set; nothing if the control has none."""
        if self.remediate is None:
            return ()
        wants_env = "env" in inspect.signature(self.remediate).parameters
        return self.remediate(resource, env=env) if wants_env else self.remediate(resource)


class Metadata(TypedDict):
    """Keywords of a control; see the fields of `Control`."""

    id: str
    title: str
    severity: Severity
    types: tuple[str, ...]
    why: str
    fix: str
    fsbp: NotRequired[tuple[str, ...]]
    cis: NotRequired[tuple[str, ...]]
    checkov: NotRequired[tuple[str, ...]]
    level: NotRequired[Level]
    params: NotRequired[tuple[Param, ...]]
    remediate: NotRequired[Remediate]


def resource_control(**metadata: Unpack[Metadata]) -> Callable[[Check], Control]:
    """Make a control of `check(resource)` or `check(resource, *, env)`; keywords are the fields of `Control`."""
    return lambda check: Control(check=check, **metadata)


def stack_control(**metadata: Unpack[Metadata]) -> Callable[[Check], Control]:
    """Make a control of `check(resource, stack)` or `check(resource, stack, *, env)`, called once a resource of `types`."""
    return lambda check: Control(check=check, stack=True, **metadata)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one control on one resource."""

    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """Why the control does not apply, or where it crashed."""


PASS: Final = Outcome(Status.PASS)


def run(control: Control, resource: Resource, env: Env, stack: Stack | None = None) -> Outcome:
    """Run one control. Never raises: an exception of the control is the outcome `CRASH`.

    The exception's own text is left out, as it may quote a secret.
    """
    findings: list[Finding] = []
    arguments = (resource,) if stack is None else (resource, stack)
    try:
        for finding in control.check(*arguments, env=env) if control.wants_env else control.check(*arguments):
            findings.append(finding)  # noqa: PERF402 - what came before an exception counts
    except Deferred as deferred:
        findings.append(deferred.finding)
    except NotApplicable as reason:
        return Outcome(Status.NOT_APPLICABLE, reason=reason.reason)
    except Exception as error:  # noqa: BLE001 - a control that crashes must not let anything pass
        return Outcome(Status.CRASH, tuple(findings), _where(error))
    if not findings:
        return PASS
    failed = any(finding.kind is Kind.FAIL for finding in findings)
    return Outcome(Status.FAIL if failed else Status.UNKNOWN, tuple(findings))


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"

"""Exemptions: who accepted which finding, why, and until when. They never hide a finding; they make it advisory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from guard.control import Control, Severity
from guard.resource import Resource
from guard.values import Value, as_object


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One accepted finding, or a family of them."""

    control: str
    resource: str
    """URN or logical name; `*` stands for any text."""
    reason: str
    owner: str
    expires: date

    def matches(self, control_id: str, urn: str, name: str) -> bool:
        """Whether it speaks of this control on this resource."""
        return self.control == control_id and self.matches_resource(urn, name)

    def matches_resource(self, urn: str, name: str) -> bool:
        """Whether its pattern is the URN or the logical name."""
        pattern = ".*".join(re.escape(part) for part in self.resource.split("*"))
        return re.fullmatch(pattern, urn, re.DOTALL) is not None or re.fullmatch(pattern, name, re.DOTALL) is not None


@dataclass(frozen=True)
class Problem:
    """Something wrong with the exemptions themselves. `id` is one of X1 to X4."""

    id: str
    severity: Severity
    message: str


@dataclass
class Exemptions:
    """The exemptions of one run, and which of them were used."""

    entries: tuple[Exemption, ...]
    malformed: tuple[str, ...]
    today: date
    used: set[Exemption] = field(default_factory=set[Exemption])

    def find(self, control_id: str, urn: str, name: str) -> Exemption | None:
        """The exemption in force for this finding; remembers that it was used. An expired one is used but not in force."""
        for entry in self.entries:
            if entry.matches(control_id, urn, name):
                self.used.add(entry)
                if entry.expires >= self.today:
                    return entry
        return None

    def problems(self, controls: Sequence[Control], resources: Sequence[Resource], limit: int) -> list[Problem]:
        """What is wrong with the exemptions, once every finding of the run is known."""
        by_id = {control.id: control for control in controls}
        found = [Problem("X4", Severity.HIGH, message) for message in self.malformed]
        for entry in self.entries:
            about = f"the exemption of {entry.control} for {entry.resource!r} (owner {entry.owner})"
            if entry.control not in by_id:
                found.append(Problem("X4", Severity.HIGH, f"{about} names no control of this pack"))
                continue
            if entry.expires < self.today:
                found.append(Problem("X1", Severity.HIGH, f"{about} expired on {entry.expires}"))
            if entry not in self.used:
                found.append(Problem("X2", Severity.MEDIUM, f"{about} matches no finding: remove it"))
            if width := _too_broad(entry, by_id[entry.control], resources, limit):
                found.append(Problem("X3", Severity.HIGH, f"{about} is too broad: {width}"))
        return found


def _too_broad(entry: Exemption, control: Control, resources: Sequence[Resource], limit: int) -> str:
    if not entry.resource.strip("*"):
        return "it matches every resource"
    if "*" in entry.resource and control.severity is Severity.CRITICAL:
        return "a critical control is exempted by exact URN or name only"
    matched = sum(resource.type in control.types and entry.matches_resource(resource.urn, resource.name) for resource in resources)
    return f"it matches {matched} resources, more than {limit}" if matched > limit else ""


def parse(raw: Sequence[Value], today: date) -> Exemptions:
    """Read raw exemptions. One that lacks a field or a date is malformed: it exempts nothing and is a finding."""
    entries: list[Exemption] = []
    malformed: list[str] = []
    for index, item in enumerate(raw):
        try:
            entries.append(_parse_one(item))
        except ValueError as error:
            malformed.append(f"exemption {index + 1} is not valid: {error}")
    return Exemptions(tuple(entries), tuple(malformed), today)


def _parse_one(item: Value) -> Exemption:
    fields = as_object(item)
    if fields is None:
        raise ValueError("it is no object")
    for name in ("control", "resource", "reason", "owner", "expires"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ValueError(f"`{name}` is missing or empty")
    try:
        expires = date.fromisoformat(fields["expires"])
    except ValueError:
        raise ValueError("`expires` is no date such as 2027-03-31") from None
    texts = {name: fields[name] for name in ("control", "resource", "reason", "owner")}
    return Exemption(**texts, expires=expires)

"""What a second plan still wants to change, as a list that can be reviewed and compared."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from marquee.conformance.report import Change

_RANDOM: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # keys, validation options
    r"|(?<=-)[0-9a-f]{17}\b|(?<=-)[0-9a-f]{8}\b"  # EC2
    r"|(?<=/)[0-9a-z]{16}(?![0-9a-z])"  # load balancers, target groups
)


def changes_of(shown: Mapping[str, Any]) -> list[Change]:
    """Every attribute that `terraform show -json` of a plan would change, sorted, each combination of values once.

    What AWS draws at random is masked by `*`, so that two runs yield the same list.
    """
    found = (change for planned in shown.get("resource_changes", []) for change in _changes(planned))
    return sorted(set(found), key=lambda change: (change.type, change.attribute, change.before, change.after))


def against_review(found: Iterable[Change], entries: Sequence[Mapping[str, str]]) -> tuple[list[Change], list[Change]]:
    """Changes that no reviewed entry names, and reviewed entries that no longer occur."""
    known = {Change(**{name: entry[name] for name in ("type", "attribute", "before", "after")}) for entry in entries}
    seen = set(found)
    return sorted(seen - known, key=_order), sorted(known - seen, key=_order)


def as_entries(found: Iterable[Change]) -> list[dict[str, str]]:
    """The changes as a reviewed file holds them, each waiting for its reason."""
    return [{**asdict(change), "reason": ""} for change in found]


def _order(change: Change) -> tuple[str, str, str]:
    return change.type, change.attribute, change.before


def _changes(planned: Mapping[str, Any]) -> Iterator[Change]:
    change = planned["change"]
    if change["actions"] in (["no-op"], ["read"]):
        return
    if change["before"] is None or change["after"] is None:
        yield Change(type=planned["type"], attribute="", before=_shown(change["before"]), after=_shown(change["after"]))
        return
    for side, hidden in (("before", "before_sensitive"), ("after", "after_sensitive"), ("after", "after_unknown")):
        word = "(unknown)" if hidden == "after_unknown" else "(sensitive)"
        _mask(change[side], change.get(hidden), word)
    before, after = change["before"], change["after"]
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Change(type=planned["type"], attribute=name, before=_shown(before.get(name)), after=_shown(after.get(name)))


def _mask(values: dict[str, Any], hidden: Any, word: str) -> None:
    """Put `word` for the attributes that are wholly hidden: Terraform marks them by `true`."""
    marks: Mapping[str, Any] = hidden or {}
    values.update({name: word for name, mark in marks.items() if mark is True})


def _shown(value: Any) -> str:
    return _RANDOM.sub("*", json.dumps(value, sort_keys=True))

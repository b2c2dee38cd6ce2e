"""Reads YAML that means the same to everybody, and refuses the rest with its line.

Pulumi reads a stack file with a Go library, editors with another, and they disagree on words such as `no`, `010` and `1_000`. So the
parser's events are composed here into what JSON can say; an anchor, a tag, a merge or an ambiguous word is a problem.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from marquee.settings._problem import FILE, Place, Problem, dotted

MAX_BYTES: Final = 64 * 1024
"""A stack file has a few kilobytes; the parser takes about a second for this much."""
MAX_DEPTH: Final = 32
MAX_PROBLEMS: Final = 50
"""Reading stops there: more would say nothing new."""

_QUOTE: Final = "put it in quotes if it is text"
_AMBIGUOUS: Final = (
    # pattern                                      why, fix
    (r"y|n|yes|no|on|off",                         "is true or false to some programs and text to others",
                                                   'put it in quotes, as in "no", or write true or false'),
    (r"[-+]?0[0-9_]+",                             "has a leading zero: an octal number to some programs",
                                                   'put it in quotes, as in "012345678901"'),
    (r"[-+]?0[xob][0-9a-f_]+",                     "is a number to some programs and text to others", _QUOTE),
    (r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", "is a number of base 60 to some programs", _QUOTE),
    (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t \t].*)?", "is a date to some programs and text to others",
                                                   'put it in quotes, as in "2027-01-31"'),
    (r"[-+]?\.inf|\.nan",                          "is not a finite number", _QUOTE),
    (r"[-+]?([0-9][0-9_]*\.?|\.[0-9])[0-9_]*(e[-+]?[0-9]+)?", "is a number to some programs and text to others",
                                                   "write it like 1000 or 0.5, or in quotes if it is text"),
    (r"<<|=",                                      "has a special meaning to some programs", _QUOTE),
)  # fmt: skip


class _Event(NamedTuple):
    """The little that is needed of an event of the parser."""

    kind: str
    """Its class: `Scalar`, `MappingStart`, `Alias` and so on."""
    line: int
    """From 1."""
    text: str
    plain: bool
    """True for a scalar without quotes."""
    anchor: bool
    tag: bool


class Composer:
    """Turns one document into mappings, lists, text, numbers, true/false and None. Never raises; see `problems`."""

    def __init__(self, text: str):
        self.problems: list[Problem] = []
        self.lines: dict[Place, int] = {}
        """Line of each value, from 1."""
        self._events = self._parse(text)
        self.document: Any = None
        try:
            self.document = self._stream()
        except _StoppedError:
            self.document = None

    def _parse(self, text: str) -> Iterator[_Event]:
        try:
            for found in cast("Iterator[Any]", YAML(typ="safe", pure=True).parse(text)):  # pyright: ignore[reportUnknownMemberType]
                yield _Event(
                    type(found).__name__.removesuffix("Event"),
                    found.start_mark.line + 1,
                    getattr(found, "value", ""),
                    getattr(found, "style", None) is None,
                    bool(getattr(found, "anchor", None)),
                    bool(getattr(found, "tag", None)),
                )
        except MarkedYAMLError as error:
            self._stop(_syntax(error))
        except Exception as error:  # noqa: BLE001  # the parser raises ValueError, OverflowError and others on some bytes
            self._stop(Problem(FILE, "", f"is not YAML: {type(error).__name__}", "remove characters that are not plain text"))

    def _stop(self, problem: Problem) -> None:
        self.problems.append(problem)
        raise _StoppedError

    def _stream(self) -> Any:
        """The first document; a second one is a problem."""
        document: Any = None
        documents = 0
        for event in self._events:
            if event.kind == "DocumentStart":
                documents += 1
                if documents > 1:
                    self._stop(Problem(FILE, "", "holds a second document", "remove the line ---", event.line))
            elif event.kind in ("Scalar", "Alias", "MappingStart", "SequenceStart"):
                document = self._node(event, ())
        return document

    def _node(self, event: _Event, place: Place) -> Any:
        self.lines[place] = event.line
        if len(place) > MAX_DEPTH:
            self._stop(Problem(dotted(place[:3]), "", f"is nested more than {MAX_DEPTH} deep", "settings are never that deep", event.line))
        if event.anchor:
            self._add(place, "", "uses an anchor or alias (& or *)", "write the value out", event.line)
        if event.tag:
            self._add(place, "", "has a type tag (!)", "write the value without it", event.line)
        if event.kind == "MappingStart":
            return self._mapping(place)
        if event.kind == "SequenceStart":
            return self._sequence(place)
        return self._scalar(event, place)

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while (event := next(self._events)).kind != "SequenceEnd":
            items.append(self._node(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (event := next(self._events)).kind != "MappingEnd":
            here = (*place, event.text or "(key)")
            first = self.lines.get(here)
            key = self._node(event, here)
            if not isinstance(key, str):
                self._add(here, "", "is a key that is not text", "put the key in quotes", event.line)
                key = f"(key in line {event.line})"
            elif key in found:
                self._add(here, "", f"is given twice, first in line {first}", "keep one of the two", event.line)
            found[key] = self._node(next(self._events), (*place, key))
            self.lines[*place, key] = event.line
        return found

    def _scalar(self, event: _Event, place: Place) -> Any:
        text, word = event.text, event.text.lower()
        if not event.plain:
            return text
        if word in ("", "~", "null", "true", "false"):
            return {"true": True, "false": False}.get(word)
        if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
            return int(text)
        if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}", text):
            return float(text)
        for pattern, why, fix in _AMBIGUOUS:
            if re.fullmatch(pattern, word):
                self._add(place, text, why, fix, event.line)
                break
        return text

    def _add(self, place: Place, value: str, why: str, fix: str, line: int) -> None:
        self.problems.append(Problem(dotted(place), value, why, fix, line))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _StoppedError


def _syntax(error: MarkedYAMLError) -> Problem:
    found = cast("Any", error)
    line = found.problem_mark.line + 1 if found.problem_mark else 0
    tab = "\\t" in str(found.problem)
    fix = "indent with spaces, not with tabs" if tab else "compare the indentation and the quotes with the lines above"
    return Problem(FILE, "", f"is not YAML: {found.problem or found.context}", fix, line)


class _StoppedError(Exception):
    """Nothing after this point is read."""

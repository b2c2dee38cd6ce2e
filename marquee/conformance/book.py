"""Reference tokens: marked values that stand for outputs while the program runs, and are found again wherever they flowed.

A token is plain letters and digits, so that it survives being formatted into ARNs, URLs and JSON. A number cannot carry a mark;
it is drawn from a range of thirteen digits that nothing else in a stack uses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TEXT: Final = "mqref{:06d}q"
_NUMBERS: Final = 8_650_000_000_000
_FOUND: Final = re.compile(r"mqref(\d{6})q|(?<!\d)8650000(\d{6})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One output of one resource, as another tool would refer to it."""

    urn: str
    """URN of the resource; the token of the function for an answer of a provider function."""
    address: str
    """`aws_s3_bucket.media`, or `data.aws_region.here`."""
    expression: str
    """`aws_s3_bucket.media.arn`."""
    attribute: str
    """Name of the attribute, without indexes."""
    known: str | float | None = None
    """The value itself where the program gave it as an input of the resource."""
    stand_in: str | float = ""
    """A made-up value of the right shape."""

    @property
    def literal(self) -> str | float:
        """The known value, else the stand-in."""
        return self.stand_in if self.known is None else self.known


class Book:
    """All references that one run handed out."""

    def __init__(self) -> None:
        self._references: list[Reference] = []

    def text(self, reference: Reference) -> str:
        """A token for an output that is a text."""
        return _TEXT.format(self._add(reference))

    def number(self, reference: Reference) -> int:
        """A token for an output that is a number."""
        return _NUMBERS + self._add(reference)

    def of_number(self, value: float) -> Reference | None:
        """The reference that a number stands for; None for a number of the program's own."""
        serial = int(value) - _NUMBERS
        return self._references[serial] if value == int(value) and 0 <= serial < len(self._references) else None

    def pieces(self, text: str) -> Iterator[str | Reference]:
        """`text` cut at its references: the parts between them, and the references."""
        end = 0
        for match in _FOUND.finditer(text):
            serial = int(match[1] or match[2])
            if serial < len(self._references):
                if match.start() > end:
                    yield text[end : match.start()]
                yield self._references[serial]
                end = match.end()
        if end < len(text):
            yield text[end:]

    def references_in(self, text: str) -> list[Reference]:
        """The references that flow into `text`."""
        return [piece for piece in self.pieces(text) if isinstance(piece, Reference)]

    def _add(self, reference: Reference) -> int:
        self._references.append(reference)
        return len(self._references) - 1

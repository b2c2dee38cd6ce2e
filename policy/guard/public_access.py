"""The four flags that keep a bucket from being public."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guard.control import Edit
from guard.node import Findings
from guard.resource import Resource


def demand(block: Resource, flag: str, message: str) -> Findings:
    """A finding if the flag is not true."""
    if not block.at(flag).flag():
        yield block.at(flag).fail(message)


def raise_flag(flag: str) -> Callable[[Resource], Iterator[Edit]]:
    """The remediation that sets the flag."""

    def edits(block: Resource) -> Iterator[Edit]:
        if not block.at(flag).flag():
            yield Edit((flag,), True)

    return edits

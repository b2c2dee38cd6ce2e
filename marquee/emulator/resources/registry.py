"""Which function makes, reads or looks up what."""

from collections.abc import Callable, Mapping
from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs

Create = Callable[[Aws, Inputs], Made]
Read = Callable[[Aws, str], Outputs]
Invoke = Callable[[Aws, Mapping[str, Any]], Outputs]

CREATES: dict[str, Create] = {}
"""Type token → its create function."""
READS: dict[str, Read] = {}
"""Type token → outputs of an existing resource, by its physical id."""
INVOKES: dict[str, Invoke] = {}
"""Function token → its answer."""


def creates(token: str) -> Callable[[Create], Create]:
    """Register a create function, such as `@creates("aws:s3/bucket:Bucket")`."""

    def register(function: Create) -> Create:
        CREATES[token] = function
        return function

    return register


def reads(token: str) -> Callable[[Read], Read]:
    """Register what `Resource.get` answers."""

    def register(function: Read) -> Read:
        READS[token] = function
        return function

    return register


def invokes(token: str) -> Callable[[Invoke], Invoke]:
    """Register a provider function."""

    def register(function: Invoke) -> Invoke:
        INVOKES[token] = function
        return function

    return register

"""A program's exception as an error that a user can act on."""

import os
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import grpc
from pulumi import RunError

from marquee.engine.errors import ProgramError
from marquee.engine.loop import StalledError
from marquee.errors import MarqueeError


class InvokeRefused(grpc.RpcError):
    """How the SDK expects to hear that a function failed."""

    def __init__(self, token: str, error: MarqueeError):
        super().__init__(error.what)
        self.as_the_sdk_tells_it = f"invoke of {token} failed: {error.what}"
        self._details = error.what

    def code(self) -> grpc.StatusCode:
        """A provider's errors have no other code."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """What went wrong."""
        return self._details


@contextmanager
def outputs_are_no_text() -> Generator[None]:
    """Have the SDK raise where a program formats an Output into a text: otherwise its apology is what would be deployed."""
    name = "PULUMI_ERROR_OUTPUT_STRING"
    before = os.environ.get(name)
    os.environ[name] = "true"
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def describe(error: BaseException, directory: Path, refused_invokes: Mapping[str, MarqueeError]) -> MarqueeError:
    """What to raise for `error`, which left the program in `directory`: a MarqueeError behind it, or a ProgramError about it."""
    ours = next((cause for cause in _chain(error) if isinstance(cause, MarqueeError)), None) or refused_invokes.get(str(error))
    if ours is not None:
        return ours
    if isinstance(error, RunError):
        return ProgramError(str(error))
    if isinstance(error, SystemExit):
        return ProgramError(f"the program exited with {error.code!r}")
    if isinstance(error, StalledError):
        return ProgramError(
            "the program waits for a value that nothing will ever provide",
            fix="look for an asyncio future or an Output built from one that is never resolved",
        )
    where = _innermost(error, directory)
    return ProgramError(f"the program failed: {type(error).__name__}: {error}", fix=f"raised at {where}" if where else "")


def _chain(error: BaseException) -> list[BaseException]:
    """The error and all that led to it. The SDK makes an exception its own cause, so both links are followed."""
    found: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        current = ahead.pop(0)
        if current is not None and current not in found:
            found.append(current)
            ahead += [current.__cause__, current.__context__]
    return found


def _innermost(error: BaseException, directory: Path) -> str:
    """`components/network.py:88` of the last frame in the project's own files; empty if the error came from outside."""
    for cause in _chain(error):
        for frame in reversed(traceback.extract_tb(cause.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(directory) and "site-packages" not in path.parts:
                return f"{path.relative_to(directory)}:{frame.lineno}"
    return ""

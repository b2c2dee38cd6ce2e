"""A program's exception as an error that a user can act on."""

import traceback
from pathlib import Path

from pulumi import RunError

from marquee.engine.errors import ProgramError
from marquee.engine.loop import StalledError
from marquee.errors import MarqueeError


def describe(error: BaseException, directory: Path) -> MarqueeError:
    """What to raise for `error`, which left the program in `directory`: a MarqueeError inside it, or a ProgramError about it."""
    ours = next((cause for cause in _chain(error) if isinstance(cause, MarqueeError)), None)
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


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _innermost(error: BaseException, directory: Path) -> str:
    """`components/network.py:88` of the last frame in the project's own files; empty if the error came from outside."""
    for cause in _chain(error):
        for frame in reversed(traceback.extract_tb(cause.__traceback__)):
            path = Path(frame.filename)
            if path.is_relative_to(directory) and "site-packages" not in path.parts:
                return f"{path.relative_to(directory)}:{frame.lineno}"
    return ""

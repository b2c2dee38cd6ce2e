"""The ways in which a run fails. All are `MarqueeError`s, so the command line prints them without a traceback.

MarqueeError
├── EngineError         the program asked for what the real engine would refuse as well
├── ProgramError        the program itself failed
├── BackendError        what stands behind the providers could not make, read or answer something
└── PolicyViolation     a mandatory policy said no (exit code 3)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marquee.engine.findings import Finding
from marquee.errors import MarqueeError

if TYPE_CHECKING:
    from marquee.engine.graph import Graph


class EngineError(MarqueeError):
    """The engine refuses. A preview collects what is wrong with all resources; `problems` has a text for each."""

    def __init__(self, problems: Sequence[str], *, fix: str = ""):
        shown = "\n".join(problems)
        super().__init__(shown if len(problems) == 1 else f"{len(problems)} problems:\n{shown}", fix=fix)
        self.problems = tuple(problems)


class ProgramError(MarqueeError):
    """The program raised, exited with an error, or waits for something that will never come."""


class BackendError(MarqueeError):
    """The backend failed for the resource `urn` (or the function token, for an invoke)."""

    def __init__(self, urn: str, cause: Exception):
        fix = cause.fix if isinstance(cause, MarqueeError) else ""
        super().__init__(f"{urn}: {cause or type(cause).__name__}", fix=fix)
        self.urn = urn


class PolicyViolation(MarqueeError):  # noqa: N818 it is a finding, not a fault
    """One or more mandatory policies are violated. `findings` holds all that was found, advisory ones too."""

    exit_code = 3

    def __init__(self, findings: Sequence[Finding], graph: "Graph | None" = None):
        blocking = [finding for finding in findings if finding.blocks]
        lines = [f"{finding.policy}: {finding.urn or 'stack'}: {finding.message}" for finding in blocking]
        super().__init__(
            f"{len(blocking)} mandatory policy violation{'s' if len(blocking) > 1 else ''}:\n" + "\n".join(lines),
            fix="change the resources named above, or record an exemption in the stack's settings",
        )
        self.findings = tuple(findings)
        self.graph = graph
        """The whole graph if the program ran to its end; None if the deployment was stopped before the resource was made."""

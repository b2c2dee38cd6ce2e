"""What policies report."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["advisory", "mandatory", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One violation, or one policy that could not look because a value is still unknown."""

    policy: str
    pack: str
    level: Level
    message: str
    urn: str = ""
    """Empty for a finding about the stack as a whole."""
    severity: str = ""
    """`low`, `medium`, `high`, `critical`, or empty if the policy gives none."""
    deferred: bool = False
    """True if the policy could not run in this preview: neither a pass nor a failure."""

    @property
    def blocks(self) -> bool:
        """True if it stops a deployment."""
        return self.level == "mandatory" and not self.deferred

"""What the pack's controls are."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from marquee.errors import MarqueeError


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlInfo:
    """Metadata of one control, as the pack's `guard.describe` prints it."""

    id: str
    title: str
    severity: str
    """`low`, `medium`, `high` or `critical`."""
    family: str
    level: str
    """What a failure does unless configured otherwise: `advisory` or `mandatory`."""
    scope: str
    """`resource` or `stack`."""
    fsbp: tuple[str, ...]
    """Ids of AWS Foundational Security Best Practices."""
    cis: tuple[str, ...]
    """Ids of the CIS AWS Foundations Benchmark."""
    checkov: tuple[str, ...]
    types: tuple[str, ...]
    """Type tokens that it judges."""
    why: str
    fix: str
    remediates: bool
    parameters: dict[str, Any]
    """Name → JSON schema with its default."""


def catalogue(pack: Path) -> tuple[ControlInfo, ...]:
    """Every control of the pack in the folder `pack`, in the order of ids. MarqueeError if the pack cannot be read."""
    done = subprocess.run([sys.executable, "-m", "guard.describe"], cwd=pack, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MarqueeError(f"the policy pack in {pack} cannot be read: {done.stderr.strip()[-600:]}")
    return tuple(_control(raw) for raw in json.loads(done.stdout))


def _control(raw: dict[str, Any]) -> ControlInfo:
    lists: dict[str, Any] = {name: tuple(cast("list[str]", value)) for name, value in raw.items() if isinstance(value, list)}
    return ControlInfo(**(raw | lists))

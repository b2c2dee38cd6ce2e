"""Prints the metadata of every control as one JSON list: `python -m guard.describe` in the pack's folder."""

from __future__ import annotations

import json
import sys

from guard.control import Control
from guard.registry import controls


def describe(control: Control) -> dict[str, object]:
    """What there is to know of a control besides its code."""
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "family": control.family,
        "level": control.level.value,
        "scope": "stack" if control.stack else "resource",
        "fsbp": list(control.fsbp),
        "cis": list(control.cis),
        "checkov": list(control.checkov),
        "types": list(control.types),
        "why": control.why,
        "fix": control.fix,
        "remediates": control.remediate is not None,
        "parameters": {param.name: {**param.schema, "default": param.default} for param in control.params},
    }


if __name__ == "__main__":
    json.dump([describe(control) for control in controls()], sys.stdout)

"""What decides besides the controls: levels and parameters, the stack's exemptions, the date, preview or update."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from guard.control import Control, Env, Level
from guard.values import Value, as_list, as_object

PACK_POLICY: Final = "pack"
"""Name of the policy whose config holds what concerns the pack as a whole: `today`, `exemptions`, `exemptionLimit`."""
STACK_SECTION: Final = "marquee:platform"
"""Key of the stack file whose `security.exemptions` the pack reads."""


@dataclass(frozen=True)
class Config:
    """The configuration of one run."""

    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])
    """Control id → level, where the engine sent one."""
    params: Mapping[str, Mapping[str, Value]] = field(default_factory=dict[str, Mapping[str, Value]])
    """Control id (or `pack`) → its config."""
    stack_config: Mapping[str, str] = field(default_factory=dict[str, str])
    preview: bool = True

    @property
    def today(self) -> date:
        """The date exemptions and ends of support are judged by; UTC unless the config says otherwise."""
        given = self.params.get(PACK_POLICY, {}).get("today")
        return date.fromisoformat(given) if isinstance(given, str) and given else datetime.now(UTC).date()

    def level(self, control: Control) -> Level:
        """The level the engine sent, else the control's own."""
        return self.levels.get(control.id, control.level)

    def env(self, control: Control) -> Env:
        """What `control` may know besides the resource."""
        given = self.params.get(control.id, {})
        return Env(self.today, {param.name: given.get(param.name, param.default) for param in control.params}, self.settings)

    @cached_property
    def settings(self) -> Mapping[str, Value]:
        """The stack file's section of this project; empty if there is none or it is no JSON object."""
        try:
            section: Any = json.loads(self.stack_config.get(STACK_SECTION) or "{}")
        except ValueError:
            return {}
        return as_object(section) or {}

    def exemptions(self) -> Sequence[Value]:
        """Raw exemptions: those of the stack file, then those of the pack's config. Malformed ones are kept, to be found."""
        own = self.params.get(PACK_POLICY, {}).get("exemptions")
        security = as_object(self.settings.get("security")) or {}
        return [*(as_list(security.get("exemptions")) or []), *(as_list(own) or [])]

    @property
    def exemption_limit(self) -> int:
        """Resources that one exemption may match before it is too broad."""
        limit = self.params.get(PACK_POLICY, {}).get("exemptionLimit")
        return int(limit) if isinstance(limit, int | float) and limit > 0 else 10


def from_environment() -> Config:
    """What the engine hands over when it starts the pack."""
    return Config(stack_config=parse_stack_config(os.environ.get("PULUMI_CONFIG", "")), preview=os.environ.get("PULUMI_DRY_RUN") != "false")


def parse_stack_config(text: str) -> dict[str, str]:
    """PULUMI_CONFIG: a JSON object of strings, objects in it being JSON once more. Anything else is empty."""
    try:
        parsed: Any = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {key: value for key, value in (as_object(parsed) or {}).items() if isinstance(value, str)}

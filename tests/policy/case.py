"""How cases are written: a table a family, each case one or more resources and the verdict of one control on the first."""

from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.policy.harness import UNKNOWN, Item, secret

__all__ = ["UNKNOWN", "Case", "Item", "all_cases", "fails", "not_applicable", "on", "passes", "secret", "under", "unknown"]


@dataclass(frozen=True)
class Case:
    """One verdict."""

    control: str
    verdict: str
    """`pass`, `fail`, `not applicable` or `unknown`."""
    label: str
    items: tuple[Item, ...]
    """The subject, then what a stack control needs to see beside it."""
    at: str = ""
    """Text that one finding's message must hold, best the path."""
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    """Parameters of the control."""
    today: str = "2026-11-23"
    """The date to judge by."""
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    """The stack file's `marquee:platform`."""

    def __str__(self) -> str:
        return f"{self.control}-{self.verdict}-{self.label}".replace(" ", "_")


def passes(control: str, label: str, *items: Item, **config: Any) -> Case:
    """The control has nothing to say of the first item."""
    return Case(control, "pass", label, items, config=config)


def fails(control: str, label: str, *items: Item, at: str = "", **config: Any) -> Case:
    """The control finds fault with the first item; one message holds `at`."""
    return Case(control, "fail", label, items, at, config)


def not_applicable(control: str, label: str, *items: Item, **config: Any) -> Case:
    """The control does not judge the first item: another type, or one it declares not applicable."""
    return Case(control, "not applicable", label, items, config=config)


def unknown(control: str, label: str, *items: Item, at: str = "", **config: Any) -> Case:
    """At preview the control defers and finds nothing; at the update it would fail closed."""
    return Case(control, "unknown", label, items, at, config)


def on(today: str, case: Case) -> Case:
    """The case, judged on another day."""
    return replace(case, today=today)


def under(settings: dict[str, Any], case: Case) -> Case:
    """The case, judged in a stack of these settings."""
    return replace(case, settings=settings)


def all_cases() -> list[Case]:
    """Every case of every family."""
    files = sorted((Path(__file__).parent / "cases").glob("*.py"))
    modules = [import_module(f"tests.policy.cases.{path.stem}") for path in files if not path.stem.startswith("_")]
    return [case for module in modules for case in module.CASES]

"""Cases of the many controls that ask for one flag, or for one thing to be named."""

from collections.abc import Mapping
from typing import Any

from tests.policy.case import UNKNOWN, Case, Item, fails, not_applicable, passes, unknown

OTHER = Item("aws:ec2/eip:Eip", {})
"""Of a type that no such control judges."""


def nest(path: str, value: Any) -> dict[str, Any]:
    """`a.b[].c` → objects within each other; `[]` puts the rest into a list."""
    head, _, rest = path.partition(".")
    inner = nest(rest, value) if rest else value
    return {head.removesuffix("[]"): [inner] if head.endswith("[]") else inner}


def flags(control: str, token: str, path: str, base: Mapping[str, Any] | None = None, *, wrong: bool = False) -> tuple[Case, ...]:
    """A flag that must be the opposite of `wrong`; absent counts as wrong unless `wrong` is true."""
    rest = dict(base or {})
    absent = passes(control, f"{path} absent", Item(token, rest)) if wrong else fails(control, f"{path} absent", Item(token, rest))
    return (
        absent,
        passes(control, f"{path} right", Item(token, {**rest, **nest(path, not wrong)})),
        fails(control, f"{path} wrong", Item(token, {**rest, **nest(path, wrong)}), at=path.rsplit(".", maxsplit=1)[-1]),
        not_applicable(control, "of another type", OTHER),
        unknown(control, f"{path} not known yet", Item(token, {**rest, **nest(path, UNKNOWN)}), at=path.rsplit(".", maxsplit=1)[-1]),
    )


def named(control: str, token: str, path: str, value: str = "arn:aws:kms:eu-west-1:111122223333:key/k", **base: Any) -> tuple[Case, ...]:
    """Something that must be named; `base` is what makes the control apply."""
    return (
        passes(control, f"{path} named", Item(token, {**base, **nest(path, value)})),
        fails(control, f"{path} absent", Item(token, base), at=path.rsplit(".", maxsplit=1)[-1].removesuffix("[]")),
        fails(control, f"{path} empty", Item(token, {**base, **nest(path, "")})),
        not_applicable(control, "of another type", OTHER),
        unknown(control, f"{path} not known yet", Item(token, {**base, **nest(path, UNKNOWN)}), at=path.rsplit(".", maxsplit=1)[-1]),
    )

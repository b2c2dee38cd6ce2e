"""No property, however odd, crashes a control: neither for the types it judges nor for its remediation."""

import random
import string
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pulumi import _types

from guard.control import Control, Env, Status, run
from guard.node import Deferred, NotApplicable
from guard.registry import controls
from guard.remediate import apply
from guard.resource import Resource, Stack
from guard.values import SECRET, UNKNOWN, Asset
from tests.policy.harness import struct
from tests.policy.schema import input_class, nested

RUNS = 60
"""Resources a control and type."""
MANY = 100
"""Types of a control from which on a sample stands for all: each costs the import of its service."""
WORDS = ("", "*", "true", "aws:kms", "arn:aws:iam::111122223333:root", "0.0.0.0/0", "-1", "{", '{"Statement": [1, null, {"Action": {}}]}')


def _odd(random_: random.Random, depth: int = 0) -> Any:
    leaves = (None, True, False, -1, 0, 7, 0.5, UNKNOWN, SECRET, Asset("asset"), *WORDS)
    kind = random_.random()
    if depth > 3 or kind < 0.6:
        return random_.choice(leaves)
    if kind < 0.8:
        return [_odd(random_, depth + 1) for _ in range(random_.randrange(3))]
    return {random_.choice(string.ascii_letters): _odd(random_, depth + 1) for _ in range(random_.randrange(3))}


def _like(cls: type, random_: random.Random, depth: int = 0) -> dict[str, Any]:
    """Properties whose names are the type's, whose values are of the right shape or anything else."""
    names: Mapping[str, Any] = _types.input_type_types(cls)
    chosen: dict[str, Any] = {}
    for name, annotation in names.items():
        inner = nested(annotation)
        if random_.random() < 0.35:
            continue
        if inner and depth < 5 and random_.random() < 0.85:
            parts = [_like(inner, random_, depth + 1) if random_.random() < 0.9 else _odd(random_) for _ in range(random_.randrange(1, 3))]
            chosen[name] = parts if "Sequence" in str(annotation) or random_.random() < 0.1 else parts[0]
        else:
            chosen[name] = _odd(random_)
    return chosen


def _resource(type_: str, random_: random.Random, name: str = "subject") -> Resource:
    cls = input_class(type_)
    return Resource(urn=f"urn::{name}", type=type_, name=name, inputs=_like(cls, random_) if cls else _odd_object(random_))


def _odd_object(random_: random.Random) -> dict[str, Any]:
    return {word: _odd(random_) for word in ("a", "b", "name")}


def _some(types: tuple[str, ...], random_: random.Random) -> list[str]:
    """All of the types, or a sample where a control judges hundreds alike."""
    return list(types) if len(types) < MANY else random_.sample(types, 30)


@pytest.mark.parametrize("control", controls(), ids=lambda control: control.id)
def test_no_control_crashes(control: Control) -> None:
    random_ = random.Random(control.id)  # noqa: S311
    env = Env(date(2026, 11, 23), {param.name: param.default for param in control.params})
    others = sorted({type_ for other in controls() if len(other.types) < MANY for type_ in other.types})
    for type_ in _some(control.types, random_):
        for _ in range(RUNS):
            subject = _resource(type_, random_)
            beside = [_resource(random_.choice(others), random_, f"other-{n}") for n in range(3)] if control.stack else []
            outcome = run(control, subject, env, Stack([subject, *beside]) if control.stack else None)
            assert outcome.status is not Status.CRASH, (outcome.reason, subject.inputs)


@pytest.mark.parametrize("control", [control for control in controls() if control.remediate], ids=lambda control: control.id)
def test_no_remediation_crashes(control: Control) -> None:
    random_ = random.Random(control.id)  # noqa: S311
    env = Env(date(2026, 11, 23), {param.name: param.default for param in control.params})
    for type_ in _some(control.types, random_):
        for _ in range(RUNS):
            subject = _resource(type_, random_)
            try:
                edits = list(control.edits(subject, env))
            except (Deferred, NotApplicable):
                continue
            apply(struct({}), edits)

"""Random properties of a resource type: names are the type's, values are of the right shape, not known yet, secret, or anything."""

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi import _types

from guard.values import SECRET, UNKNOWN, Asset
from tests.policy.schema import input_class, nested

WORDS: Final = (
    "",
    "*",
    "true",
    "aws:kms",
    "arn:aws:iam::111122223333:root",
    "0.0.0.0/0",
    "-1",
    "{",
    "HTTPS",
    "enabled",
    '{"Statement": [1, null, {"Action": {}}]}',
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}}',
    "[" * 2000,
)


@dataclass(frozen=True)
class Taste:
    """How wild the properties are; shares of 1."""

    left_out: float = 0.35
    unread: float = 0.1
    """Unknown or secret."""
    junk: float = 0.3
    """Of any type at all."""


WILD: Final = Taste()
TYPED: Final = Taste(junk=0)


def like(token: str, random_: random.Random, taste: Taste = WILD) -> dict[str, Any]:
    """Properties of a resource."""
    cls = input_class(token)
    return _object(cls, random_, taste, 0) if cls else {word: odd(random_) for word in ("a", "b", "name")}


def odd(random_: random.Random, depth: int = 0) -> Any:
    """Anything."""
    leaves = (None, True, False, -1, 0, 7, 0.5, UNKNOWN, SECRET, Asset("asset"), *WORDS)
    kind = random_.random()
    if depth > 3 or kind < 0.6:
        return random_.choice(leaves)
    if kind < 0.8:
        return [odd(random_, depth + 1) for _ in range(random_.randrange(3))]
    return {random_.choice(string.ascii_letters): odd(random_, depth + 1) for _ in range(random_.randrange(3))}


def _object(cls: type, random_: random.Random, taste: Taste, depth: int) -> dict[str, Any]:
    names: Mapping[str, Any] = _types.input_type_types(cls)
    chosen = [name for name in names if random_.random() >= taste.left_out]
    return {name: _value(names[name], random_, taste, depth) for name in chosen}


def _value(annotation: Any, random_: random.Random, taste: Taste, depth: int) -> Any:
    if random_.random() < taste.unread:
        return random_.choice((UNKNOWN, SECRET))
    if random_.random() < taste.junk:
        return odd(random_)
    listed, inner = "Sequence" in str(annotation), nested(annotation)
    if inner:
        if depth > 4:
            return [] if listed else {}
        parts = [_object(inner, random_, taste, depth + 1) for _ in range(random_.randrange(1, 3))]
        return parts if listed else parts[0]
    if "Mapping" in str(annotation):
        return {random_.choice(("a", "owner", "TOKEN")): _leaf("str", random_) for _ in range(random_.randrange(3))}
    leaf = _leaf(str(annotation), random_)
    return [leaf] if listed else leaf


def _leaf(annotation: str, random_: random.Random) -> Any:
    if "bool" in annotation:
        return random_.choice((True, False))
    if "int" in annotation or "float" in annotation:
        return random_.choice((0, 1, 7, 30, 443, 3650))
    return random_.choice(WORDS)

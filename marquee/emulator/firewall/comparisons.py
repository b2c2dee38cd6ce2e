"""Statements that look at one part of a request: bytes, patterns and sizes.

Source: AWS WAF API Reference, ByteMatchStatement, RegexMatchStatement, RegexPatternSetReferenceStatement, SizeConstraintStatement.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marquee.emulator.firewall.fields import field
from marquee.emulator.firewall.inspected import Evaluation, Judge, NotJudgedError
from marquee.emulator.firewall.transformations import transformed

_WORD = rb"[A-Za-z0-9_]"
_SIZES: Mapping[str, Callable[[int, int], bool]] = {
    "EQ": operator.eq, "NE": operator.ne, "LE": operator.le, "LT": operator.lt, "GE": operator.ge, "GT": operator.gt,
}  # fmt: skip


def byte_match(given: Mapping[str, Any], body_limit: int) -> Judge:
    """A text, at a place."""
    wanted = given["SearchString"]
    text = wanted.encode() if isinstance(wanted, str) else bytes(wanted)
    tests: Mapping[str, Callable[[bytes], bool]] = {
        "EXACTLY": lambda data: data == text,
        "STARTS_WITH": lambda data: data.startswith(text),
        "ENDS_WITH": lambda data: data.endswith(text),
        "CONTAINS": lambda data: text in data,
        "CONTAINS_WORD": lambda data: re.search(rb"(?<!%b)%b(?!%b)" % (_WORD, re.escape(text), _WORD), data) is not None,
    }
    return _any_part(given, body_limit, tests[given["PositionalConstraint"]])


def regex_match(given: Mapping[str, Any], body_limit: int, patterns: Sequence[str]) -> Judge:
    """Any of several patterns, anywhere. Raises NotJudgedError for one in a dialect that Python does not read."""
    try:
        compiled = [re.compile(pattern.encode()) for pattern in patterns]
    except re.error:
        raise NotJudgedError("a pattern in another dialect of regular expressions") from None
    return _any_part(given, body_limit, lambda data: any(pattern.search(data) for pattern in compiled))


def size_constraint(given: Mapping[str, Any], body_limit: int) -> Judge:
    """A number of bytes."""
    compares, size = _SIZES[given["ComparisonOperator"]], int(given["Size"])
    return _any_part(given, body_limit, lambda data: compares(len(data), size))


def _any_part(given: Mapping[str, Any], body_limit: int, fits: Callable[[bytes], bool]) -> Judge:
    look, change = field(given["FieldToMatch"], body_limit), transformed(given["TextTransformations"])

    def judge(evaluation: Evaluation) -> bool:
        texts, oversize = look(evaluation.request)
        if oversize != "CONTINUE":
            return oversize == "MATCH"
        return any(fits(change(text)) for text in texts)

    return judge

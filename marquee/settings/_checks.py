"""The checks that the vocabulary is made of. Each raises `reject(why, fix)`; pydantic alone would coerce, or say it less well."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from ipaddress import IPv4Network
from math import isfinite
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from marquee.settings._problem import reject

_DATE_FIX: Final = 'write year-month-day in quotes, as in "2027-01-31"'
MAX_DOMAIN: Final = 48
"""Characters. ACM takes 64 in a certificate's first name, and the platform puts host labels such as `origin-apse2.` in front."""


@dataclass(frozen=True, slots=True)
class Like:
    """Metadata of a text type: the text matches `pattern` as a whole.

    The JSON schema carries the pattern and, under the name that yaml-language-server reads, what to say of other text.
    """

    pattern: str
    """In the dialect that Python and ECMA-262 share."""
    what: str
    example: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        wrong = f"Not {self.what}: write {self.example}."
        return handler(schema) | {"pattern": f"^(?:{self.pattern})$", "$comment": self.what, "patternErrorMessage": wrong}

    def _check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise reject(f"is not {self.what}", f"write {self.example}")
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """Metadata of a type with a fixed set of values; a near miss is suggested."""

    allowed: Collection[Any]
    what: str
    example: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"enum": list(self.allowed)}

    def _check(self, value: Any) -> Any:
        if value in self.allowed:
            return value
        near = get_close_matches(str(value), [str(item) for item in self.allowed], n=1)
        raise reject(f"is not {self.what}", f"did you mean {near[0]}?" if near else f"write {self.example}")


@dataclass(frozen=True, slots=True)
class Between:
    """Metadata of a number: from `low` to `high`, both included. pydantic's own limits miss the schema behind a validator."""

    low: float
    high: float

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"minimum": self.low, "maximum": self.high}

    def _check(self, value: float) -> float:
        if not self.low <= value <= self.high:
            side, bound = ("below", self.low) if value < self.low else ("above", self.high)
            raise reject(f"is {side} {bound:,}", f"write a number from {self.low:,} to {self.high:,}")
        return value


def as_number(value: Any) -> Any:
    """Refuse what pydantic would turn into a number: text and true/false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise reject("is not a number", "write a number, without quotes")
    if not isfinite(value):
        raise reject("is not a finite number", "write an ordinary number")
    return value


def as_whole(value: Any) -> Any:
    """An int; Pulumi hands some whole numbers over as floats."""
    number = as_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise reject("is not a whole number", "write a number without a fraction")
    return int(number)


def as_flag(value: Any) -> bool:
    """True or false and nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise reject("is neither true nor false", "write true or false, without quotes")
    return value


def as_list(value: Any) -> Any:
    """A list; a mapping or a text is a mistake."""
    if isinstance(value, list | tuple):
        return cast("list[Any] | tuple[Any, ...]", value)
    raise reject("is not a list", "write a list: one item a line, each behind a dash")


def as_cidr(value: Any) -> IPv4Network:
    """An IPv4 block in its one canonical spelling; `IPv4Network` itself takes integers, netmasks and bare addresses too."""
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}", value):
        raise reject("is not an IPv4 block", "write it as in 10.20.0.0/16: four numbers, a slash, a prefix length")
    if re.search(r"(^|[./])0[0-9]", value):
        raise reject("has a number with a leading zero, which is octal to some programs", "drop the leading zeros")
    try:
        block = IPv4Network(value, strict=False)
    except ValueError:
        raise reject("has a number out of range", "addresses go to 255.255.255.255, prefix lengths to 32") from None
    if str(block) != value:
        raise reject("has host bits set: it is an address in a block, not the block", f"write {block}")
    return block


def as_date(value: Any) -> date:
    """A day as ISO 8601 writes it."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise reject("is not a date", _DATE_FIX)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise reject("is no day of the calendar", _DATE_FIX) from None


def not_aws_own(value: str) -> str:
    """Bucket, load balancer and parameter names may not start with these. Sources: the naming rules of S3, ELB and SSM."""
    for word in ("amazon", "amzn", "aws", "internal", "sthree", "xn"):
        if value.startswith(word):
            raise reject(f"starts with {word!r}, which AWS keeps for itself in the name of some resource", "choose another first word")
    return value


def short_domain(value: str) -> str:
    """A domain that leaves room for the platform's own labels."""
    if len(value) > MAX_DOMAIN:
        why = f"is longer than {MAX_DOMAIN} characters: a certificate's first name takes 64, and a host name goes in front"
        raise reject(why, "use a shorter domain")
    return value


def known_zone(value: str) -> str:
    """A time zone of the IANA database."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise reject("is no time zone of the IANA database", "write Europe/Dublin or UTC, say") from None
    return value

"""The words that the sections are written in: one type a line, each refusing what it does not mean and saying what it does."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from marquee.domain.regions import ZONE_LETTERS, ZONES
from marquee.settings._problem import reject

RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""What CloudWatch Logs takes. Source: its API reference, PutRetentionPolicy."""


@dataclass(frozen=True, slots=True)
class Like:
    """Metadata of a text type: the text matches `pattern` as a whole. The JSON schema shows the pattern too."""

    pattern: str
    why: str
    fix: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": f"^(?:{self.pattern})$"}

    def _check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise reject(self.why, self.fix)
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """Metadata of a type with a fixed set of values; a near miss is suggested."""

    allowed: Collection[Any]
    why: str
    fix: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"enum": list(self.allowed)}

    def _check(self, value: Any) -> Any:
        if value in self.allowed:
            return value
        near = get_close_matches(str(value), [str(item) for item in self.allowed], n=1)
        raise reject(self.why, f"did you mean {near[0]}?" if near else self.fix)


def _number(value: Any) -> Any:
    """Refuse what pydantic would turn into a number: text and true/false."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise reject("is not a number", "write a number, without quotes")
    return value


def _whole(value: Any) -> Any:
    """An int; Pulumi hands some whole numbers over as floats."""
    number = _number(value)
    if isinstance(number, float) and not number.is_integer():
        raise reject("is not a whole number", "write a number without a fraction")
    return int(number)


def _flag(value: Any) -> bool:
    """True or false and nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise reject("is neither true nor false", "write true or false, without quotes")
    return value


def _cidr(value: Any) -> IPv4Network:
    """An IPv4 block in its one canonical spelling; `IPv4Network` itself takes integers, host masks and bare addresses too."""
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}", value):
        raise reject("is not an IPv4 block such as 10.20.0.0/16", "write four numbers, a slash and a prefix length")
    if re.search(r"(^|[./])0\d", value):
        raise reject("has a number with a leading zero, which some programs read as octal", "drop the leading zeros")
    try:
        block = IPv4Network(value, strict=False)
    except ValueError as error:
        raise reject("has a number out of range", "addresses go to 255.255.255.255, prefix lengths to 32") from error
    if str(block) != value:
        raise reject("has host bits set: it is an address in a block, not the block", f"write {block}")
    return block


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise reject("is not a date", 'write year-month-day in quotes, as in "2027-01-31"')
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise reject("is no day of the calendar", 'write year-month-day in quotes, as in "2027-01-31"') from error


def _own(value: str) -> str:
    for word in ("amazon", "amzn", "aws", "internal", "sthree", "xn"):
        if value.startswith(word):
            raise reject(f"starts with {word!r}, which AWS keeps for itself in the name of some resource", "choose another first word")
    return value


def _short_enough(value: str) -> str:
    if len(value) > 48:
        raise reject(
            "is longer than 48 characters", "ACM takes 64 for a certificate's first name, and the platform puts a host name in front"
        )
    return value


def _as_list(value: Any) -> Any:
    """A tuple field takes a list; a mapping, a text or a set is a mistake."""
    if isinstance(value, list | tuple):
        return cast("list[Any] | tuple[Any, ...]", value)
    raise reject("is not a list", "write a list: one item a line, each behind a dash")


_SLUG = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SLUG_RULE = "is not lower-case letters, digits and single hyphens, starting with a letter"
_TEXT = {"type": "string"}

IdentityName = Annotated[str, Like(_SLUG, _SLUG_RULE, "write something like marquee"), AfterValidator(_own)]
StackName = Annotated[str, Like(_SLUG, _SLUG_RULE + "; it is part of every physical name", "call the stack dev or prod-eu, say")]
DomainName = Annotated[
    str,
    Like(
        rf"({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?",
        "is not a full domain name in lower case",
        "write something like media.example.org, without https:// and without a final dot",
    ),
    AfterValidator(_short_enough),
]
TagText = Annotated[
    str,
    Like(
        r"[A-Za-z0-9+=._:/@-]([A-Za-z0-9 +=._:/@-]{0,254}[A-Za-z0-9+=._:/@-])?",
        "is not what an AWS tag takes",
        "use 1 to 256 letters, digits, spaces and + = . _ : / @ -, no space at an end",
    ),
]
AccountId = Annotated[str, Like(r"[0-9]{12}", "is not an AWS account number", 'write its 12 digits in quotes, as in "111122223333"')]
RoleArn = Annotated[
    str,
    Like(
        r"arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}",
        "is not the ARN of an IAM role",
        "write arn:aws:iam::111122223333:role/deploy, say",
    ),
]
RegionName = Annotated[str, OneOf(ZONES, "is no commercial AWS region", "choose one of `aws ec2 describe-regions --all-regions`")]
ZoneLetter = Annotated[
    str,
    OneOf(tuple(ZONE_LETTERS), "is not the letter of an availability zone", f"write one of {', '.join(ZONE_LETTERS)}, as in eu-west-1a"),
]
Cidr = Annotated[
    IPv4Network, BeforeValidator(_cidr), PlainSerializer(str), WithJsonSchema(_TEXT | {"pattern": r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"})
]
VpcId = Annotated[str, Like(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "is not the id of a VPC", "find it with `aws ec2 describe-vpcs`")]
SubnetId = Annotated[
    str, Like(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "is not the id of a subnet", "find it with `aws ec2 describe-subnets`")
]
HostedZoneId = Annotated[
    str,
    Like(
        r"Z[A-Z0-9]{1,31}",
        "is not the id of a hosted zone",
        "find it with `aws route53 list-hosted-zones`, without the leading /hostedzone/",
    ),
]
EmailAddress = Annotated[
    str,
    Like(
        r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,63}",
        "is not an e-mail address",
        "write something like ops@example.org",
    ),
]
Repository = Annotated[
    str,
    Like(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", "is not owner/repository", "write it as GitHub does, without https://"),
]
ControlId = Annotated[str, Like(r"[A-Za-z][A-Za-z0-9-]{0,63}", "is not the id of a control", "list them with `marquee policy list`")]
ResourcePattern = Annotated[
    str, Like(r"\S{1,512}", "is not a pattern of resource names", "write a URN or a part of it, with * for any characters")
]
Sentence = Annotated[
    str, Like(r"(?s)\S.{8,498}\S", "does not say why", "write a reason of 10 to 500 characters that a stranger understands")
]
Date = Annotated[date, BeforeValidator(_date), WithJsonSchema(_TEXT | {"format": "date"})]
Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
RetentionDays = Annotated[
    Whole, OneOf(RETENTION_DAYS, "is no retention that CloudWatch Logs offers", f"choose one of {', '.join(map(str, RETENTION_DAYS))}")
]
ListOf = BeforeValidator(_as_list)

"""The words that the sections are written in: one type a line, each refusing what it does not mean and saying what it does."""

from datetime import date
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from marquee.domain.countries import PATTERN as COUNTRY
from marquee.domain.regions import ZONE_LETTERS, ZONES
from marquee.settings._checks import (
    Like,
    OneOf,
    as_cidr,
    as_date,
    as_flag,
    as_list,
    as_number,
    as_whole,
    known_zone,
    not_aws_own,
    short_domain,
)
from marquee.settings._cron import sound_cron

_SLUG = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
_DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
_TAG = "[A-Za-z0-9+=._:/@-]([A-Za-z0-9 +=._:/@-]{0,254}[A-Za-z0-9+=._:/@-])?"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
_ROLE = "arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}"
_REPOSITORY = "[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}"
_CRON = r"cron\(([0-9A-Za-z*?,/#-]+ ){5}[0-9A-Za-z*?,/#-]+\)"
_FLOW = "arn:aws:mediaconnect:[a-z0-9-]+:[0-9]{12}:flow:[A-Za-z0-9-]+:[A-Za-z0-9_-]+"
_NAMED_SECRET = "arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:srt-[A-Za-z0-9/_+=.@-]+"  # noqa: S105
_PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_ORIGIN = rf"https://[a-z0-9]([a-z0-9.-]{{0,251}}[a-z0-9])?(:{_PORT})?"
_URL = _ORIGIN + "(/[A-Za-z0-9._~-]{1,128}){0,8}"
_CIDR_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$", "$comment": "an IPv4 block such as 10.20.0.0/16"}
_INSTANCE = r"[a-z][a-z0-9-]{1,15}(\.[a-z0-9-]{2,15})?"
_IMAGE = r"sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_CHANNEL = "[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?"
_ZONE = "[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}"
_RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
# Source: CloudWatch Logs API Reference, PutRetentionPolicy.

# fmt: off
Slug = Annotated[str, Like(_SLUG, "lower-case letters, digits and single hyphens, a letter first", "marquee or prod-eu, say")]
IdentityName = Annotated[Slug, AfterValidator(not_aws_own)]
Fqdn = Annotated[str, Like(_DOMAIN, "a full domain name in lower case", "media.example.org, say: no https://, no dot at the end")]
DomainName = Annotated[Fqdn, AfterValidator(short_domain)]
TagText = Annotated[str, Like(_TAG, "text that an AWS tag takes", "1 to 256 letters, digits, + = . _ : / @ - and inner spaces")]
AccountId = Annotated[str, Like("[0-9]{12}", "an AWS account number", 'its 12 digits in quotes, as in "111122223333"')]
RoleArn = Annotated[str, Like(_ROLE, "the ARN of an IAM role", "arn:aws:iam::111122223333:role/deploy, say")]
RegionName = Annotated[str, OneOf(ZONES, "a commercial AWS region", "one of `aws ec2 describe-regions --all-regions`")]
ZoneLetter = Annotated[str, OneOf(tuple(ZONE_LETTERS), "the letter of a zone", "a to f, as the a of eu-west-1a")]
Cidr = Annotated[IPv4Network, BeforeValidator(as_cidr), PlainSerializer(str), WithJsonSchema(_CIDR_SCHEMA)]
VpcId = Annotated[str, Like("vpc-([0-9a-f]{8}|[0-9a-f]{17})", "the id of a VPC", "what `aws ec2 describe-vpcs` lists")]
SubnetId = Annotated[str, Like("subnet-([0-9a-f]{8}|[0-9a-f]{17})", "the id of a subnet", "what `aws ec2 describe-subnets` lists")]
HostedZoneId = Annotated[str, Like("Z[A-Z0-9]{1,31}", "the id of a hosted zone", "what `aws route53 list-hosted-zones` lists")]
EmailAddress = Annotated[str, Like(_EMAIL, "an e-mail address", "something like oncall@example.org")]
Repository = Annotated[str, Like(_REPOSITORY, "owner/repository", "it as in example-org/platform, without https://")]
ControlId = Annotated[str, Like(r"[A-Z][0-9]{1,3}(\.[0-9]{1,2})?", "the id of a control", "one of `marquee policy list`")]
ResourcePattern = Annotated[str, Like(r"\S{1,512}", "a pattern of resource names", "a URN or a logical name, with * for any characters")]
Reason = Annotated[str, Like(r"\S[\s\S]{8,498}\S", "a reason", "10 to 500 characters that a stranger understands")]
HttpsUrl = Annotated[str, Like(_URL, "an https address without a slash at its end", "https://login.example.org, say")]
WebOrigin = Annotated[str, Like(_ORIGIN, "a web origin", "https://watch.example.org, say: no path and no slash at the end")]
ChannelName = Annotated[str, Like(_CHANNEL, "a channel's name", "1 to 24 lower-case letters, digits and inner hyphens")]
Cron = Annotated[str, Like(_CRON, "a cron expression", "six fields, as in cron(45 17 ? * MON-FRI *)"), AfterValidator(sound_cron)]
TimeZone = Annotated[str, Like(_ZONE, "the name of a time zone", "Europe/Dublin, say"), AfterValidator(known_zone)]
HostPort = Annotated[str, Like(rf"[a-z0-9]([a-z0-9.-]{{0,251}}[a-z0-9])?:{_PORT}", "a host and its port", "srt.example.org:9000, say")]
FlowArn = Annotated[str, Like(_FLOW, "the ARN of a MediaConnect flow", "what `aws mediaconnect list-flows` lists")]
SecretArn = Annotated[str, Like(_NAMED_SECRET, "the ARN of a secret named srt-…", "what `aws secretsmanager list-secrets` lists")]
InstanceKind = Annotated[str, Like(_INSTANCE, "an instance type or family", "c7i or c7i.2xlarge, say")]
ImageVersion = Annotated[str, Like(_IMAGE, "a tag or digest of an image", "1.4.0 or sha256: and 64 hexadecimal digits, say")]
Country = Annotated[str, Like(COUNTRY, "a country's two-letter code", "DE or GB, as ISO 3166-1 has it")]
Place = Annotated[str, Like(f"AF|AN|AS|EU|NA|OC|SA|country-({COUNTRY})", "a continent or a country", "EU, or country-DE, say")]
Date = Annotated[date, BeforeValidator(as_date), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[float, BeforeValidator(as_number)]
Whole = Annotated[int, BeforeValidator(as_whole)]
Flag = Annotated[bool, BeforeValidator(as_flag)]
RetentionDays = Annotated[Whole, OneOf(_RETENTION, "a retention that CloudWatch Logs offers", f"one of {', '.join(map(str, _RETENTION))}")]
# fmt: on

ListOf = BeforeValidator(as_list)
"""Metadata of a list: pydantic itself would take a set or a generator too."""

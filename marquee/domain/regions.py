"""AWS's commercial regions, the zones an account sees in each, and the short code that names carry."""

from collections.abc import Mapping
from typing import Final

ZONES: Final[dict[str, str]] = {
    "af-south-1": "abc",
    "ap-east-1": "abc",
    "ap-east-2": "abc",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ap-northeast-3": "abc",
    "ap-south-1": "abc",
    "ap-south-2": "abc",
    "ap-southeast-1": "abc",
    "ap-southeast-2": "abc",
    "ap-southeast-3": "abc",
    "ap-southeast-4": "abc",
    "ap-southeast-5": "abc",
    "ap-southeast-6": "abc",
    "ap-southeast-7": "abc",
    "ca-central-1": "abd",
    "ca-west-1": "abc",
    "eu-central-1": "abc",
    "eu-central-2": "abc",
    "eu-north-1": "abc",
    "eu-south-1": "abc",
    "eu-south-2": "abc",
    "eu-west-1": "abc",
    "eu-west-2": "abc",
    "eu-west-3": "abc",
    "il-central-1": "abc",
    "me-central-1": "abc",
    "me-south-1": "abc",
    "mx-central-1": "abc",
    "sa-east-1": "abc",
    "us-east-1": "abcdef",
    "us-east-2": "abc",
    "us-west-1": "ab",
    "us-west-2": "abcd",
}
"""Region → letters of the zones that a new account sees.

The regions are botocore's `ec2` ones of partition `aws`, the letters those of moto's recorded DescribeAvailabilityZones answers
(both compared by a test). AWS maps letters to zones per account in its oldest regions, and old accounts see other letters there
(us-west-1 `ac`, sa-east-1 `ac`): `regions[].zones` overrides. Source: AWS Regions and Availability Zones, "Regions with
independently mapped Availability Zones".
"""

COUNTRIES: Final[Mapping[str, str]] = {
    "af-south-1": "ZA", "ap-east-1": "HK", "ap-east-2": "TW", "ap-northeast-1": "JP", "ap-northeast-2": "KR", "ap-northeast-3": "JP",
    "ap-south-1": "IN", "ap-south-2": "IN", "ap-southeast-1": "SG", "ap-southeast-2": "AU", "ap-southeast-3": "ID", "ap-southeast-4": "AU",
    "ap-southeast-5": "MY", "ap-southeast-6": "NZ", "ap-southeast-7": "TH", "ca-central-1": "CA", "ca-west-1": "CA", "eu-central-1": "DE",
    "eu-central-2": "CH", "eu-north-1": "SE", "eu-south-1": "IT", "eu-south-2": "ES", "eu-west-1": "IE", "eu-west-2": "GB",
    "eu-west-3": "FR", "il-central-1": "IL", "me-central-1": "AE", "me-south-1": "BH", "mx-central-1": "MX", "sa-east-1": "BR",
    "us-east-1": "US", "us-east-2": "US", "us-west-1": "US", "us-west-2": "US",
}  # fmt: skip
"""Region → the country that it is in: where what it asks of the internet comes from. Source: AWS Regions and Availability Zones."""

_NO_MEDIA_SERVICE: Final = frozenset({
    "ap-east-1", "ap-east-2", "ap-southeast-3", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2",
    "il-central-1", "me-south-1", "mx-central-1",
})  # fmt: skip
LACKING: Final[Mapping[str, frozenset[str]]] = {
    "MediaConvert": _NO_MEDIA_SERVICE | {"ap-south-2"},
    "MediaLive": _NO_MEDIA_SERVICE | {"af-south-1", "us-west-1"},
    "MediaPackage VOD": _NO_MEDIA_SERVICE | {"af-south-1", "ap-southeast-5"},
}
"""Service → regions of `ZONES` that AWS does not offer it in. Source: botocore's endpoints, compared by a test."""

ZONE_LETTERS: Final = "abcdef"
"""Every letter in use; its position is the zone's slot in the address plan."""

_DIRECTIONS: Final = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}


def short_code(region: str) -> str:
    """`eu-west-1` → `euw1`, `ap-southeast-2` → `apse2`: what AWS itself prefixes its zone ids with (`euw1-az1`)."""
    area, direction, number = region.split("-")
    for word, initial in _DIRECTIONS.items():
        direction = direction.replace(word, initial)
    return f"{area}{direction}{number}"

"""Assets of MediaPackage VOD, which a stack has that packages just in time: one a title version, in the region that ingested it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from marquee.domain import packaging
from marquee.domain.packaging import Asset

REGIONS = "PACKAGING_REGIONS"
"""Environment variable: regions that may hold assets, separated by commas; not set in a stack that has none."""


def find(title_id: str, versions: Iterable[str], environment: Mapping[str, str] = os.environ) -> set[Asset]:
    """The assets of these versions, wherever they are."""
    found: set[Asset] = set()
    for region, client, asset_id in _places(title_id, versions, environment):
        try:
            endpoints = client.describe_asset(Id=asset_id).get("EgressEndpoints", [])
        except ClientError as error:
            _require_absent(error)
            continue
        found |= {packaging.asset_at(region, endpoint["Url"]) for endpoint in endpoints}
    return found


def delete(title_id: str, versions: Iterable[str], environment: Mapping[str, str] = os.environ) -> None:
    """Delete the assets of these versions: their addresses answer nobody from then on. One that is not there is gone already."""
    for _, client, asset_id in _places(title_id, versions, environment):
        try:
            client.delete_asset(Id=asset_id)
        except ClientError as error:
            _require_absent(error)


def _places(title_id: str, versions: Iterable[str], environment: Mapping[str, str]) -> Iterator[tuple[str, Any, str]]:
    """Region, its client, and an id that an asset there may have."""
    wanted = sorted(set(versions))
    for region in filter(None, environment.get(REGIONS, "").split(",")):
        client: Any = boto3.client("mediapackage-vod", region_name=region)
        yield from ((region, client, packaging.asset_id(title_id, version)) for version in wanted)


def _require_absent(error: ClientError) -> None:
    if error.response.get("Error", {}).get("Code") != "NotFoundException":
        raise error

"""Copies within a bucket, on moto. Sizes are small here; the limits are arguments."""

import random
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from runtime.ingest.moving import PART, SINGLE, Version, copy

MIB = 1024 * 1024
CONTENT = random.Random(0).randbytes(17 * MIB)  # noqa: S311 no secret
TARGET = "quarantine/masters/film/v/film.mp4"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="bucket")
        client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def source(s3: Any) -> Version:
    """A version that is not the newest."""
    put = {"Bucket": "bucket", "Key": "masters/film/film.mp4"}
    version = s3.put_object(**put, Body=CONTENT, Metadata={"by": "me"}, ContentType="video/mp4")["VersionId"]
    s3.put_object(**put, Body=b"newer")
    return Version(bucket="bucket", key=put["Key"], version_id=version, size=len(CONTENT))


def copied(s3: Any) -> tuple[bytes, dict[str, str], str]:
    found = s3.get_object(Bucket="bucket", Key=TARGET)
    return found["Body"].read(), found["Metadata"], found["ContentType"]


@pytest.mark.parametrize("single", [32 * MIB, 16 * MIB, 5 * MIB])
def test_the_version_is_copied_whole(single: int, s3: Any, source: Version) -> None:
    copy(s3, source, TARGET, single=single, part=5 * MIB)
    assert copied(s3) == (CONTENT, {"by": "me"}, "video/mp4")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="bucket")


class Interrupted:
    """A client whose process dies after some parts."""

    def __init__(self, s3: Any, parts: int):
        self._s3, self._left = s3, parts
        self.copied: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def upload_part_copy(self, **given: Any) -> Any:
        if given["PartNumber"] > self._left:
            raise TimeoutError
        self.copied.append(given["PartNumber"])
        return self._s3.upload_part_copy(**given)


def test_an_attempt_goes_on_where_the_last_one_ended(s3: Any, source: Version) -> None:
    first, second = Interrupted(s3, 2), Interrupted(s3, 99)
    with pytest.raises(TimeoutError):
        copy(first, source, TARGET, single=5 * MIB, part=5 * MIB)
    copy(second, source, TARGET, single=5 * MIB, part=5 * MIB)
    assert (sorted(first.copied), sorted(second.copied)) == ([1, 2], [3, 4])
    assert copied(s3)[0] == CONTENT
    assert len(s3.list_object_versions(Bucket="bucket", Prefix=TARGET)["Versions"]) == 1


def test_the_largest_object_fits_into_the_parts_that_s3_allows() -> None:
    assert -(-5 * 1024**4 // PART) <= 10_000
    assert PART <= SINGLE == 5 * 1024**3

"""Copies of any size within S3, which go on where an earlier attempt was cut off."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

_GIB = 1024**3
SINGLE = 5 * _GIB  # the most that one CopyObject takes
PART = _GIB  # 5,000 parts for the largest object; S3 allows 10,000
AT_ONCE = 32  # S3 copies some hundred MB/s a part within itself, and parts side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an object."""

    bucket: str
    key: str
    version_id: str
    size: int
    """Bytes."""

    @property
    def copy_source(self) -> dict[str, str]:
        """As S3's copy operations take it."""
        return {"Bucket": self.bucket, "Key": self.key, "VersionId": self.version_id}


def copy(s3: Any, source: Version, target: str, *, bucket: str | None = None, single: int = SINGLE, part: int = PART) -> None:
    """Copy `source` to the key `target` of `bucket` or of its own, with its metadata and without its tags (those need permissions).

    Above `single` bytes it copies parts of `part` bytes, and first looks for what an unfinished attempt has copied already: a function
    that ran out of time makes progress nevertheless.
    """
    place = bucket or source.bucket
    if source.size <= single:
        s3.copy_object(Bucket=place, Key=target, CopySource=source.copy_source, TaggingDirective="REPLACE")
        return
    upload = {"Bucket": place, "Key": target, "UploadId": _unfinished(s3, place, target) or _begin(s3, source, place, target)}
    pages = s3.get_paginator("list_parts").paginate(**upload)
    done: dict[int, str] = {each["PartNumber"]: each["ETag"] for page in pages for each in page.get("Parts", [])}

    def copy_part(number: int) -> tuple[int, str]:
        first = (number - 1) * part
        span = f"bytes={first}-{min(first + part, source.size) - 1}"
        answer = s3.upload_part_copy(**upload, PartNumber=number, CopySource=source.copy_source, CopySourceRange=span)
        return number, answer["CopyPartResult"]["ETag"]

    missing = [number for number in range(1, -(-source.size // part) + 1) if number not in done]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done |= dict(pool.map(copy_part, missing))
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in sorted(done.items())]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})


def _unfinished(s3: Any, bucket: str, key: str) -> str | None:
    uploads = s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", [])
    return next((each["UploadId"] for each in uploads if each["Key"] == key), None)


def _begin(s3: Any, source: Version, bucket: str, target: str) -> str:
    known = s3.head_object(Bucket=source.bucket, Key=source.key, VersionId=source.version_id)
    kept = {name: known[name] for name in ("ContentType", "Metadata") if name in known}
    return s3.create_multipart_upload(Bucket=bucket, Key=target, **kept)["UploadId"]


def exists(s3: Any, bucket: str, key: str) -> bool:
    """By a listing: a HEAD would need to list the whole bucket to be told 404 instead of 403."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return any(item["Key"] == key for item in found)


def hide(s3: Any, bucket: str, key: str, etag: str) -> None:
    """A delete marker, if the key still shows this content. 404 and 412 say that it shows another, or nothing any more."""
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in {404, 412}:
            raise

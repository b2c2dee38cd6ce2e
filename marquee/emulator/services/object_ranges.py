"""A ranged read of one version answers the range. MiniStack answers the whole version, so that a reader by ranges would never be one.

Source: S3 API Reference, GetObject: `Range` goes with `versionId` like with the current object.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from collections.abc import Mapping
from typing import Any

from marquee.emulator.upstream import module


def install() -> None:
    """Cut the answer. Once."""
    s3 = module("ministack.services.s3")
    get_object = s3._get_object

    def get_range(bucket: str, key: str, headers: Mapping[str, str], query_params: Any = None) -> Any:
        status, answer, body = get_object(bucket, key, headers, query_params)
        wanted = headers.get("range", "")
        if status != 200 or not wanted or not s3._qp(query_params or {}, "versionId", ""):
            return status, answer, body
        found = s3._parse_range(wanted, len(body))
        if found is None:
            invalid = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return 416, invalid, s3._xml_body(s3._range_error_xml(bucket, key))
        first, last = found
        # A checksum of the whole object is no checksum of a part of it.
        kept = {name: value for name, value in answer.items() if not name.lower().startswith("x-amz-checksum-")}
        part = body[first : last + 1]
        return 206, kept | {"Content-Length": str(len(part)), "Content-Range": f"bytes {first}-{last}/{len(body)}"}, part

    s3._get_object = get_range

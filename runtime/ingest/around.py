"""A master's surroundings in S3."""

import hashlib
from collections.abc import Mapping
from typing import Any

from marquee.domain.media import Companion
from runtime.ingest.beside import Found

_BLOCK = 4 * 1024 * 1024  # bytes read at once
_WHOLE = {"ChecksumSHA256": "sha256", "ChecksumCRC64NVME": "crc64nvme"}


class Around:
    """The bucket of one upload. Source of what S3 keeps: Amazon S3 User Guide, "Checking object integrity", full object checksums."""

    def __init__(self, s3: Any, *, bucket: str, key: str, version: str):
        self._s3 = s3
        self._version = {"Bucket": bucket, "Key": key, "VersionId": version}

    def find(self, key: str) -> Found | None:
        """By a listing: a HEAD would need to list the whole bucket to be told 404 instead of 403."""
        listed = self._s3.list_objects_v2(Bucket=self._version["Bucket"], Prefix=key, MaxKeys=1).get("Contents", [])
        if not listed or listed[0]["Key"] != key:
            return None
        head = self._s3.head_object(Bucket=self._version["Bucket"], Key=key)
        return Found({"key": key, "versionId": head["VersionId"], "etag": head["ETag"].strip('"')}, head["ContentLength"])

    def read(self, companion: Companion) -> bytes:
        """The version that was found."""
        where = {"Bucket": self._version["Bucket"], "Key": companion["key"], "VersionId": companion["versionId"]}
        return self._s3.get_object(**where)["Body"].read()

    def checksums(self) -> Mapping[str, str]:
        """What S3 keeps of the whole object."""
        head = self._s3.head_object(**self._version, ChecksumMode="ENABLED")
        if head.get("ChecksumType", "FULL_OBJECT") != "FULL_OBJECT":
            return {}
        return {ours: head[theirs] for theirs, ours in _WHOLE.items() if theirs in head and "-" not in head[theirs]}

    def sha256(self) -> str:
        """Streamed once, in constant memory."""
        digest = hashlib.sha256()
        for block in self._s3.get_object(**self._version)["Body"].iter_chunks(_BLOCK):
            digest.update(block)
        return digest.hexdigest()

"""What the jobs read from S3 and write to it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.encode.tools import InfrastructureError

_BLOCK = 1024 * 1024  # bytes


class Objects:
    """A thin cover of one S3 client, which is safe in threads."""

    def __init__(self, client: Any):
        self.client = client

    def json(self, bucket: str, key: str) -> dict[str, Any] | None:
        """The object as JSON; None if there is none. The role needs `s3:ListBucket`, or a missing object would be a refusal."""
        try:
            return json.loads(self.client.get_object(Bucket=bucket, Key=key)["Body"].read())
        except self.client.exceptions.NoSuchKey:
            return None

    def put_json(self, bucket: str, key: str, value: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> None:
        """Write one small object."""
        body = json.dumps(value, indent=1).encode()
        self.client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", Metadata=dict(metadata or {}))

    def upload(self, path: Path, bucket: str, key: str, *, sha256: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Write a file, in parts if it is large; its digest becomes metadata."""
        extra = dict(headers or {}) | ({"Metadata": {"sha256": sha256}} if sha256 else {})
        self.client.upload_file(str(path), bucket, key, ExtraArgs=extra)

    def download(self, bucket: str, key: str, path: Path, *, sha256: str | None = None) -> None:
        """Read a file. InfrastructureError if it is not what was written."""
        self.client.download_file(bucket, key, str(path))
        if sha256 is not None and digest(path) != sha256:
            raise InfrastructureError(f"s3://{bucket}/{key} is not what its checkpoint says")

    def holds(self, bucket: str, key: str, size: int, sha256: str) -> bool:
        """Whether the object is there as it was written."""
        try:
            head = self.client.head_object(Bucket=bucket, Key=key)
        except self.client.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return head["ContentLength"] == size and head["Metadata"].get("sha256") == sha256


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()

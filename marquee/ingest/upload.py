"""Uploading a master, and waiting for what becomes of it."""
# pyright: reportMissingTypeStubs=false

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from marquee.domain import titles
from marquee.errors import MarqueeError
from marquee.ingest.catalogue import Catalogue, Item
from marquee.ingest.target import Target

_MIB = 1024 * 1024
_TRANSFER = TransferConfig(multipart_threshold=64 * _MIB, multipart_chunksize=64 * _MIB)
"""Parts of 64 MiB: 10,000 of them, which S3 allows, hold 625 GiB."""
_MARK = "marquee-upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A version of an object that was just made."""

    bucket: str
    key: str
    version_id: str
    title_id: str


def title_id_for(path: Path, given: str | None) -> str:
    """`given` if it is a title id, else one made of the file's name. MarqueeError (exit 2) if neither gives one."""
    if given is not None and not titles.is_title_id(given):
        raise MarqueeError(
            f"{given!r} is no title id",
            fix="use 1 to 64 lower-case letters, digits and inner hyphens" + (f", such as {made}" if (made := titles.slug(given)) else ""),
            exit_code=2,
        )
    title_id = given or titles.slug(path.stem)
    if not title_id:
        raise MarqueeError(f"no title id can be made of the name {path.name!r}", fix="name one with --title", exit_code=2)
    return title_id


def upload(
    target: Target,
    path: Path,
    *,
    title: str | None = None,
    on_bytes: Callable[[int], None] | None = None,
    transfer: TransferConfig = _TRANSFER,
) -> Upload:
    """Upload `path` as a master; S3 checks a SHA-256 of each part. `on_bytes` is told how many bytes more have gone.

    Raises MarqueeError: no such file (exit 2), or AWS refused it.
    """
    if not path.is_file():
        raise MarqueeError(f"{path} is no file", exit_code=2)
    title_id = title_id_for(path, title)
    try:
        key = titles.master_key(title_id, path.name)
    except ValueError as error:
        raise MarqueeError(str(error), fix="rename the file", exit_code=2) from error
    bucket, mark = target.names.bucket("incoming", target.region), uuid.uuid4().hex
    s3 = target.client("s3")
    extra = {"ChecksumAlgorithm": "SHA256", "Metadata": {_MARK: mark}}
    try:
        s3.upload_file(str(path), bucket, key, ExtraArgs=extra, Callback=on_bytes, Config=_fitting(transfer, path.stat().st_size))
        version = _version_of(s3, bucket, key, mark)
    except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
        raise MarqueeError(f"the upload of {path.name} to {bucket} failed: {error}", fix=_where(target)) from error
    return Upload(bucket=bucket, key=key, version_id=version, title_id=title_id)


def wait_for_record(
    target: Target,
    done: Upload,
    *,
    seconds: float = 180.0,
    catalogue: Catalogue | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Item:
    """The catalogue's record of the upload, asked for ever more slowly up to `seconds`. Raises MarqueeError after that.

    `meanwhile` is called before each pause, to show how far things are.
    """
    catalogue = catalogue or Catalogue(target)
    deadline, pause = time.monotonic() + seconds, 0.1
    while (record := catalogue.upload(done.title_id, done.version_id)) is None:
        if time.monotonic() + pause > deadline:
            machine = target.names.state_machine("ingest")
            raise MarqueeError(
                f"nothing is recorded of {done.key}, version {done.version_id}, after {seconds:g} s",
                fix=f"the upload is safe; look at the executions of the state machine {machine} in {target.region}",
            )
        if meanwhile is not None:
            meanwhile()
        time.sleep(pause)
        pause = min(pause * 1.5, 3.0 if meanwhile is None else 0.5)
    return record


def _fitting(transfer: TransferConfig, size: int) -> TransferConfig:
    """With parts large enough that 10,000 hold the file."""
    least: int = -(-size // 10_000)
    if transfer.multipart_chunksize >= least:
        return transfer
    return TransferConfig(multipart_threshold=least, multipart_chunksize=least)


def _version_of(s3: Any, bucket: str, key: str, mark: str) -> str:
    """The version that carries our mark. A managed upload does not say which it made, and another may have followed already."""
    versions: list[dict[str, Any]] = s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    for version in (item["VersionId"] for item in versions if item["Key"] == key):
        if s3.head_object(Bucket=bucket, Key=key, VersionId=version)["Metadata"].get(_MARK) == mark:
            return version
    raise MarqueeError(f"{key} was uploaded to {bucket}, and none of its versions is ours")


def _where(target: Target) -> str:
    return f"is the stack {target.stack} deployed in {target.region}? `marquee local up` and `pulumi up` do it"

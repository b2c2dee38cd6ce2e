"""Uploads through the page, and what becomes of them."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Target, Upload, upload
from marquee.ingest.upload import title_id_for

LARGEST: Final = 8 * 1024**3
"""Bytes: a browser's upload lies on this machine's disk for a while. `marquee ingest` knows no such limit."""


async def receive(target: Target, content: AsyncIterator[bytes], name: str, title: str | None) -> Upload:
    """Hand a file on to the platform as a master. Raises MarqueeError: a bad name, too many bytes, or AWS refused it."""
    path = Path(name.replace("\\", "/"))
    title_id_for(path, title)  # before the file is taken in
    with tempfile.TemporaryDirectory(prefix="marquee-upload-") as folder:
        kept, size = Path(folder) / (path.name or "file"), 0
        with kept.open("wb") as file:
            async for part in content:
                size += len(part)
                if size > LARGEST:
                    raise MarqueeError(f"the file has more than {LARGEST // 1024**3} GiB", fix="upload it with `marquee ingest`")
                file.write(part)
        return await run_in_threadpool(upload, target, kept, title=title)


def state_of(target: Target, title: str, version: str, outputs: Mapping[str, float]) -> dict[str, Any]:
    """`{"renditions": [{"name", "percent"}, …], "outcome", "detail"}`, the last two None as long as the ingest is not over."""
    record = Catalogue(target).upload(title, version)
    return {
        "renditions": [{"name": name, "percent": percent} for name, percent in outputs.items()],
        "outcome": record["outcome"] if record else None,
        "detail": record.get("detail") if record else None,
    }

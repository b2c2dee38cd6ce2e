"""The master, read where it lies: ffmpeg gets ranges of it from a server on this machine's loopback, and may open nothing else.

A job that encodes one minute of a file of 200 GB fetches its index and that minute. The demuxer is fixed by the file's first bytes, since
ffmpeg would else believe a playlist that calls itself `.mp4`, and read what it names.
"""

import re
import secrets
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

from marquee.domain.ladder.job import S3Object
from marquee.domain.ladder.opening import on_one_clock
from runtime.encode.tools import BadMediaError, InfrastructureError
from runtime.ingest.containers import SNIFF, Container, container_of

DEMUXERS: Final[dict[Container, str]] = {"iso": "mov", "matroska": "matroska", "mpeg-ts": "mpegts", "avi": "avi"}
SOURCE: Final = "master"
"""Stands for the master in arguments, until the server's address takes its place: recipes must not depend on a port."""

_BLOCK: Final = 256 * 1024  # bytes
_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")


class Master:
    """Serves one object, inside `with`."""

    def __init__(self, client: Any, master: S3Object):
        self._client = client
        self._object = {"Bucket": master.bucket, "Key": master.key} | ({"VersionId": master.version_id} if master.version_id else {})
        self._path = f"/{secrets.token_urlsafe(16)}"
        self._failure = ""

    def __enter__(self) -> Self:
        self.size = int(self._client.head_object(**self._object)["ContentLength"])
        self._demuxer = self._sniff()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reading(self, arguments: Sequence[str]) -> list[str]:
        """The same arguments, with this server in the place of `SOURCE`."""
        place = arguments.index("-i")
        address = f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"
        synchronous = on_one_clock([*arguments[:place], "-i", address, *arguments[place + 2 :]], self._demuxer)
        return [*synchronous[:place], "-protocol_whitelist", "http,tcp", "-f", self._demuxer, *synchronous[place:]]

    def check(self) -> None:
        """InfrastructureError if S3 failed while somebody read: what a tool said of the file then counts for nothing."""
        if self._failure:
            raise InfrastructureError(f"the master could not be read: {self._failure}")

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request. A reader that goes away early is one that seeks."""
        match = _RANGE.fullmatch(handler.headers.get("Range", "bytes=0-"))
        start, end = (int(match[1]), int(match[2] or self.size - 1)) if match else (self.size, 0)
        if handler.path != self._path or start >= self.size:
            handler.send_error(416 if handler.path == self._path else 404)
            return
        end = min(end, self.size - 1)
        try:
            body = self._client.get_object(**self._object, Range=f"bytes={start}-{end}")["Body"]
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {start}-{end}/{self.size}")
            handler.send_header("Content-Length", str(end - start + 1))
            handler.send_header("Accept-Ranges", "bytes")
            handler.end_headers()
            for block in body.iter_chunks(_BLOCK):
                handler.wfile.write(block)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True
        except Exception as error:  # noqa: BLE001 whatever S3 or the network says, no tool's verdict stands after it
            self._failure, handler.close_connection = f"{type(error).__name__}: {error}", True

    def _sniff(self) -> str:
        head = self._client.get_object(**self._object, Range=f"bytes=0-{SNIFF - 1}")["Body"].read() if self.size else b""
        container = container_of(head)
        if container is None:
            raise BadMediaError("it is no MP4, QuickTime, Matroska, WebM, MPEG-TS or AVI file, whatever its name says")
        return DEMUXERS[container]


def _handler(master: Master) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            master.send(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the address is a secret of this process, and each seek would be a line."""

    return Handler

"""The emulated edge under load, beside nginx serving the same file: requests a second, the slowest hundredth, the hit ratio.

The edge checks a signature and a token for every request, in Python and Node; nginx sends a file. So the ratio says what that costs on a
laptop, and nothing of CloudFront. Bounded: 16 connections, four seconds each. Skips nginx, and says so, where there is none.
"""

import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.edge_stand import MEDIA_HOST, SCOPE, Running

CONNECTIONS, SECONDS = 16, 4.0
FILE = "video/00001.m4s"
_NGINX = """
daemon off; worker_processes 1; pid {root}/pid; error_log stderr error;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; keepalive_requests 1000000;
  client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f; uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;
  server {{ listen 127.0.0.1:{port}; root {root}/files; }}
}}
"""


async def _connection(port: int, request: bytes, until: float) -> list[float]:
    """Milliseconds of each request, one after the other over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found: list[float] = []
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the server answered {head[:80]!r}")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        found.append((time.perf_counter() - begun) * 1000)
    writer.close()
    return found


async def _load(port: int, request: bytes) -> list[float]:
    until = time.perf_counter() + SECONDS
    found = await asyncio.gather(*[_connection(port, request, until) for _ in range(CONNECTIONS)])
    return [each for connection in found for each in connection]


def _measure(port: int, request: bytes) -> tuple[float, float]:
    """Requests a second and the 99th percentile in milliseconds, asked for by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.edge_load", str(port)]
    told = subprocess.run(command, input=request, capture_output=True, check=True).stdout.split()
    return float(told[0]), float(told[1])


@contextmanager
def _nginx(body: bytes) -> Generator[int | None]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if program is None:
        yield None
        return
    port = 18_000 + time.time_ns() % 2_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        (root / "files").mkdir()
        (root / "files" / "file").write_bytes(body)
        (root / "conf").write_text(_NGINX.format(root=root, port=port))
        process = subprocess.Popen([program, "-c", str(root / "conf"), "-p", folder], stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            yield port
        finally:
            process.terminate()
            process.wait()


def main() -> int:
    """Print both, and their ratio."""
    with Running() as stand:
        body = stand.play(FILE).content
        token = stand.token()
        path, cookie = f"/t/{token}/{SCOPE}/{FILE}", stand.cookie(token)
        request = f"GET {path} HTTP/1.1\r\nHost: {MEDIA_HOST}\r\nCookie: {cookie}\r\n\r\n".encode()
        rate, slow = _measure(stand.port, request)
        told = stand.edge.statistics.to_json()
    print(f"{len(body)} bytes, {CONNECTIONS} connections, {SECONDS:g} s each")
    print(
        f"edge   {rate:8.0f} requests/s   p99 {slow:7.1f} ms   hit ratio {told['hit_ratio']:.4f}   origin asked {told['origin_requests']}"
    )
    with _nginx(body) as port:
        if port is None:
            print("nginx  is not installed, so there is nothing to compare with")
            return 0
        other, other_slow = _measure(port, b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
    print(f"nginx  {other:8.0f} requests/s   p99 {other_slow:7.1f} ms")
    print(f"ratio  {rate / other:8.3f}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        times = asyncio.run(_load(int(sys.argv[1]), sys.stdin.buffer.read()))
        print(len(times) / SECONDS, statistics.quantiles(times, n=100)[98])
        raise SystemExit(0)
    raise SystemExit(main())

"""Starting and ending the emulator: its own process group, loopback only, nothing left behind."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from marquee.emulator import clients
from marquee.emulator.recorder import CALLS_PATH, Call, Verdict
from marquee.emulator.visits import Answer, Door
from marquee.errors import MarqueeError


class Emulator:
    """An emulated AWS, running inside `with`. All state is gone at the end.

    Raises MarqueeError if the process does not start, with what it wrote.
    """

    endpoint: str
    """`https://127.0.0.1:PORT`, for every service, account and region."""
    insecure_endpoint: str | None = None
    """The same without TLS, when asked for with `insecure=True`: bucket policies deny it."""
    ca_bundle: str
    """Path of the authority that signed the endpoint's certificate."""
    server = "marquee.emulator.server"
    """Module that runs in the process. Tests of the repairs put one without repairs in its place."""

    def __init__(self, *, insecure: bool = False):
        self._insecure = insecure
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="marquee-emulator-"))
        try:
            self._start(self._folder)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    @property
    def process_group(self) -> int:
        """The id of the process group that holds the server and the Lambda functions it runs."""
        if self._process is None:
            raise MarqueeError("The emulated AWS is not running; use it inside `with`.")
        return self._process.pid

    def client(self, service: str, *, region: str, account: str) -> Any:
        """The boto3 client of `service` acting as the root user of `account` (twelve digits); kept for the next call."""
        return self._clients.client(service, region=region, account=account)

    def client_as(self, service: str, *, region: str, credentials: Mapping[str, str], config: Any = None) -> Any:
        """A new boto3 client with other credentials, such as an assumed role's (keys as in `Clients.client_as`)."""
        return self._clients.client_as(service, region=region, credentials=credentials, config=config)

    def environment(self, account: str, region: str) -> dict[str, str]:
        """The environment variables with which a subprocess talks to this emulator only."""
        return clients.environment(self.endpoint, self.ca_bundle, account, region)

    def calls(self) -> list[Call]:
        """What roles and AWS services tried so far, in order, each with its verdict; `recorder.refused` picks the failures."""
        answer = self.visit("GET", self.endpoint + CALLS_PATH)
        return [Call(**call | {"verdict": Verdict(call["verdict"])}) for call in json.loads(answer.body)]

    def visit(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send an unsigned request to an emulated host, such as a load balancer's DNS name. An `http` URL needs `insecure=True`."""
        endpoint = self.insecure_endpoint if url.startswith("http:") else self.endpoint
        if endpoint is None:
            raise MarqueeError(f"{url} is not encrypted, and the emulator listens for TLS only.", fix="Start it with `insecure=True`.")
        return Door(endpoint=endpoint, ca_bundle=self.ca_bundle).visit(method, url, headers=headers, body=body)

    def _start(self, folder: Path) -> None:
        with contextlib.ExitStack() as stack:
            listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=256)) for _ in range(1 + self._insecure)]
            ports = [listener.getsockname()[1] for listener in listeners]
            self.endpoint = f"https://127.0.0.1:{ports[0]}"
            self.insecure_endpoint = f"http://127.0.0.1:{ports[1]}" if self._insecure else None
            self.ca_bundle = str(folder / "ca.pem")
            descriptors = [listener.fileno() for listener in listeners]
            log = folder / "log"
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.server, str(folder), *map(str, descriptors)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stack.enter_context(log.open("wb")),
                pass_fds=descriptors,
                start_new_session=True,
                env=_environment(folder, self.endpoint),
                cwd=folder,
            )
        if self._process.stdout is None or self._process.stdout.readline() != b"ready\n":
            raise MarqueeError(f"The emulated AWS did not start:\n{log.read_text()[-4000:] if log.exists() else 'it left no log'}")
        self._clients = clients.Clients(endpoint=self.endpoint, ca_bundle=self.ca_bundle)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)  # there is no state to save; the leader is not yet reaped, so the group is ours
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _environment(folder: Path, endpoint: str) -> dict[str, str]:
    """What the process needs and no more: the user's AWS settings and proxies must not reach it. MiniStack reads this at import."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return kept | {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "NO_PROXY": "*",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CA_BUNDLE": str(folder / "ca.pem"),
        "AWS_SECRET_ACCESS_KEY": clients.SECRET_KEY,
        "AUTH": "true",  # signatures, role policies and resource policies are checked
        "BIND_HOST": "127.0.0.1",
        "DOCKER_HOST": "unix:///nonexistent",  # never look for a Docker daemon
        "GATEWAY_PORT": endpoint.rpartition(":")[2],
        "IOT_MTLS_ENABLED": "0",  # would listen on 8883 of every interface
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",  # AWS waits a minute before the first retry
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "WARNING",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # hundreds of images a region, which nothing here starts
        "MINISTACK_HOST": "localhost",
        "SFTP_ENABLED": "0",
    }

"""The emulator's process, started by `marquee.emulator.process` as `python -m marquee.emulator.server FOLDER FD [FD]`.

FOLDER takes certificates and Lambda code; FD is the listening socket for TLS, the second one, if given, for plain HTTP. Writes `ready`
when it answers. It lives as long as its standard input stays open, so it ends with its parent however that ends, by SIGKILL too.
"""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import sys
import threading
import traceback
from pathlib import Path

import uvicorn

from marquee.emulator import upstream
from marquee.emulator.certificates import SERVER_NAMES, Authority
from marquee.emulator.front import Front
from marquee.emulator.isolation import forbid_outward_calls
from marquee.emulator.recorder import Recorder
from marquee.emulator.services import repairs
from marquee.emulator.services.own import OwnServices
from marquee.emulator.services.strict_policies import TLS_VERSION


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = _VERSIONS[TLS_VERSION]
    context.load_cert_chain(certificate)
    return context


def _tls_by_name(own: OwnServices, authority: Authority) -> ssl.SSLContext:
    """The front's own certificate, or that of a name which an origin or an edge has here."""
    context = _tls(authority.certify(*SERVER_NAMES))
    contexts: dict[str, ssl.SSLContext] = {}

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and own.origin(name) is not None:
            if name not in contexts:
                contexts[name] = _tls(authority.certify(name))
            connection.context = contexts[name]

    context.sni_callback = choose
    return context


_VERSIONS = {"1.3": ssl.TLSVersion.TLSv1_3}


def _config(front: Front, context: ssl.SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
        timeout_keep_alive=120,  # seconds; longer than SDKs keep an idle connection, so that none is closed under a request
        lifespan="on" if context else "off",  # MiniStack's schedulers start once
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # MiniStack sets its own
    )


async def _serve(folder: Path, listeners: list[socket.socket], ready: int) -> None:
    recorder = Recorder()
    ministack = upstream.module("ministack.app").app
    authority, own = Authority(folder), repairs.install(recorder, folder)
    front, contexts = Front(ministack, recorder, own), [_tls_by_name(own, authority), None][: len(listeners)]
    servers = [uvicorn.Server(_config(front, context)) for context in contexts]
    tasks = [asyncio.create_task(server.serve(sockets=[listener])) for server, listener in zip(servers, listeners, strict=True)]
    while not all(server.started for server in servers):
        await asyncio.wait(tasks, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
        if any(task.done() for task in tasks):
            raise SystemExit("a listener ended before it had started")
    os.write(ready, b"ready\n")
    await asyncio.gather(*tasks)


def _end() -> None:
    """No process outlives a run: the whole group goes, running Lambda functions included."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _end_with_parent(folder: Path) -> None:
    while os.read(0, 4096):
        pass
    shutil.rmtree(folder, ignore_errors=True)  # a parent that lives removes it itself, and may want to read the log first
    _end()


def main() -> None:
    """Serve until standard input closes or a signal comes."""
    folder, listeners = Path(sys.argv[1]), [socket.socket(fileno=int(fd)) for fd in sys.argv[2:]]
    ready = os.dup(1)
    os.dup2(2, 1)  # libraries may print; the parent reads exactly one line
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    forbid_outward_calls()
    try:
        asyncio.run(_serve(folder, listeners, ready))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        _end()


if __name__ == "__main__":
    main()

"""The network of an emulated function, beside AWS's own services: the platform's media name, while an edge serves it. Nothing else.

Runs in the function's process before its code does, with nothing but the standard library.
"""

import json
import os
import socket
from typing import Any
from urllib.parse import urlsplit


def resolve_platform_names(endpoint: str, ca_bundle: str, path: str) -> None:
    """From now on names are asked of the emulator at `endpoint`, whose authority the process trusts as it does those of the web.

    A name that is not the platform's goes the way it always went, where it is refused. `path`: what the emulator answers at.
    """
    system, door = socket.getaddrinfo, urlsplit(endpoint)
    os.environ["SSL_CERT_FILE"] = ca_bundle

    def asked(name: str) -> dict[str, bool]:
        import http.client  # noqa: PLC0415 most functions never ask, and would wait for the import
        import ssl  # noqa: PLC0415

        context = ssl.create_default_context(cafile=ca_bundle)
        connection = http.client.HTTPSConnection(str(door.hostname), door.port, context=context, timeout=10)
        try:
            connection.request("POST", path, body=json.dumps({"name": name}))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def getaddrinfo(host: Any, port: Any, *rest: Any, **named: Any) -> list[Any]:
        if isinstance(host, str) and host.startswith("media.") and port in {443, "443", "https"}:
            found = asked(host)
            if found["served"]:
                return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (door.hostname, door.port))]
            if found["known"]:
                raise socket.gaierror(socket.EAI_NONAME, f"no edge serves {host}: `marquee local serve` runs one")
        return system(host, port, *rest, **named)

    socket.getaddrinfo = getaddrinfo

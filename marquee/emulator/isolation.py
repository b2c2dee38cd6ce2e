"""Nothing here talks to any other machine, whatever a library would like to do."""

import sys
from typing import Any, cast


def forbid_outward_calls() -> None:
    """Refuse every connection and name lookup beyond the loopback, for the rest of the process. It cannot be undone."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = cast("tuple[Any, ...] | str", arguments[1])
        name = "" if isinstance(address, str) else str(address[0])  # a Unix socket's address is a path
    elif event == "socket.getaddrinfo":
        name = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0] or "")
    else:
        return
    if name and name not in {"localhost", "::1"} and not name.startswith("127."):
        raise ConnectionRefusedError(f"the emulated AWS does not connect to {name}: it only talks to this machine")

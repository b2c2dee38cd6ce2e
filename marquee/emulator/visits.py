"""Visiting emulated host names: whatever the name, the connection goes to the emulator's port."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from marquee.emulator.clients import require_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; of a repeated one the last."""
    body: bytes
    cookies: tuple[str, ...] = ()
    """Every `Set-Cookie`, as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where requests enter: the emulator's endpoint."""

    endpoint: str
    ca_bundle: str

    def visit(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send one unsigned request to `url`, such as `https://<load balancer's DNS name>/health`, without looking the name up.

        The certificate is the emulator's, for 127.0.0.1: names are not verified here. Raises OSError if the emulator is gone.
        """
        door, target = urlsplit(require_loopback(self.endpoint)), urlsplit(url)
        if door.scheme == "https":
            context = ssl.create_default_context(cafile=self.ca_bundle)
            connection = http.client.HTTPSConnection("127.0.0.1", door.port, timeout=60, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=60)
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        try:
            connection.request(method, path, body=body or None, headers={"host": target.netloc, **(headers or {})})
            response = connection.getresponse()
            return Answer(
                status=response.status,
                headers={name.lower(): value for name, value in response.getheaders()},
                body=response.read(),
                cookies=tuple(response.headers.get_all("set-cookie", [])),
            )
        finally:
            connection.close()

"""The names of the platform on this machine: `media.<domain>` is `http://media.marquee.localhost:PORT` here.

Browsers take any name below `localhost` for this machine and for a secure place, so that cookies, CORS and encrypted media work as they
do over HTTPS. What the platform says of itself (addresses in JSON answers and playlists, cookie domains, allowed origins) is translated
on its way out, and origins on their way in. That is all that differs from what CloudFront would send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LOCAL = "marquee.localhost"
_TEXTS = ("application/json", "application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "application/dash+xml")


@dataclass(frozen=True, kw_only=True)
class Door:
    """Between a viewer on this machine and the edge."""

    domain: str
    """The platform's."""
    port: int

    def real(self, host: str) -> str:
        """The platform's name for a local host; a host that is none of ours stays as it is."""
        name = host.partition(":")[0].lower()
        return self.domain if name == LOCAL else f"{name.removesuffix(f'.{LOCAL}')}.{self.domain}" if name.endswith(f".{LOCAL}") else name

    def local(self, label: str = "") -> str:
        """`http://media.marquee.localhost:PORT` for `media`."""
        return f"http://{f'{label}.' if label else ''}{LOCAL}:{self.port}"

    def inward(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Request headers as the platform would see them."""
        changed = {name: headers[name] for name in headers}
        for name in ("origin", "referer"):
            if name in changed:
                changed[name] = re.sub(
                    rf"^http://((?:[a-z0-9-]+\.)?){re.escape(LOCAL)}(:\d+)?",
                    rf"https://\g<1>{self.domain}",
                    changed[name],
                    flags=re.IGNORECASE,
                )
        return changed

    def outward(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Response headers as this machine's browser can use them."""
        changed = dict(headers)
        for name in ("access-control-allow-origin", "location", "timing-allow-origin"):
            if name in changed:
                changed[name] = self.translated(changed[name])
        if "set-cookie" in changed:
            changed["set-cookie"] = re.sub(rf"(?i)domain=\.?{re.escape(self.domain)}", f"Domain={LOCAL}", changed["set-cookie"])
        changed.pop("strict-transport-security", None)  # browsers ignore it over HTTP
        return changed

    def translates(self, content_type: str) -> bool:
        """Whether a body of this type names the platform's addresses."""
        return content_type.partition(";")[0].strip().lower() in _TEXTS

    def translated(self, text: str) -> str:
        """`text` with every address of the platform's as its local one."""
        pattern = rf"https://((?:[a-z0-9-]+\.)?){re.escape(self.domain)}(?![a-z0-9.-])"
        return re.sub(pattern, rf"http://\g<1>{LOCAL}:{self.port}", text)

"""What a rule does with a request that fits it.

Source: AWS WAF Developer Guide, "Using rule actions in AWS WAF" and "Customizing web requests and responses in AWS WAF".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marquee.emulator.firewall.inspected import section, sections

_TYPES: Final = {"TEXT_PLAIN": "text/plain", "TEXT_HTML": "text/html", "APPLICATION_JSON": "application/json"}
_INSERTED: Final = "x-amzn-waf-"
"""Before the names of headers that a rule adds to a request, so that none of the viewer's is taken for one."""
_ASK: Final = frozenset({"CAPTCHA", "CHALLENGE"})


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response of the customer's own in place of the plain refusal."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    """Empty without one."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """`kind`: `ALLOW`, `BLOCK`, `COUNT`, or what is not judged here: `CAPTCHA` and `CHALLENGE`, which ask a browser first."""

    kind: str
    inserted: tuple[tuple[str, str], ...] = ()
    """Headers for the origin."""
    response: Response | None = None

    @property
    def ends(self) -> bool:
        """Whether no later rule is asked."""
        return self.kind in {"ALLOW", "BLOCK"}

    @property
    def is_judged(self) -> bool:
        """Whether this emulator can carry it out."""
        return self.kind not in _ASK


def action(given: Mapping[str, Any], bodies: Mapping[str, Any]) -> Action:
    """Of a `RuleAction` or `DefaultAction`. `bodies`: the ACL's `CustomResponseBodies`."""
    kind = next(iter(given))
    how = section(given, kind)
    headers = sections(section(how, "CustomRequestHandling"), "InsertHeaders")
    inserted = tuple((f"{_INSERTED}{item['Name'].lower()}", str(item["Value"])) for item in headers)
    custom = section(how, "CustomResponse")
    return Action(kind=kind.upper(), inserted=inserted, response=_response(custom, bodies) if custom else None)


def _response(given: Mapping[str, Any], bodies: Mapping[str, Any]) -> Response:
    headers = {item["Name"].lower(): str(item["Value"]) for item in sections(given, "ResponseHeaders")}
    body = bodies.get(given.get("CustomResponseBodyKey", ""))
    if body is None:
        return Response(status=int(given["ResponseCode"]), headers=headers, body=b"")
    kind = {"content-type": _TYPES[body["ContentType"]]}
    return Response(status=int(given["ResponseCode"]), headers={**headers, **kind}, body=str(body["Content"]).encode())

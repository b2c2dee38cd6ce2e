"""Which part of a request a statement looks at.

Source: AWS WAF Developer Guide, "Request components in AWS WAF" and "Oversize web request components in AWS WAF".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from marquee.emulator.firewall.inspected import Inspected, NotJudgedError

_LISTED: Final = 200
"""Headers, or cookies, that are inspected."""
_LISTED_BYTES: Final = 8192


class Parts(NamedTuple):
    """Texts to compare, each on its own. `oversize`: there was more, and what to make of that: `CONTINUE`, `MATCH` or `NO_MATCH`."""

    texts: Sequence[bytes]
    oversize: str = "CONTINUE"


Field = Callable[[Inspected], Parts]


def field(given: Mapping[str, Any], body_limit: int) -> Field:
    """Of a `FieldToMatch`. `body_limit`: bytes of a body that are inspected. Raises NotJudgedError for a part that cannot be seen here."""
    (kind, how) = next(iter(given.items()))
    match kind:
        case "Method" | "UriPath" | "QueryString":
            name = {"Method": "method", "UriPath": "path", "QueryString": "query"}[kind]
            return lambda request: Parts([_raw(getattr(request, name))])
        case "SingleHeader":
            name = str(how["Name"]).lower()
            return lambda request: Parts([_raw(request.headers[name])] if name in request.headers else [])
        case "SingleQueryArgument" | "AllQueryArguments":
            wanted = str(how["Name"]).lower() if kind.startswith("Single") else None
            return lambda request: Parts([value for name, value in request.arguments if wanted in {None, name}])
        case "Body":
            return _body(str(how.get("OversizeHandling", "CONTINUE")), body_limit)
        case "Headers" | "Cookies":
            return _listed(kind, how)
        case _:
            raise NotJudgedError(f"request component {kind}")


def _body(oversize: str, limit: int) -> Field:
    return lambda request: Parts([request.body[:limit]], oversize if len(request.body) > limit else "CONTINUE")


def _listed(kind: str, how: Mapping[str, Any]) -> Field:
    (selection, names) = next(iter(how["MatchPattern"].items()))
    wanted = frozenset(str(name).lower() for name in names) if selection != "All" else frozenset[str]()
    scope, oversize = how.get("MatchScope", "ALL"), how.get("OversizeHandling", "CONTINUE")

    def parts(request: Inspected) -> Parts:
        pairs = list((request.headers if kind == "Headers" else request.cookies).items())
        seen: list[tuple[str, str]] = []
        size = 0
        for name, value in pairs[:_LISTED]:
            size += len(name) + len(value)
            if size > _LISTED_BYTES:
                break
            seen.append((name, value))
        kept = [(name, value) for name, value in seen if selection == "All" or (name.lower() in wanted) == selection.startswith("Included")]
        texts = [_raw(text) for name, value in kept for text in _scoped(scope, name, value)]
        return Parts(texts, oversize if len(seen) < len(pairs) else "CONTINUE")

    return parts


def _scoped(scope: str, name: str, value: str) -> tuple[str, ...]:
    return {"KEY": (name,), "VALUE": (value,)}.get(scope, (name, value))


def _raw(text: str) -> bytes:
    return text.encode("latin-1", "replace")

"""Rate-based statements.

Source: AWS WAF API Reference, RateBasedStatement and RateBasedStatementCustomKey: what lacks a key is left out of the count.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marquee.emulator.firewall.addresses import forwarded
from marquee.emulator.firewall.inspected import Evaluation, Judge, NotJudgedError, Rate, Truth
from marquee.emulator.firewall.rates import Rates
from marquee.emulator.firewall.transformations import transformed

Value = tuple[str, str, str]
"""Kind, name and value, as logs name a key."""
Key = Callable[[Evaluation], Value | None]

_WINDOW = 300  # seconds, unless a rule says otherwise


def rate_based(given: Mapping[str, Any], scope: Judge | None) -> Judge:
    """More than `Limit` in a window, of what `scope` is true of."""
    limit, window, kind = int(given["Limit"]), int(given.get("EvaluationWindowSec", _WINDOW)), str(given["AggregateKeyType"])
    keys, rates = _keys(given, kind), Rates(window)

    def judge(evaluation: Evaluation) -> Truth:
        within: Truth = True if scope is None else scope(evaluation)
        if not within:
            return within
        values = [key(evaluation) for key in keys]
        present = tuple(value for value in values if value is not None)
        if len(present) < len(values):
            return False
        if rates.count(present, evaluation.now) <= limit:
            return False
        evaluation.rates.append(Rate(limit, window, kind.replace("_KEYS", "KEYS"), present))
        return True

    return judge


def _keys(given: Mapping[str, Any], kind: str) -> Sequence[Key]:
    match kind:
        case "CONSTANT":
            return [lambda _: ("CONSTANT", "", "")]
        case "IP":
            return [_address]
        case "FORWARDED_IP":
            return [_forwarded(given)]
        case _:
            return [_custom(item, given) for item in given["CustomKeys"]]


def _address(evaluation: Evaluation) -> Value:
    return "IP", "", evaluation.request.address


def _forwarded(given: Mapping[str, Any]) -> Key:
    header = str(given["ForwardedIPConfig"]["HeaderName"])

    def key(evaluation: Evaluation) -> Value | None:
        found = forwarded(evaluation.request, header)
        return None if found is None else ("FORWARDED_IP", "", found)

    return key


def _custom(item: Mapping[str, Any], given: Mapping[str, Any]) -> Key:
    (kind, how) = next(iter(item.items()))
    match kind:
        case "IP":
            return _address
        case "ForwardedIP":
            return _forwarded(given)
        case "HTTPMethod":
            return lambda evaluation: ("METHOD", "", evaluation.request.method)
        case "LabelNamespace":
            namespace = str(how["Namespace"])
            return lambda evaluation: _label(evaluation, namespace)
        case "Header" | "Cookie" | "QueryArgument" | "QueryString" | "UriPath":
            return _text(kind, how)
        case _:
            raise NotJudgedError(f"aggregation key {kind}")


def _label(evaluation: Evaluation, namespace: str) -> Value | None:
    found = sorted(label for label in evaluation.labels if label.startswith(namespace))
    return ("LABEL_NAMESPACE", namespace, ",".join(found)) if found else None


def _text(kind: str, how: Mapping[str, Any]) -> Key:
    name, change = str(how.get("Name", "")), transformed(how.get("TextTransformations", []))
    shown = {"QueryArgument": "QUERY_ARGUMENT", "QueryString": "QUERY_STRING", "UriPath": "URI_PATH"}.get(kind, kind.upper())

    def key(evaluation: Evaluation) -> Value | None:
        request = evaluation.request
        found: bytes | str | None
        match kind:
            case "Header":
                found = request.headers.get(name.lower())
            case "Cookie":
                found = request.cookies.get(name)
            case "QueryArgument":
                found = next((value for each, value in request.arguments if each == name.lower()), None)
            case "QueryString":
                found = request.query
            case _:
                found = request.path
        if found is None:
            return None
        raw = found if isinstance(found, bytes) else found.encode("latin-1", "replace")
        return shown, name, change(raw).decode("utf-8", "replace")

    return key

"""From a rule's statement to a function that says whether a request fits it.

What cannot be judged is unknown, and stays so through NOT, AND and OR as far as it matters: a false part settles an AND, a true one an OR.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marquee.emulator.firewall import addresses, comparisons, limits
from marquee.emulator.firewall.inspected import Evaluation, Judge, NotJudgedError, Truth


@dataclass(kw_only=True)
class Context:
    """What statements refer to, and what could not be judged of them."""

    prefix: str
    """Of labels that rules of this ACL or group make, such as `awswaf:123456789012:webacl:name:`."""
    body_limit: int
    """Bytes of a body that are inspected."""
    ip_sets: Mapping[str, list[str]]
    """ARN → networks."""
    pattern_sets: Mapping[str, list[str]]
    """ARN → regular expressions."""
    not_judged: list[str] = field(default_factory=list[str])
    """Names of what could not be."""

    def judge(self, statement: Mapping[str, Any]) -> Judge:
        """The function for a statement; an unknown one is noted, and answers None."""
        (kind, given) = next(iter(statement.items()))
        try:
            return self._judge(kind, given)
        except NotJudgedError as error:
            self.not_judged.append(str(error))
            return lambda _: None

    def _judge(self, kind: str, given: Mapping[str, Any]) -> Judge:
        limit = self.body_limit
        simple: Mapping[str, Callable[[], Judge]] = {
            "ByteMatchStatement": lambda: comparisons.byte_match(given, limit),
            "RegexMatchStatement": lambda: comparisons.regex_match(given, limit, [given["RegexString"]]),
            "RegexPatternSetReferenceStatement": lambda: comparisons.regex_match(given, limit, self._of(self.pattern_sets, given["ARN"])),
            "SizeConstraintStatement": lambda: comparisons.size_constraint(given, limit),
            "GeoMatchStatement": lambda: addresses.geo_match(given),
            "IPSetReferenceStatement": lambda: addresses.in_ip_set(given, self._of(self.ip_sets, given["ARN"])),
            "LabelMatchStatement": lambda: self._label(given),
            "NotStatement": lambda: _not(self.judge(given["Statement"])),
            "AndStatement": lambda: _both([self.judge(one) for one in given["Statements"]]),
            "OrStatement": lambda: _either([self.judge(one) for one in given["Statements"]]),
            "RateBasedStatement": lambda: limits.rate_based(
                given, self.judge(given["ScopeDownStatement"]) if given.get("ScopeDownStatement") else None
            ),
        }
        if kind not in simple:
            raise NotJudgedError(kind)
        return simple[kind]()

    def _of(self, sets: Mapping[str, list[str]], arn: str) -> list[str]:
        if arn not in sets:
            raise NotJudgedError(f"{arn}, which does not exist")
        return sets[arn]

    def _label(self, given: Mapping[str, Any]) -> Judge:
        """A label by its name and as many of its namespaces as are given, or anything in a namespace.

        Source: AWS WAF Developer Guide, "Label match rule statement" and "Label match examples".
        """
        key, whole = str(given["Key"]), given["Scope"] == "LABEL"

        def fits(label: str) -> bool:
            shown = label.removeprefix(self.prefix)
            if whole:
                return key in {label, shown} or label.endswith(f":{key}")
            return label.startswith(key) or shown.startswith(key) or f":{key}" in label

        return lambda evaluation: any(map(fits, evaluation.labels))


def _not(one: Judge) -> Judge:
    def judge(evaluation: Evaluation) -> Truth:
        found = one(evaluation)
        return None if found is None else not found

    return judge


def _both(parts: list[Judge]) -> Judge:
    def judge(evaluation: Evaluation) -> Truth:
        truth: Truth = True
        for part in parts:
            found = part(evaluation)
            if found is False:
                return False
            truth = None if found is None else truth
        return truth

    return judge


def _either(parts: list[Judge]) -> Judge:
    inner = _both([_not(part) for part in parts])
    return _not(inner)

"""A web ACL: its rules in their order, and what they make of a request.

Source: AWS WAF Developer Guide, "How AWS WAF handles rule and rule group actions".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from marquee.emulator.firewall.actions import Action, Response, action
from marquee.emulator.firewall.inspected import Evaluation, Inspected, Rate, section, sections
from marquee.emulator.firewall.rules import Found, Group, Rule, managed_group, own_group, rule
from marquee.emulator.firewall.statements import Context

_CLOUDFRONT_BODY: Final = 16 * 1024
"""Bytes of a body that are inspected before CloudFront unless the ACL says more."""
_REGIONAL_BODY: Final = 8 * 1024
"""Before a load balancer."""


@dataclass(kw_only=True)
class Verdict:
    """What an ACL makes of a request, and how it came to it."""

    action: str = "ALLOW"
    rule: str = "Default_Action"
    kind: str = "REGULAR"
    """Of the rule that ended it: `REGULAR`, `RATE_BASED`, `GROUP` or `MANAGED_RULE_GROUP`."""
    within: str = ""
    """Of a group, the rule that ended it."""
    response: Response | None = None
    inserted: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Headers for the origin."""
    counted: list[str] = field(default_factory=list[str])
    """Rules that fit and only count."""
    groups: list[tuple[Group, Found]] = field(default_factory=list[tuple[Group, Found]])
    """Groups whose rules fit."""
    rates: list[tuple[str, Rate]] = field(default_factory=list[tuple[str, Rate]])
    """Rate-based rules whose limit is passed."""
    labels: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    """Rules of which nobody here can tell whether they fit this request. They did nothing."""

    @property
    def terminating(self) -> str:
        """The rule that ended it, with the one inside a group."""
        return f"{self.rule}/{self.within}" if self.within else self.rule


@dataclass(frozen=True, kw_only=True)
class _Entry:
    name: str
    what: Rule | Group
    counts: bool = False
    """Of a group: whether the ACL only counts what it stops."""


class WebAcl:
    """Judges requests. It keeps counts, so that one must be made for each ACL, and again only when its settings change."""

    def __init__(
        self,
        acl: Mapping[str, Any],
        *,
        ip_sets: Mapping[str, list[str]] | None = None,
        pattern_sets: Mapping[str, list[str]] | None = None,
        groups: Mapping[str, Mapping[str, Any]] | None = None,
    ):
        """`acl`: as `GetWebACL` describes it. Sets and groups that its rules refer to are given by their ARNs."""
        self.arn, self.name = str(acl["ARN"]), str(acl["Name"])
        self._context = Context(
            prefix=acl["LabelNamespace"], body_limit=_body_limit(acl), ip_sets=ip_sets or {}, pattern_sets=pattern_sets or {}
        )
        self._groups, self._bodies = groups or {}, section(acl, "CustomResponseBodies")
        self._default = action(acl["DefaultAction"], self._bodies)
        self.not_judged: Mapping[str, Sequence[str]] = {}
        """Rule → what of it cannot be judged here."""
        self._entries = [self._entry(each) for each in sorted(sections(acl, "Rules"), key=lambda each: int(each["Priority"]))]

    def judge(self, request: Inspected, now: float) -> Verdict:
        """`now`: seconds of a clock that only rises."""
        verdict, evaluation = Verdict(), Evaluation(request, now)
        for entry in self._entries:
            if _ended_by(entry, evaluation, verdict):
                break
        else:
            verdict.action, verdict.response = self._default.kind, self._default.response
            verdict.inserted += self._default.inserted
        verdict.labels = list(evaluation.labels)
        return verdict

    def _entry(self, given: Mapping[str, Any]) -> _Entry:
        statement, before = given["Statement"], len(self._context.not_judged)
        if "ManagedRuleGroupStatement" in statement:
            made: Rule | Group = managed_group(statement["ManagedRuleGroupStatement"], self._context)
        elif "RuleGroupReferenceStatement" in statement:
            reference = statement["RuleGroupReferenceStatement"]
            made = own_group(reference, self._groups[reference["ARN"]], self._context)
        else:
            made = rule(given, self._context, self._bodies)
        if found := self._context.not_judged[before:]:
            self.not_judged = {**self.not_judged, given["Name"]: found}
        return _Entry(name=given["Name"], what=made, counts="Count" in section(given, "OverrideAction"))


def _ended_by(entry: _Entry, evaluation: Evaluation, verdict: Verdict) -> bool:
    before = len(evaluation.rates)
    ended = _asked(entry.what, entry, evaluation, verdict)
    verdict.rates += [(entry.name, rate) for rate in evaluation.rates[before:]]
    return ended


def _asked(what: Rule | Group, entry: _Entry, evaluation: Evaluation, verdict: Verdict) -> bool:
    if isinstance(what, Group):
        return _asked_group(what, entry, evaluation, verdict)
    truth = what.fits(evaluation)
    if truth is None:
        verdict.unknown.append(what.name)
    if not truth:
        return False
    if what.action.ends:
        return _ended(verdict, what.name, "RATE_BASED" if what.is_rate else "REGULAR", what.action)
    verdict.counted.append(what.name)
    verdict.inserted += what.action.inserted
    return False


def _asked_group(group: Group, entry: _Entry, evaluation: Evaluation, verdict: Verdict) -> bool:
    found = group.run(evaluation)
    verdict.unknown += found.unknown
    verdict.inserted += [header for each in found.counted for header in each.action.inserted]
    if found.ended is not None or found.counted:
        verdict.groups.append((group, found))
    if found.ended is None:
        return False
    if entry.counts:
        verdict.counted.append(entry.name)
        return False
    verdict.within = found.ended.name
    return _ended(verdict, entry.name, "MANAGED_RULE_GROUP" if group.is_managed else "GROUP", found.ended.action)


def _ended(verdict: Verdict, name: str, kind: str, does: Action) -> bool:
    verdict.rule, verdict.kind, verdict.action, verdict.response = name, kind, does.kind, does.response
    verdict.inserted += does.inserted
    return True


def _body_limit(acl: Mapping[str, Any]) -> int:
    if ":regional/" in str(acl["ARN"]):
        return _REGIONAL_BODY
    config = section(section(section(acl, "AssociationConfig"), "RequestBody"), "CLOUDFRONT")
    return int(str(config["DefaultSizeInspectionLimit"]).removeprefix("KB_")) * 1024 if config else _CLOUDFRONT_BODY

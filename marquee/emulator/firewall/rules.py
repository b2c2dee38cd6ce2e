"""Rules and groups of rules, ready to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marquee.emulator.firewall.actions import Action, action
from marquee.emulator.firewall.inspected import Evaluation, Judge, Truth, section, sections
from marquee.emulator.firewall.managed import GROUPS, Managed
from marquee.emulator.firewall.statements import Context

_BLOCK = Action(kind="BLOCK")
_COUNT = Action(kind="COUNT")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of an ACL or a group."""

    name: str
    judge: Judge
    action: Action
    labels: tuple[str, ...] = ()
    """In full, put on what fits."""
    is_rate: bool = False
    overridden: str = ""
    """The rule's own action where the ACL gave it another one."""
    excluded: bool = False
    """Whether the ACL excluded the rule, which older settings do where newer ones override its action with count."""

    def fits(self, evaluation: Evaluation) -> Truth:
        """The truth of the statement; what fits is labelled."""
        found = self.judge(evaluation)
        if found and self.action.is_judged:
            evaluation.labels.update(dict.fromkeys(self.labels))
        return found if self.action.is_judged or not found else None


@dataclass(kw_only=True)
class Found:
    """What a group found."""

    ended: Rule | None = None
    counted: list[Rule] = field(default_factory=list[Rule])
    unknown: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rules that an ACL runs as one."""

    id: str
    """As logs name it: `AWS#<name>`, or an ARN."""
    is_managed: bool
    rules: Sequence[Rule]
    scope: Judge | None

    def run(self, evaluation: Evaluation) -> Found:
        """Ask the rules in their order, up to the first that ends the evaluation."""
        found = Found()
        within: Truth = True if self.scope is None else self.scope(evaluation)
        if within is None:
            found.unknown.append(self.id)
        for rule in self.rules if within else ():
            truth = rule.fits(evaluation)
            if truth is None:
                found.unknown.append(f"{self.id}/{rule.name}")
            elif truth and rule.action.ends:
                found.ended = rule
                break
            elif truth:
                found.counted.append(rule)
        return found


def rule(given: Mapping[str, Any], context: Context, bodies: Mapping[str, Any]) -> Rule:
    """A rule with a statement and an action of its own."""
    does = action(given["Action"], bodies)
    if not does.is_judged:
        context.not_judged.append(f"action {does.kind}")
    return Rule(
        name=given["Name"],
        judge=context.judge(given["Statement"]),
        action=does,
        labels=tuple(f"{context.prefix}{label['Name']}" for label in sections(given, "RuleLabels")),
        is_rate="RateBasedStatement" in given["Statement"],
    )


def managed_group(given: Mapping[str, Any], context: Context) -> Group:
    """One of AWS's: the rules that are documented; the others, and groups of other vendors, are noted as not judged."""
    name, vendor = str(given["Name"]), str(given["VendorName"])
    known = GROUPS.get(name) if vendor == "AWS" else None
    scope = context.judge(given["ScopeDownStatement"]) if given.get("ScopeDownStatement") else None
    if known is None:
        context.not_judged.append(name)
        return Group(id=f"{vendor}#{name}", is_managed=True, rules=(), scope=scope)
    context.not_judged += [f"{name}/{each}" for each in known.not_judged]
    rules = [
        Rule(name=each, judge=_documented(made), action=_BLOCK, labels=(known.namespace + made.label,))
        for each, made in known.judged.items()
    ]
    return Group(id=f"{vendor}#{name}", is_managed=True, rules=_overridden(rules, given, context), scope=scope)


def own_group(given: Mapping[str, Any], group: Mapping[str, Any], context: Context) -> Group:
    """A group of the account's own, as `GetRuleGroup` describes it."""
    inner = replace(context, prefix=group["LabelNamespace"])  # shares the list of what is not judged
    bodies = section(group, "CustomResponseBodies")
    rules = [rule(each, inner, bodies) for each in sorted(sections(group, "Rules"), key=lambda each: int(each["Priority"]))]
    return Group(id=group["ARN"], is_managed=False, rules=_overridden(rules, given, context), scope=None)


def _documented(made: Managed) -> Judge:
    return lambda evaluation: made.fits(evaluation.request)


def _overridden(rules: Sequence[Rule], given: Mapping[str, Any], context: Context) -> Sequence[Rule]:
    others = {item["Name"]: action(item["ActionToUse"], {}) for item in sections(given, "RuleActionOverrides")}
    excluded = {item["Name"] for item in sections(given, "ExcludedRules")}
    context.not_judged += [f"action {other.kind} of {name}" for name, other in others.items() if not other.is_judged]

    def changed(each: Rule) -> Rule:
        if each.name in excluded:
            return replace(each, action=_COUNT, overridden=each.action.kind, excluded=True)
        return replace(each, action=others[each.name], overridden=each.action.kind) if each.name in others else each

    return [changed(each) for each in rules]

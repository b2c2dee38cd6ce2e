"""Calls that an AWS service makes as itself, such as EventBridge sending to a queue: the resource's own policy must allow it."""
# ruff: noqa: SLF001 MiniStack has no public way in

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marquee.emulator.recorder import Call, Recorder, Verdict
from marquee.emulator.services import encryption
from marquee.emulator.services.strict_policies import UnjudgedError
from marquee.emulator.upstream import module


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """One action that a service wants to take."""

    principal: str
    """`events.amazonaws.com`."""
    action: str
    resource: str
    source_arn: str
    """What makes the service call: the rule, bucket, topic or alarm."""
    account: str
    """Owner of the source."""
    region: str
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Condition keys of the request, in lower case."""


class ServiceCalls:
    """Judges and records them."""

    def __init__(self, recorder: Recorder):
        self._recorder = recorder
        self._evaluator = module("ministack.core.iam_evaluator")

    def allowed(self, call: ServiceCall) -> bool:
        """Whether the resource's policy allows the service, and the policy of the key under which the resource lies."""
        if not self._judge(call, call.action, call.resource, call.conditions):
            return False
        uses = encryption.implied(call.action, call.resource)
        return all(self._judge(call, use.action, use.key_arn, encryption.conditions(use, call.region)) for use in uses)

    def refuse_unjudged(self, call: ServiceCall, reason: str) -> None:
        """Record a call that the emulator neither makes nor can judge."""
        self._record(call, call.action, call.resource, Verdict.UNJUDGED, reason)

    def _judge(self, call: ServiceCall, action: str, resource: str, conditions: Mapping[str, str]) -> bool:
        keys: dict[str, Any] = {"aws:sourcearn": call.source_arn, "aws:sourceaccount": call.account, "aws:sourceowner": call.account}
        context = self._evaluator.EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account=call.account,
            action=action,
            resource_arn=resource,
            region=call.region,
            service_context={**keys, **conditions},
        )
        try:
            policies = _policies(self._evaluator, action, resource)
            decisions = [self._evaluator.evaluate_resource_policy(policy, context, service=call.principal).decision for policy in policies]
        except UnjudgedError as problem:
            self._record(call, action, resource, Verdict.UNJUDGED, str(problem))
            return False
        allowed = "Allow" in decisions and "Deny" not in decisions
        reason = "" if allowed else f"no policy of the resource allows {call.principal} for {call.source_arn}"
        self._record(call, action, resource, Verdict.ALLOWED if allowed else Verdict.DENIED, reason)
        return allowed

    def _record(self, call: ServiceCall, action: str, resource: str, verdict: Verdict, reason: str) -> None:
        self._recorder.add(
            Call(principal=call.principal, action=action, resource=resource, region=call.region, verdict=verdict, reason=reason)
        )


def _policies(evaluator: Any, action: str, resource: str) -> list[Any]:
    service = action.partition(":")[0]
    if service == "logs":  # its policies belong to the account and region, not to one log group
        return [policy["policyDocument"] for policy in module("ministack.services.cloudwatch_logs")._resource_policies.values()]
    found = evaluator._resource_policy(service, resource)
    return [found[0]] if found and found[0] else []

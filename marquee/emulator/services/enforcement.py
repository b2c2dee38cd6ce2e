"""Every request is judged by its caller's policies and the resource's, and what roles do is recorded.

MiniStack checks each request in `iam_evaluator.enforce`, once for each IAM action that it needs. That function is wrapped here to
- record what a role's session tried, with the verdict;
- refuse what cannot be judged;
- hold a resource policy's Deny against the account's root user too, whom MiniStack lets through everything;
- add the KMS calls that a service makes in its caller's name (`encryption`).
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marquee.emulator.recorder import Call, Recorder, Verdict
from marquee.emulator.services import encryption
from marquee.emulator.services.strict_policies import UnjudgedError
from marquee.emulator.upstream import module

_OWNER_MAY_ALWAYS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""A root user is never locked out of the policy itself. Source: S3 User Guide, "Bucket policies", on root access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One IAM action on one resource, about to be judged."""

    access_key: str
    """Key of the account's root user or of a role's session; empty for an unsigned request."""
    action: str
    service: str
    """MiniStack's name of the service, which is the signing name but for a few."""
    region: str
    resource: str = "*"
    context: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Condition keys of the request."""


class Enforcement:
    """Stands in for `enforce` and `check_credentials`."""

    def __init__(self, recorder: Recorder):
        self._recorder = recorder
        self._evaluator = module("ministack.core.iam_evaluator")
        self._enforce = self._evaluator.enforce
        self._check_credentials = self._evaluator.check_credentials

    def install(self) -> None:
        """Take the place of MiniStack's own checks. Once, before the first request."""

        def enforce(access_key_id: str, iam_action: str, service: str, region: str, **rest: Any) -> Any:
            attempt = Attempt(
                access_key=access_key_id, action=iam_action, service=service, region=region, resource=rest.get("resource_arn", "*")
            )
            return self.judge(replace(attempt, context=rest["service_context"]) if rest.get("service_context") else attempt)

        self._evaluator.enforce = enforce
        self._evaluator.check_credentials = self.check_credentials

    def judge(self, attempt: Attempt) -> Any:
        """None if the attempt and the KMS calls it implies are allowed, else MiniStack's `EvalResult` or `AuthError`."""
        refusal = self._judge_one(attempt)
        if refusal is not None or not attempt.access_key:
            return refusal
        for use in encryption.implied(attempt.action, attempt.resource):
            context = encryption.conditions(use, attempt.region)
            refusal = self._judge_one(replace(attempt, action=use.action, service="kms", resource=use.key_arn, context=context))
            if refusal is not None:
                return refusal
        return None

    def check_credentials(self, access_key: str, service: str | None = None) -> Any:
        """A request whose IAM action MiniStack cannot derive: the root user may, a role is refused."""
        answer = self._check_credentials(access_key, service)
        principal = None if answer is not None or not access_key else self._principal(access_key)
        if principal is None or principal.policies is None:
            return answer
        reason = f"no IAM action is known for this {service} request"
        self._record(principal, Attempt(access_key=access_key, action="", service=service or "", region=""), Verdict.UNJUDGED, reason)
        return self._evaluator.AuthError("AccessDenied", reason)

    def refuse_unjudged(self, access_key: str, region: str, reason: str) -> str:
        """Record a call whose IAM action is not known, and return `reason`."""
        principal = self._principal(access_key)
        self._record(principal, Attempt(access_key=access_key, action="", service="", region=region), Verdict.UNJUDGED, reason)
        return reason

    def _judge_one(self, attempt: Attempt) -> Any:
        principal = self._principal(attempt.access_key) if attempt.access_key else None
        unjudged = ""
        try:
            answer = self._enforce(
                attempt.access_key,
                attempt.action,
                attempt.service,
                attempt.region,
                resource_arn=attempt.resource,
                service_context=dict(attempt.context),
            )
            if answer is None and principal is not None and principal.policies is None:
                return self._denied_to_root(principal, attempt)
        except UnjudgedError as problem:
            unjudged = str(problem)
            answer = self._evaluator.EvalResult("Deny", principal.arn if principal else "", reason=unjudged)
        if principal is not None and principal.policies is not None:
            verdict = Verdict.ALLOWED if answer is None else Verdict.UNJUDGED if unjudged else Verdict.DENIED
            self._record(principal, attempt, verdict, unjudged or _reason(answer))
        return answer

    def _denied_to_root(self, root: Any, attempt: Attempt) -> Any:
        found = self._evaluator._resource_policy(attempt.service, attempt.resource)
        if found is None or attempt.action in _OWNER_MAY_ALWAYS:
            return None
        context = self._evaluator.EvalContext(
            principal_arn=root.arn,
            principal_type=root.type,
            principal_account=root.account,
            action=attempt.action,
            resource_arn=attempt.resource,
            region=attempt.region,
            service_context={key.lower(): value for key, value in attempt.context.items()},
            principal_keys=root.keys,
        )
        result = self._evaluator.evaluate_resource_policy(found[0], context)
        result.resource_policy_arn = attempt.resource
        return result if result.decision == "Deny" else None

    def _principal(self, access_key: str) -> Any:
        """MiniStack's PrincipalInfo; None for a key that belongs to nobody."""
        account = module("ministack.core.responses").get_account_id()
        principal = self._evaluator.resolve_principal(access_key, account)
        return None if isinstance(principal, self._evaluator.AuthError) else principal

    def _record(self, principal: Any, attempt: Attempt, verdict: Verdict, reason: str) -> None:
        self._recorder.add(
            Call(
                principal=principal.arn,
                action=attempt.action,
                resource=attempt.resource,
                region=attempt.region,
                verdict=verdict,
                reason=reason,
            )
        )


def _reason(answer: Any) -> str:
    return "" if answer is None else getattr(answer, "reason", "") or getattr(answer, "message", "")

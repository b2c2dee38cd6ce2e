"""Who may write to an origin's channel and read its endpoints: the caller's own policies and the resource's, both."""

from typing import Any

from marquee.emulator.recorder import Call, Recorder, Verdict
from marquee.emulator.services.enforcement import Attempt, Enforcement
from marquee.emulator.services.mediapackage import Endpoint, OriginChannel
from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.services.strict_policies import UnjudgedError
from marquee.emulator.upstream import module


class LiveAccess:
    """Judges and, where it refuses, records."""

    def __init__(self, enforcement: Enforcement, recorder: Recorder):
        self._enforcement, self._recorder = enforcement, recorder

    def encoder(self, role: str, medialive_arn: str, channel: OriginChannel) -> tuple[ServiceSession | None, str]:
        """MediaLive's session of the channel's role, and why it may not write to `channel`; empty if it may."""
        try:
            session = take_on(role, service="medialive.amazonaws.com", source_arn=medialive_arn, region=channel.region, session="medialive")
        except (MissingRoleError, UntrustedError) as error:
            return None, f"MediaLive cannot take on {role}: {type(error).__name__}"
        _scope(channel)
        attempt = Attempt(
            access_key=session.access_key,
            action="mediapackagev2:PutObject",
            service="mediapackagev2",
            region=channel.region,
            resource=channel.arn,
        )
        refused = self._enforcement.judge(attempt)
        if refused is not None:
            return session, f"{role} may not write: {getattr(refused, 'reason', '') or getattr(refused, 'message', '')}"
        if not _allows(channel.policy, principal=role, kind="AssumedRole", attempt=attempt, account=channel.account):
            reason = "the channel's policy does not let the role write"
            self._refuse(role, attempt, reason)
            return session, reason
        return session, ""

    def reader(self, source_arn: str, channel: OriginChannel, endpoint: Endpoint) -> bool:
        """Whether the endpoint's policy lets CloudFront read for the distribution `source_arn`."""
        attempt = Attempt(
            access_key="", action="mediapackagev2:GetObject", service="mediapackagev2", region=channel.region, resource=endpoint.arn
        )
        service = "cloudfront.amazonaws.com"
        keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4] if source_arn.count(":") > 4 else ""}
        allowed = bool(source_arn) and _allows(
            endpoint.policy, principal="*", kind="Service", attempt=attempt, account=channel.account, keys=keys, service=service
        )
        if not allowed:
            self._refuse(service if source_arn else "anonymous", attempt, f"the endpoint's policy does not let {source_arn or 'it'} read")
        return allowed

    def _refuse(self, principal: str, attempt: Attempt, reason: str) -> None:
        self._recorder.add(
            Call(
                principal=principal,
                action=attempt.action,
                resource=attempt.resource,
                region=attempt.region,
                verdict=Verdict.DENIED,
                reason=reason,
            )
        )


def _allows(
    policy: str | None,
    *,
    principal: str,
    kind: str,
    attempt: Attempt,
    account: str,
    keys: dict[str, str] | None = None,
    service: str | None = None,
) -> bool:
    evaluator: Any = module("ministack.core.iam_evaluator")
    context = evaluator.EvalContext(
        principal_arn=principal,
        principal_type=kind,
        principal_account=account,
        action=attempt.action,
        resource_arn=attempt.resource,
        region=attempt.region,
        service_context=keys or {},
    )
    try:
        return evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow"
    except UnjudgedError:
        return False


def _scope(channel: OriginChannel) -> None:
    """Evaluation happens in the account of the request; a background thread has none."""
    responses = module("ministack.core.responses")
    responses.set_request_account_id(channel.account)
    responses.set_request_region(channel.region)

"""S3, SNS, CloudWatch alarms and load balancers deliver only what the receiver's policy (and its key's) lets them.

MiniStack checks queues and topics for S3 and SNS, but no key, and functions for nobody; alarms publish past the topic's policy.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from dataclasses import dataclass
from typing import Any

from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_ALARM_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_BAD_GATEWAY = 502, {"content-type": "text/html"}, b"<html><head><title>502 Bad Gateway</title></head></html>"


@dataclass(frozen=True)
class Notifications:
    """The gates before the receivers."""

    service_calls: ServiceCalls

    def install(self) -> None:
        """Take the place of MiniStack's own checks. Once."""
        module("ministack.services.sqs").queue_policy_allows = self._gate("sqs:SendMessage")
        module("ministack.services.sns").topic_policy_allows = self._gate("sns:Publish")
        self._guard_functions()
        self._guard_alarms()
        self._guard_targets()

    def _gate(self, action: str) -> Any:
        def policy_allows(resource: str, service: str, source_arn: str, source_account: str) -> bool:
            region = resource.split(":")[3]
            return self.service_calls.allowed(
                ServiceCall(
                    principal=service, action=action, resource=resource, source_arn=source_arn, account=source_account, region=region
                )
            )

        return policy_allows

    def _guard_functions(self) -> None:
        s3, sns, may_invoke = module("ministack.services.s3"), module("ministack.services.sns"), self._gate("lambda:InvokeFunction")
        from_bucket, from_topic = s3._deliver_event_to_lambda, sns._deliver_to_lambda

        def deliver_event_to_lambda(arn: str, payload: dict[str, Any], region: str) -> None:
            bucket = payload["Records"][0]["s3"]["bucket"]["arn"]
            if may_invoke(arn, "s3.amazonaws.com", bucket, arn.split(":")[4]):
                from_bucket(arn, payload, region)

        def deliver_to_lambda(arn: str, envelope: str, topic: str, *rest: Any) -> None:
            if may_invoke(arn, "sns.amazonaws.com", topic, topic.split(":")[4]):
                from_topic(arn, envelope, topic, *rest)

        s3._deliver_event_to_lambda, sns._deliver_to_lambda = deliver_event_to_lambda, deliver_to_lambda

    def _guard_alarms(self) -> None:
        alarms, may_publish = module("ministack.services.cloudwatch"), self._gate("sns:Publish")
        dispatch = alarms._dispatch_alarm_actions

        def dispatch_alarm_actions(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
            arn = alarm["AlarmArn"]
            field = {"ALARM": _ALARM_ACTIONS[0], "OK": _ALARM_ACTIONS[1], "INSUFFICIENT_DATA": _ALARM_ACTIONS[2]}[new]
            actions: list[str] = alarm.get(field) or []
            topics = [action for action in actions if action.split(":")[2] == "sns"]
            allowed = [topic for topic in topics if may_publish(topic, "cloudwatch.amazonaws.com", arn, arn.split(":")[4])]
            dispatch({**alarm, field: allowed}, old, new, reason)

        alarms._dispatch_alarm_actions = dispatch_alarm_actions

    def _guard_targets(self) -> None:
        balancers, may_invoke = module("ministack.services.alb"), self._gate("lambda:InvokeFunction")
        invoke = balancers._invoke_lambda_target

        async def invoke_lambda_target(function: str, group: str, *rest: Any, **keywords: Any) -> Any:
            if not may_invoke(function, "elasticloadbalancing.amazonaws.com", group, group.split(":")[4]):
                return _BAD_GATEWAY
            return await invoke(function, group, *rest, **keywords)

        balancers._invoke_lambda_target = invoke_lambda_target

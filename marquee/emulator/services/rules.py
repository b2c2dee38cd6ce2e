"""EventBridge delivers only what policies let it, and delivers it as AWS does.

MiniStack hands events to a rule's targets inside itself, whatever the targets' policies and the rule's role say; it drops events for log
groups and for other regions; and a function that fails on an event is neither retried nor is the event kept.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import time
from dataclasses import dataclass, replace
from typing import Any

from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.services.sessions import refusal, session_of
from marquee.emulator.services.wire import Operation
from marquee.emulator.upstream import module

_ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}
"""Service of a rule's target → the action that the target's own policy must allow.

Source: EventBridge User Guide, "Using resource-based policies" and "IAM roles for sending events to targets".
"""


@dataclass(frozen=True)
class Rules:
    """The gate before every target."""

    enforcement: Enforcement
    service_calls: ServiceCalls

    def install(self) -> None:
        """Take the place of MiniStack's own delivery. Once."""
        events = module("ministack.services.eventbridge")
        invoke = events._invoke_target

        def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
            if not self._may_deliver(target, rule):
                return
            if target["Arn"].split(":")[2] == "logs":
                _write_log(target["Arn"], json.dumps((view or events._pattern_event_view(event)).event_with_detail()))
            else:
                invoke(target, event, rule, view)

        events._invoke_target = invoke_target
        events._dispatch_to_lambda = _invoke_function
        _forward_between_regions(events)

    def _may_deliver(self, target: dict[str, Any], rule: dict[str, Any]) -> bool:
        arn: str = target["Arn"]
        service, region, account = arn.split(":")[2], *rule["Arn"].split(":")[3:5]
        principal = f"{rule['Arn'].split(':')[2]}.amazonaws.com"
        action = _ACTIONS.get(service, "")
        call = ServiceCall(principal=principal, action=action, resource=arn, source_arn=rule["Arn"], account=account, region=region)
        gap = _gap(target, service, principal)
        if gap:
            self.service_calls.refuse_unjudged(call, gap)
            return False
        if service == "logs":
            stream = f"{arn.removesuffix(':*')}:log-stream:*"
            actions = ("logs:CreateLogStream", "logs:PutLogEvents")
            return all(self.service_calls.allowed(replace(call, action=name, resource=stream)) for name in actions)
        if service in _ACTIONS:
            return self.service_calls.allowed(call)
        if service == "states":
            operation = Operation(service="stepfunctions", name="StartExecution", parameters={"stateMachineArn": arn})
        elif target.get("RoleArn"):
            operation = Operation(service="events", name="PutEvents", parameters={"Entries": [{"EventBusName": arn}]})
        else:  # a bus of the same region needs no role; another region's does
            return arn.split(":")[3] == region
        key = session_of(target["RoleArn"], rule["Name"])
        return not refusal(self.enforcement, operation, key, region, account)


def _gap(target: dict[str, Any], service: str, principal: str) -> str:
    if principal != "events.amazonaws.com":
        return f"deliveries of {principal} are not judged"
    if service not in {*_ACTIONS, "events", "logs", "states"}:
        return f"events are not delivered to {service}"
    if service == "states" and not target.get("RoleArn"):
        return "a state machine's target has no RoleArn, without which EventBridge cannot start it"
    if service == "logs" and any(target.get(name) for name in ("Input", "InputPath", "InputTransformer")):
        return "a log group's target gets the whole event here, not a transformed one"
    return ""


def _invoke_function(arn: str, payload: str) -> None:
    """Asynchronously, as on AWS: with retries, and the function's dead-letter queue at the end."""
    functions = module("ministack.services.lambda_svc")
    function, config, _ = functions._get_func_record_for_ref(arn)
    if function and config:
        functions.invoke_async_with_retry(functions._execution_record_for_config(function, config), json.loads(payload))


def _forward_between_regions(events: Any) -> None:
    to_bus, scope = events._dispatch_to_event_bus, module("ministack.core.responses")

    def dispatch_to_event_bus(bus: Any, *rest: Any) -> None:
        home = scope.get_region()
        scope.set_request_region(bus.region)
        try:
            to_bus(bus, *rest)
        finally:
            scope.set_request_region(home)

    events._dispatch_to_event_bus = dispatch_to_event_bus


def _write_log(group_arn: str, payload: str) -> None:
    """EventBridge writes into a stream of its own making."""
    logs = module("ministack.services.cloudwatch_logs")
    place = {"logGroupName": group_arn.split(":log-group:")[1].removesuffix(":*"), "logStreamName": time.strftime("%Y/%m/%d")}
    logs._create_log_stream(dict(place))  # an existing stream is refused, and then used
    logs._put_log_events(place | {"logEvents": [{"timestamp": int(time.time() * 1000), "message": payload}]})

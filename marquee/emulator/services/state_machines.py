"""State machines call with their role: MiniStack runs their tasks inside itself, where nobody would check or record them."""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
import re
from collections.abc import Mapping
from typing import Any, cast

from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.sessions import refusal, session_of
from marquee.emulator.services.wire import Operation
from marquee.emulator.upstream import module

_SERVICES = {
    "states": "stepfunctions",
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "mediapackagevod": "mediapackage-vod",
}
"""Names in a task's ARN → botocore's, where they differ."""

_ERROR_PREFIXES = {"mediaconvert": "MediaConvert", "mediapackage-vod": "MediaPackageVod"}
"""botocore's name of a service → what its errors begin with, where that is not the name itself."""

_SIGNED_REGION = re.compile(r"(Credential=[^/]+/\d+/)[^/]+/")

LONGEST_WAIT = 2.0
"""Seconds that a Wait state, or the pause before a retry, takes at most."""

_execution = contextvars.ContextVar[Mapping[str, Any] | None]("execution", default=None)


def install(enforcement: Enforcement) -> None:
    """Check each task against the state machine's role before it runs."""
    states = module("ministack.services.stepfunctions")
    execute_task, invoke, callback = states._execute_task, states._invoke_resource, states._invoke_with_callback

    def checked_task(definition: Any, given: Any, execution: Any, context: Any) -> Any:
        token = _execution.set(execution)
        try:
            return execute_task(definition, given, execution, context)
        finally:
            _execution.reset(token)

    def checked_invoke(resource: str, given: Any) -> Any:
        _require(enforcement, resource, given)
        return invoke(resource, given)

    def checked_callback(resource: str, given: Any, *rest: Any) -> Any:
        _require(enforcement, resource, given)
        return callback(resource, given, *rest)

    _sign_for_this_region()
    _cut_waits_short(states)
    states._execute_task, states._invoke_resource, states._invoke_with_callback = checked_task, checked_invoke, checked_callback


def operation_of(resource: str, given: Any) -> Operation | None:
    """The API call behind a task's `Resource`; None for an activity, which no permission guards.

    Source: Step Functions Developer Guide, "Integrating services".
    """
    parts = resource.removesuffix(".waitForTaskToken").split(":")
    parameters = cast("Mapping[str, Any]", given if isinstance(given, Mapping) else {})
    if parts[2] == "lambda":
        return Operation(service="lambda", name="Invoke", parameters={"FunctionName": resource})
    if "activity" in parts:
        return None
    service, action = (parts[6], parts[7]) if parts[5] == "aws-sdk" else (parts[5], parts[6])
    action = action.partition(".")[0]
    return Operation(service=_SERVICES.get(service, service), name=action[0].upper() + action[1:], parameters=parameters)


def _require(enforcement: Enforcement, resource: str, given: Any) -> None:
    operation = operation_of(resource, given)
    if operation is not None:
        require(enforcement, operation)


def require(enforcement: Enforcement, operation: Operation) -> None:
    """Fail the task that runs unless its machine's role may make the call. Nothing is asked outside of an execution."""
    execution, states = _execution.get(), module("ministack.services.stepfunctions")
    if execution is None:
        return
    machine = states._state_machines[execution["stateMachineArn"]]
    region, account = execution["stateMachineArn"].split(":")[3:5]
    key = session_of(machine["roleArn"], execution["name"])
    problem = refusal(enforcement, operation, key, region, account)
    if problem:
        error = f"{_ERROR_PREFIXES.get(operation.service, operation.service.capitalize())}.AccessDeniedException"
        raise states._ExecutionError(error, f"User: {machine['roleArn']} is {problem}")


def _cut_waits_short(states: Any) -> None:
    """Days in which viewers finish what they watch are nothing to wait for here, nor are the pauses between retries."""
    sleep = states._scaled_sleep

    def scaled_sleep(seconds: float) -> None:
        sleep(min(seconds, LONGEST_WAIT))

    states._scaled_sleep = scaled_sleep


def _sign_for_this_region() -> None:
    """MiniStack signs tasks' S3 calls for its default region, gets a redirect from a bucket elsewhere, and takes that for success."""
    app, scope = module("ministack.app"), module("ministack.core.responses")
    call = app.call_service_handler_sync

    def call_service_handler_sync(handler: Any, method: str, path: str, headers: dict[str, str], *rest: Any) -> Any:
        signed = _SIGNED_REGION.sub(rf"\g<1>{scope.get_region()}/", headers.get("authorization", ""))
        status, answer_headers, body = call(handler, method, path, {**headers, "authorization": signed}, *rest)
        return 400 if 300 <= status < 400 else status, answer_headers, body

    app.call_service_handler_sync = call_service_handler_sync

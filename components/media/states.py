"""The parts that the ingest workflow's states are made of."""

from typing import Any

from components.media.retries import retries

State = dict[str, Any]
"""One state in Amazon States Language, JSONata."""

INVOKE = "arn:aws:states:::lambda:invoke"
CONFLICT = "DynamoDB.ConditionalCheckFailedException"


def invoke(function_arn: str, payload: dict[str, Any], assign: dict[str, Any], *, seconds: int, then: str) -> State:
    """Call a function, and name what it answers."""
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {"FunctionName": function_arn, "Payload": payload},
        "Assign": assign,
        "Output": {},
        "Retry": retries(),
        "TimeoutSeconds": seconds,
        "Next": then,
    }


def write(call: str, arguments: dict[str, Any], *, then: str, conflict: str, assign: dict[str, Any] | None = None) -> State:
    """A conditional write to DynamoDB. A condition that does not hold is no error: the workflow goes on at `conflict`."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::dynamodb:{call}",
        "Arguments": arguments,
        **({"Assign": assign} if assign else {}),
        "Output": {},
        "Retry": retries(),
        "Catch": [{"ErrorEquals": [CONFLICT], "Output": {}, "Next": conflict}],
        "TimeoutSeconds": 30,
        "Next": then,
    }


def put_event(event_bus: str, *, source: str, kind: str, detail: str, then: str) -> State:
    """Send one event; `kind` and `detail` may be JSONata."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Arguments": {"Entries": [{"EventBusName": event_bus, "Source": source, "DetailType": kind, "Detail": detail}]},
        "Output": {},
        "Retry": retries(),
        "TimeoutSeconds": 30,
        "Next": then,
    }


def choice(rules: dict[str, str], *, otherwise: str) -> State:
    """Condition → next state."""
    return {
        "Type": "Choice",
        "Choices": [{"Condition": condition, "Next": state} for condition, state in rules.items()],
        "Default": otherwise,
    }


def fields(*names: str) -> dict[str, str]:
    """`fields("key")` is `{"key": "{% $key %}"}`."""
    return {name: f"{{% ${name} %}}" for name in names}

"""A function's dead-letter queue or topic gets the event itself, with the error in the message's attributes.

MiniStack sends what an on-failure destination would get, an envelope around the event, so that a redrive from the queue would hand the
function something that it has never seen. Source: Lambda Developer Guide, "Adding a dead-letter queue".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import time
import uuid
from typing import Any, cast

from marquee.emulator.upstream import module


def install() -> None:
    """Take the place of MiniStack's sending where the target is the dead-letter one. Once."""
    functions = module("ministack.services.lambda_svc")
    route = functions._route_async_failure

    def route_async_failure(target: str, name: str, event: Any, result: dict[str, Any]) -> None:
        letters: Any = functions._functions[name]["config"].get("DeadLetterConfig")
        if letters and letters.get("TargetArn") == target:
            _send(target, event, result.get("body"))
        else:
            route(target, name, event, result)

    functions._route_async_failure = route_async_failure


def _send(target: str, event: Any, error: Any) -> None:
    message = cast("dict[str, Any]", error).get("errorMessage") if isinstance(error, dict) else error
    texts = {"RequestID": ("String", str(uuid.uuid4())), "ErrorCode": ("Number", "200"), "ErrorMessage": ("String", str(message)[:1024])}
    attributes = {name: {"DataType": kind, "StringValue": text} for name, (kind, text) in texts.items()}
    if ":sns:" in target:
        module("ministack.services.sns").publish_internal(target, json.dumps(event), message_attributes=attributes)
        return
    queues = module("ministack.services.sqs")
    queue = queues._queue_by_arn(target)
    now = time.time()
    letter: dict[str, Any] = {"id": str(uuid.uuid4()), "body": json.dumps(event), "sent_at": now}
    letter |= {"visible_at": now + queues.queue_delay(queue), "message_attributes": attributes}
    queues._ensure_msg_fields(letter)
    queue["messages"].append(letter)

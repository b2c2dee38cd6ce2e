"""EventBridge Scheduler's universal targets: an API call with the schedule's role, and the dead letter if it fails.

MiniStack hands every target to EventBridge, which knows none of these. Other kinds of target stay refused as unjudged.
Source: EventBridge Scheduler User Guide, "Using universal targets" and "Configuring a dead-letter queue".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.upstream import module

_TARGET: Final = re.compile(r"arn:aws:scheduler:::aws-sdk:(\w+):(\w+)")
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EVERY: Final = 1  # second between two looks at what is due; MiniStack's 10 would make a start late by as much


def install() -> None:
    """Take the place of EventBridge's delivery where a schedule's target is an API call. Once, after the rules."""
    events, scheduler = module("ministack.services.eventbridge"), module("ministack.services.scheduler")
    scheduler._SCHEDULE_TICK_INTERVAL = _EVERY
    invoke = events._invoke_target

    def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        match = _TARGET.fullmatch(target["Arn"])
        if match is None:
            invoke(target, event, rule, view)
        else:
            _call(match[1], match[2], target, rule)

    events._invoke_target = invoke_target


def _call(service: str, action: str, target: Mapping[str, Any], schedule: Mapping[str, Any]) -> None:
    """One attempt; AWS repeats it as the retry policy says. Whom the role does not trust cannot even leave a dead letter."""
    arn: str = schedule["Arn"]
    region, account = arn.split(":")[3:5]
    group = f"arn:aws:scheduler:{region}:{account}:schedule-group/{schedule.get('GroupName', 'default')}"
    try:
        session = take_on(target["RoleArn"], service="scheduler.amazonaws.com", source_arn=group, region=region, session=schedule["Name"])
    except (MissingRoleError, UntrustedError):
        return
    request: str = target.get("Input") or "{}"
    exceptions = module("botocore.exceptions")
    try:
        getattr(session.client(service), _WORD.sub("_", action).lower())(**json.loads(request))
    except (exceptions.ClientError, exceptions.BotoCoreError) as error:
        _leave(session, target, arn, request, str(error))


def _leave(session: ServiceSession, target: Mapping[str, Any], schedule: str, request: str, error: str) -> None:
    letters: Mapping[str, str] = target.get("DeadLetterConfig") or {}
    if "Arn" not in letters:
        return
    account, name = letters["Arn"].split(":")[4:6]
    said = {
        "SCHEDULE_ARN": schedule,
        "TARGET_ARN": target["Arn"],
        "ERROR_MESSAGE": error[:1000],
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
    }
    attributes = {key: {"DataType": "String", "StringValue": value} for key, value in said.items()}
    exceptions = module("botocore.exceptions")
    try:
        url = f"{session.client('sqs').meta.endpoint_url}/{account}/{name}"
        session.client("sqs").send_message(QueueUrl=url, MessageBody=request, MessageAttributes=attributes)
    except exceptions.ClientError:
        return  # recorded as a refused call of the role

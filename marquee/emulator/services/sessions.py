"""Calls that an AWS service makes with a role of ours, inside the emulator, where no request arrives that could be judged.

Such a call is put into the form that the service would receive, so that one derivation of action and resource serves requests and
internal calls alike.
"""

import hashlib
from typing import Any

from marquee.emulator.services.enforcement import Attempt, Enforcement
from marquee.emulator.services.rights import rights
from marquee.emulator.services.wire import Operation, serialise
from marquee.emulator.upstream import module


def session_of(role_arn: str, session: str) -> str:
    """The access key of a session of `role_arn`, made the first time. `session` names the execution or rule."""
    digest = hashlib.sha256(f"{role_arn}:{session}".encode()).hexdigest()
    key, account, role = f"ASIA{digest[:16].upper()}", role_arn.split(":")[4], role_arn.rpartition("/")[2]
    record = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session[:64]}",
        "UserId": f"{role}:{session[:64]}",
        "SecretAccessKey": digest,
        "SessionToken": digest,
    }
    module("ministack.services.sts").register_session(key, record)
    return key


def principal_of(access_key: str) -> str:
    """ARN of the session behind an access key; the key itself if it belongs to nobody."""
    session: Any = module("ministack.services.sts")._sessions.get(access_key)  # noqa: SLF001 MiniStack has no public way in
    return session["Arn"] if session else access_key


def attempts(operation: Operation, access_key: str, region: str, account: str) -> list[Attempt]:
    """The IAM actions that `operation` needs, each on its resource. An empty list: none is known."""
    own = rights(operation, region, account)
    if own is not None:
        return [
            Attempt(access_key=access_key, action=name, service=name.partition(":")[0], region=region, resource=resource, context=context)
            for name, resource, context in own
        ]
    derive: Any = module("ministack.core.iam_actions")
    wire = serialise(operation)
    request = (wire.service, wire.method, wire.path, wire.headers, wire.body, wire.query)
    action: str | None = derive.extract_iam_action(*request)
    if action is None:
        return []
    found: list[tuple[str, str]] = [(action, derive.extract_resource_arn(*request, region, account))]
    context: dict[str, Any] = {}
    if wire.service == "dynamodb":
        found = derive.dynamodb_transaction_checks(action, wire.body, region, account) or found
    elif wire.service == "events":
        found = [(action, arn) for arn in derive.eventbridge_resource_arns(wire.body, region, account)] or found
    elif wire.service == "s3":
        found += derive.s3_additional_checks(wire.method, wire.path, wire.headers, wire.body, wire.query)
        context = derive.s3_service_context(action, wire.query, wire.path, wire.headers)
    return [
        Attempt(access_key=access_key, action=name, service=wire.service, region=region, resource=arn, context=context)
        for name, arn in found
    ]


def refusal(enforcement: Enforcement, operation: Operation, access_key: str, region: str, account: str) -> str:
    """Why the session may not make the call, in IAM's words; empty if it may. Every action is recorded."""
    needed = attempts(operation, access_key, region, account)
    if not needed:
        return enforcement.refuse_unjudged(access_key, region, f"no IAM action is known for {operation.service}:{operation.name}")
    for attempt in needed:
        answer = enforcement.judge(attempt)
        if answer is not None:
            reason = getattr(answer, "reason", "") or getattr(answer, "message", "")
            return f"not authorized to perform: {attempt.action} on resource: {attempt.resource} ({reason})"
    return ""

"""Events of a versioned bucket name the version: without it, a consumer of the event reads whatever the key holds by then.

Source: S3 User Guide, "EventBridge event message structure", `version-id`.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
import json
from typing import Any

from marquee.emulator.upstream import module

_version = contextvars.ContextVar[str]("version", default="")


def install() -> None:
    """Add the version that MiniStack knows but leaves out. Once."""
    s3, events = module("ministack.services.s3"), module("ministack.services.eventbridge")
    fire, dispatch = s3._fire_s3_event, events._dispatch_event

    def fire_s3_event(*arguments: Any, **keywords: Any) -> None:
        _version.set(keywords.get("version_id") or "")
        fire(*arguments, **keywords)

    def dispatch_event(event: dict[str, Any], view: Any = None) -> None:
        if event.get("Source") == "aws.s3" and _version.get():
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = _version.get()
            event["Detail"] = json.dumps(detail)
        dispatch(event, view)

    s3._fire_s3_event, events._dispatch_event = fire_s3_event, dispatch_event

"""State machines' `aws-sdk` tasks for services of our own, which MiniStack does not know."""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from marquee.emulator.services.own import ApiCall, ApiError, OwnServices
from marquee.emulator.upstream import module

_ERRORS = {"medialive": "MediaLive", "mediapackagev2": "MediaPackageV2", "mediapackagevod": "MediaPackageVod"}
"""Service → what its errors begin with. Source: Step Functions Developer Guide, "Supported AWS SDK integrations"."""
_SIGNED = {"mediapackagevod": "mediapackage-vod"}
"""Names in a task's ARN → signing names, where they differ."""


def install(own: OwnServices, services: Iterable[str]) -> None:
    """Add the tasks of `services`. The role is judged before, as for every task."""
    states, scope = module("ministack.services.stepfunctions"), module("ministack.core.responses")

    def run(resource: str, given: Mapping[str, Any]) -> Any:
        service, action = resource.split(":")[6:8]
        name = action[0].upper() + action[1:]
        call = ApiCall(operation=name, parameters=dict(given), account=scope.get_account_id(), region=scope.get_region())
        try:
            return _plain(own.call(_SIGNED.get(service, service), call))
        except ApiError as error:
            raise states._ExecutionError(f"{_ERRORS.get(service, service)}.{error.code}", str(error)) from error

    for service in services:
        states._SERVICE_DISPATCH[f"arn:aws:states:::aws-sdk:{service}:"] = run


def _plain(answer: Any) -> Any:
    """As a task's output has it: JSON, with times as text."""
    return json.loads(json.dumps(answer, default=_text))


def _text(value: object) -> str:
    return cast("datetime", value).isoformat().replace("+00:00", "Z")

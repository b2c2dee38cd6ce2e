"""State machines' optimised MediaConvert task: `createJob` as a request, and `createJob.sync`, which waits for the job's end.

Source: Step Functions Developer Guide, "Create an AWS Elemental MediaConvert job with Step Functions"; its IAM policies.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
from collections.abc import Mapping
from typing import Any, Final

from marquee.emulator.service_model import check
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.mediaconvert import MediaConvert, described
from marquee.emulator.services.own import ApiCall, ApiError
from marquee.emulator.services.state_machines import require
from marquee.emulator.services.wire import Operation
from marquee.emulator.upstream import module

_TASK: Final = "arn:aws:states:::mediaconvert:createJob"
_MANAGED: Final = {"ManagedByService": "AWSStepFunctions"}  # the tag that Step Functions adds, which needs a permission of its own


def install(enforcement: Enforcement, service: MediaConvert) -> None:
    """Add the task to those that MiniStack knows. Once."""
    states, scope = module("ministack.services.stepfunctions"), module("ministack.core.responses")

    def create_job(resource: str, given: Mapping[str, Any]) -> dict[str, Any]:
        tags: Mapping[str, str] = given.get("Tags") or {}
        parameters: dict[str, Any] = {**given, "Tags": {**tags, **_MANAGED}}
        tagged = f"arn:aws:mediaconvert:{scope.get_region()}:{scope.get_account_id()}:jobs/*"
        require(enforcement, Operation(service="mediaconvert", name="TagResource", parameters={"Arn": tagged}))
        problems = check("mediaconvert", "CreateJobRequest", parameters)
        if problems:
            raise states._ExecutionError("MediaConvert.BadRequestException", "; ".join(map(str, problems[:5])))
        call = ApiCall(operation="CreateJob", parameters=parameters, account=scope.get_account_id(), region=scope.get_region())
        try:
            job = service.submit(call)
        except ApiError as error:
            raise states._ExecutionError(f"MediaConvert.{error.code}", str(error)) from error
        if resource.endswith(".sync"):
            job.ended.wait()
            require(enforcement, Operation(service="mediaconvert", name="GetJob", parameters={"Id": job.id}))
        shown = json.loads(json.dumps(described(job), default=lambda moment: int(moment.timestamp() * 1000)))
        if job.status in {"ERROR", "CANCELED"}:
            raise states._ExecutionError("States.TaskFailed", json.dumps({"Job": shown}))
        return {"Job": shown}

    states._SERVICE_DISPATCH[_TASK] = create_job

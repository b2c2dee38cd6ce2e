"""State machines' optimised Batch task: `submitJob` as a request, and `submitJob.sync`, which waits for the job's end.

Parameters and results are in PascalCase there, whatever the API says. Source: Step Functions Developer Guide, "Run AWS Batch workloads with
Step Functions".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from marquee.emulator.service_model import Shape, check, service_model
from marquee.emulator.services.batch import Batch
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.own import ApiCall, ApiError
from marquee.emulator.services.state_machines import require
from marquee.emulator.services.wire import Operation
from marquee.emulator.upstream import module

_TASK: Final = "arn:aws:states:::batch:submitJob"


def install(enforcement: Enforcement, service: Batch) -> None:
    """Add the task to those that MiniStack knows. Once."""
    states, scope = module("ministack.services.stepfunctions"), module("ministack.core.responses")
    shape = service_model("batch").operation_model("SubmitJob")

    def submit_job(resource: str, given: Mapping[str, Any]) -> dict[str, Any]:
        parameters = _inward(shape.input_shape, given)
        problems = check("batch", "SubmitJobRequest", parameters)
        if problems:
            raise states._ExecutionError("States.Runtime", "; ".join(map(str, problems[:5])))
        call = ApiCall(operation="SubmitJob", parameters=parameters, account=scope.get_account_id(), region=scope.get_region())
        try:
            job = service.submit(call)
        except ApiError as error:
            raise states._ExecutionError("Batch.ClientException", str(error)) from error
        if not resource.endswith(".sync"):
            return {"JobArn": job.arn, "JobId": job.id, "JobName": job.name}
        job.ended.wait()
        require(enforcement, Operation(service="batch", name="DescribeJobs", parameters={"jobs": [job.id]}))
        detail = service_model("batch").operation_model("DescribeJobs").output_shape.members["jobs"].member
        shown = _outward(detail, job.shown())
        if job.status == "FAILED":
            raise states._ExecutionError("States.TaskFailed", json.dumps(shown))
        return shown

    states._SERVICE_DISPATCH[_TASK] = submit_job


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _inward(shape: Shape, value: Any) -> Any:
    """What does not fit is left as it is, for the service model to refuse."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        names = {_pascal(member): member for member in shape.members}
        given = cast("Mapping[str, Any]", value)
        return {names.get(name, name): _inward(shape.members[names[name]], item) if name in names else item for name, item in given.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_inward(shape.member, item) for item in cast("list[Any]", value)]
    return value


def _outward(shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        given = {name: item for name, item in cast("Mapping[str, Any]", value).items() if item is not None}
        return {_pascal(name): _outward(shape.members[name], item) for name, item in given.items() if name in shape.members}
    if shape.type_name == "list":
        return [_outward(shape.member, item) for item in cast("list[Any]", value)]
    return value

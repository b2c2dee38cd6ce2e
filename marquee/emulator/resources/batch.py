"""AWS Batch: where jobs run, and what they run."""

import json
from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.fit import fit, pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:batch/computeEnvironment:ComputeEnvironment")
def compute_environment(aws: Aws, given: Inputs) -> Made:
    """A compute environment; its id is its name."""
    name = aws.physical(given)
    given.get("updatePolicy")  # says what an update does
    aws.call("batch", "create_compute_environment", given, rename={"name": "computeEnvironmentName"}, computeEnvironmentName=name)
    return name, compute_environment_state(aws, name)


@reads("aws:batch/computeEnvironment:ComputeEnvironment")
def compute_environment_state(aws: Aws, id: str) -> Outputs:
    """A compute environment as Batch describes it."""
    found = aws.client("batch").describe_compute_environments(computeEnvironments=[id])["computeEnvironments"][0]
    named = {"arn": "computeEnvironmentArn", "name": "computeEnvironmentName"}
    return pick(found, "ecsClusterArn", "serviceRole", "state", "status", "statusReason", "type", **named)


@creates("aws:batch/jobQueue:JobQueue")
def job_queue(aws: Aws, given: Inputs) -> Made:
    """A job queue; its id is its ARN."""
    name = aws.physical(given)
    rename = {"computeEnvironmentOrders": "computeEnvironmentOrder"}
    made = aws.call("batch", "create_job_queue", given, rename=rename, jobQueueName=name, state=given.get("state", "ENABLED"))
    return made["jobQueueArn"], {"arn": made["jobQueueArn"], "name": name}


@creates("aws:batch/jobDefinition:JobDefinition")
def job_definition(aws: Aws, given: Inputs) -> Made:
    """The first revision of a job definition; its id is its ARN. The container is JSON text, and the rules of a retry have a plural."""
    name = aws.physical(given)
    shape = aws.client("batch").meta.service_model.operation_model("RegisterJobDefinition").input_shape
    container: Any = json.loads(given["containerProperties"])
    fixed: dict[str, Any] = {"containerProperties": fit(shape.members["containerProperties"], container, "containerProperties")}
    if retry := given.section("retryStrategy"):
        rules = {"evaluateOnExit": retry["evaluateOnExits"]} if "evaluateOnExits" in retry else {}
        fixed["retryStrategy"] = fit(shape.members["retryStrategy"], {"attempts": retry.get("attempts", 1), **rules}, "retryStrategy")
    given.get("deregisterOnNewRevision")  # says what an update does to the revision before
    made = aws.call("batch", "register_job_definition", given, jobDefinitionName=name, **fixed)
    arn = made["jobDefinitionArn"]
    return arn, {"arn": arn, "arnPrefix": arn.rpartition(":")[0], "name": name, "revision": made["revision"]}

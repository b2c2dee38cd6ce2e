"""What flow tests of AWS Batch put together: an environment, a queue, and a definition with its two roles."""

from typing import Any

from tests.flows.world import World, allow, wait_for

LOGS = "encode"
RETRY = {
    "attempts": 3,
    "evaluateOnExit": [{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}],
}


def prepare(aws: World, *statements: dict[str, Any], trusted: str = "ecs-tasks", worker: str = "worker", **definition: Any) -> None:
    """Queue `jobs` and definition `work`, whose job role may do what `statements` say."""
    batch = aws("batch")
    resources = {
        "type": "SPOT",
        "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED",
        "instanceTypes": ["c7i"],
        "instanceRole": aws.arn("iam", "instance-profile/instances"),
        "maxvCpus": 16,
        "subnets": ["subnet-1"],
        "securityGroupIds": ["sg-1"],
    }
    batch.create_compute_environment(computeEnvironmentName="here", type="MANAGED", computeResources=resources)
    batch.create_job_queue(jobQueueName="jobs", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "here"}])
    aws("logs").create_log_group(logGroupName=LOGS)
    writes = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [aws.arn("logs", f"log-group:{LOGS}{end}") for end in ("", ":*")])
    container = {
        "image": "repository/encode:1",
        "command": ["python", "-m", "platform"],
        "jobRoleArn": aws.role(worker, trusted, *statements),
        "executionRoleArn": aws.role("agent", "ecs-tasks", writes),
        "resourceRequirements": [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "2048"}],
        "mountPoints": [{"containerPath": "/scratch", "sourceVolume": "scratch"}],
        "environment": [{"name": "TMPDIR", "value": "/scratch"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": LOGS, "awslogs-stream-prefix": "encode"}},
    }
    given = {"retryStrategy": RETRY, "propagateTags": True, "tags": {"Owner": "team"}, **definition}
    batch.register_job_definition(jobDefinitionName="work", type="container", containerProperties=container, **given)


def submit(aws: World, *command: str, **given: Any) -> str:
    """The id of a new job that runs `python -m …`."""
    overrides = {"command": ["python", "-m", *command]} if command else {}
    return aws("batch").submit_job(jobName="job", jobQueue="jobs", jobDefinition="work", containerOverrides=overrides, **given)["jobId"]


def job(aws: World, job_id: str) -> dict[str, Any]:
    return aws("batch").describe_jobs(jobs=[job_id])["jobs"][0]


def ended(aws: World, job_id: str, seconds: float = 30.0) -> dict[str, Any]:
    return wait_for(lambda: ((found := job(aws, job_id))["status"] in {"SUCCEEDED", "FAILED"} and found) or {}, seconds)


def running(aws: World, job_id: str) -> None:
    wait_for(lambda: job(aws, job_id)["status"] == "RUNNING")

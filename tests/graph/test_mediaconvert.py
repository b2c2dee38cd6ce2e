"""MediaConvert as the encoder: what a stack has of it, and what its jobs and its workflow may do."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, platform

TYPES = {
    "marquee:media:MediaConvertEncoder": 1,
    "aws:mediaconvert/queue:Queue": 1,
    "marquee:identity:Role": 1,
    "aws:iam/role:Role": 1,
    "aws:iam/rolePolicy:RolePolicy": 2,
    "marquee:media:JobEvents": 1,
    "aws:cloudwatch/logGroup:LogGroup": 1,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
    "aws:cloudwatch/eventRule:EventRule": 1,
    "aws:cloudwatch/eventTarget:EventTarget": 1,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 1,
}


def encoder(graph: Graph, region: str = "eu-west-1") -> list[Resource]:
    """The component and all below it; their names begin with its own."""
    return [resource for resource in graph if resource.name.startswith(f"media-{region}-encoder")]


def one(graph: Graph, token: str) -> Resource:
    (found,) = [resource for resource in encoder(graph) if resource.type == token]
    return found


def statements(resources: list[Resource]) -> list[dict[str, Any]]:
    policies = [resource for resource in resources if resource.type == "aws:iam/rolePolicy:RolePolicy"]
    return [statement for policy in policies for statement in json.loads(policy.inputs["policy"])["Statement"]]


def test_a_region_has_exactly_these(stack: str, preview: Graph) -> None:
    for region in platform(stack)["regions"]:
        assert Counter(resource.type for resource in encoder(preview, region["name"])) == TYPES


def test_the_queue_is_paid_by_the_minute(deployed: Graph) -> None:
    queue = one(deployed, "aws:mediaconvert/queue:Queue").inputs
    assert queue["pricingPlan"] == "ON_DEMAND"
    assert "reservationPlanSettings" not in queue


@pytest.mark.slow
def test_slots_are_reserved_only_in_so_many_words(run_platform: Callable[[Raw], Graph]) -> None:
    raw = platform("dev")
    raw["media"] = {"mediaconvert": {"reserved": {"slots": 3, "commitment": "one_year"}, "concurrent_jobs": 6}}
    queue = one(run_platform(raw), "aws:mediaconvert/queue:Queue").inputs
    assert (queue["pricingPlan"], queue["concurrentJobs"]) == ("RESERVED", 6)
    assert queue["reservationPlanSettings"] == {"commitment": "ONE_YEAR", "renewalType": "EXPIRE", "reservedSlots": 3}


def test_jobs_read_masters_write_renditions_ask_for_keys_and_nothing_more(stack: str, deployed: Graph) -> None:
    prefix, account = f"marquee-{stack}", platform(stack)["accounts"]["workload"]
    found = {action: statement["Resource"] for statement in statements(encoder(deployed)) for action in statement["Action"]}
    assert set(found) == {
        "s3:GetObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey",
        "execute-api:Invoke",
    }  # fmt: skip
    assert found["s3:GetObject"] == [f"arn:aws:s3:::{prefix}-masters-{account}-euw1/*"]
    assert found["s3:PutObject"] == [f"arn:aws:s3:::{prefix}-renditions-{account}-euw1/titles/*"]
    [key_provider] = found["execute-api:Invoke"]
    assert key_provider.endswith("/keys/POST/speke/v2.0/copyProtection"), "one method of one API"


def test_only_mediaconvert_may_take_the_role_on_and_only_for_its_queue(stack: str, deployed: Graph) -> None:
    account = platform(stack)["accounts"]["workload"]
    [statement] = json.loads(one(deployed, "aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "mediaconvert.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:mediaconvert:eu-west-1:{account}:queues/marquee-{stack}-encode"},
    }


def test_the_workflow_may_run_such_jobs_and_no_others(stack: str, deployed: Graph) -> None:
    account = platform(stack)["accounts"]["workload"]
    here = f"eu-west-1:{account}"
    mine = [resource for resource in deployed if resource.name.startswith("media-eu-west-1-ingest")]
    found = {action: statement for statement in statements(mine) for action in statement["Action"]}
    wanted = {
        "mediaconvert:CreateJob": f"arn:aws:mediaconvert:{here}:queues/marquee-{stack}-encode",
        "mediaconvert:GetJob": f"arn:aws:mediaconvert:{here}:jobs/*",
        "mediaconvert:TagResource": f"arn:aws:mediaconvert:{here}:jobs/*",
        "iam:PassRole": f"arn:aws:iam::{account}:role/marquee-{stack}-mediaconvert-euw1",
        "events:PutRule": f"arn:aws:events:{here}:rule/StepFunctionsGetEventsForMediaConvertJobRule",
    }
    assert {action: found[action]["Resource"] for action in wanted} == {action: [arn] for action, arn in wanted.items()}
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}


def test_every_job_is_tagged_by_title_and_cost_and_repeats_find_it(stack: str, deployed: Graph) -> None:
    (machine,) = [each for each in deployed if each.type == "aws:sfn/stateMachine:StateMachine" and each.name == "media-eu-west-1-ingest"]
    states = json.loads(machine.inputs["definition"])["States"]
    for name in ("Encode", "EncodeAgain"):
        arguments = states[name]["Arguments"]
        assert arguments["BillingTagsSource"] == "JOB"
        assert arguments["Tags"].items() >= {"Stack": stack, "CostCentre": "cc-1234", "Title": "{% $titleId %}"}.items()
        assert arguments["ClientRequestToken"].startswith("{% $titleVersion & ")
        assert states[name]["Next"] == "Verify"
        assert all(each["JitterStrategy"] == "FULL" for each in states[name]["Retry"] if each["MaxAttempts"])
    assert states["Encode"]["Arguments"]["ClientRequestToken"] != states["EncodeAgain"]["Arguments"]["ClientRequestToken"]
    assert "Catch" not in states["EncodeAgain"], "only a failed task can be redriven"


def test_ends_of_jobs_are_logged_and_failures_told(deployed: Graph) -> None:
    pattern = json.loads(one(deployed, "aws:cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    assert pattern["detail"]["status"] == ["COMPLETE", "ERROR", "CANCELED"]
    assert pattern["detail"]["queue"] == [one(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm").inputs["dimensions"]["Queue"]]
    [statement] = json.loads(one(deployed, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy").inputs["policyDocument"])["Statement"]
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(
        f":rule/{one(deployed, 'aws:cloudwatch/eventRule:EventRule').inputs['name']}"
    )
    assert one(deployed, "aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] >= 1

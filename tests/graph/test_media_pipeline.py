"""The exact resources of a region's media pipeline, and what its workflow can and cannot do. The flow itself runs in tests/flows."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonata
import pytest

from components.media.ingest import IngestTargets, definition
from marquee.domain import titles
from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, of_stack, platform

REGION = "eu-west-1"
TYPES = {
    "marquee:media:MediaPipeline": 1,
    # the incoming bucket
    "marquee:storage:EncryptedBucket": 1,
    "aws:s3/bucket:Bucket": 1,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
    "aws:s3/bucketVersioning:BucketVersioning": 1,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
    "aws:s3/bucketPolicy:BucketPolicy": 1,
    "aws:s3/bucketNotification:BucketNotification": 1,
    # the bus of domain events
    "aws:cloudwatch/eventBus:EventBus": 1,
    "aws:cloudwatch/eventArchive:EventArchive": 1,
    # probe, quarantine, and the workflow over them
    "marquee:compute:LambdaFunction": 2,
    "aws:lambda/function:Function": 2,
    "marquee:media:IngestWorkflow": 1,
    "aws:sfn/stateMachine:StateMachine": 1,
    "aws:cloudwatch/logGroup:LogGroup": 3,
    # what starts it, and what happens when it fails
    "marquee:media:UploadTrigger": 1,
    "marquee:media:IngestFailures": 1,
    "aws:cloudwatch/eventRule:EventRule": 2,
    "aws:cloudwatch/eventTarget:EventTarget": 2,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 1,
    # roles of the two functions, the workflow and the rule; the rule's has no statement on a key
    "marquee:identity:Role": 4,
    "aws:iam/role:Role": 4,
    "aws:iam/rolePolicy:RolePolicy": 7,
}


def pipeline(graph: Graph, region: str = REGION) -> list[Resource]:
    return [resource for resource in graph if graph.top(resource).name == f"media-{region}"]


def one(graph: Graph, token: str, name: str = "") -> Resource:
    (found,) = [resource for resource in pipeline(graph) if resource.type == token and resource.name.endswith(name)]
    return found


def statements(graph: Graph, role: str) -> list[dict[str, Any]]:
    """Statements of all inline policies of the role with that logical name."""
    policies = [resource for resource in pipeline(graph) if resource.type == "aws:iam/rolePolicy:RolePolicy"]
    mine = [policy for policy in policies if policy.name in {f"media-{REGION}-{role}-access", f"media-{REGION}-{role}-keys"}]
    assert mine
    return [statement for policy in mine for statement in json.loads(policy.inputs["policy"])["Statement"]]


def actions(graph: Graph, role: str, prefix: str = "") -> set[str]:
    return {action for statement in statements(graph, role) for action in statement["Action"] if action.startswith(prefix)}


def machine(graph: Graph) -> dict[str, Any]:
    return json.loads(one(graph, "aws:sfn/stateMachine:StateMachine").inputs["definition"])


def tasks(graph: Graph) -> dict[str, dict[str, Any]]:
    return {name: state for name, state in machine(graph)["States"].items() if state["Type"] == "Task"}


def test_a_region_has_exactly_these(stack: str, preview: Graph) -> None:
    for region in (region["name"] for region in platform(stack)["regions"]):
        assert Counter(resource.type for resource in pipeline(preview, region)) == TYPES


def test_masters_arrive_encrypted_versioned_and_announced(deployed: Graph) -> None:
    bucket = one(deployed, "aws:s3/bucket:Bucket").inputs["bucket"]
    assert bucket.endswith("-euw1")
    assert "-incoming-" in bucket
    assert one(deployed, "aws:s3/bucketNotification:BucketNotification").inputs["eventbridge"] is True
    assert one(deployed, "aws:s3/bucketVersioning:BucketVersioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = one(deployed, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs["rules"]
    media_key = next(resource for resource in deployed if resource.name == f"global-keys-media-{REGION}" and "Alias" not in resource.type)
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": media_key.outputs["arn"]}


def test_only_masters_of_this_bucket_start_the_workflow(preview: Graph) -> None:
    pattern = json.loads(one(preview, "aws:cloudwatch/eventRule:EventRule", "-trigger").inputs["eventPattern"])
    assert pattern == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [one(preview, "aws:s3/bucket:Bucket").inputs["bucket"]]},
            "object": {"key": [{"prefix": "masters/"}]},
        },
    }


def test_what_quarantine_writes_starts_nothing() -> None:
    moved = titles.quarantine_key("masters/film/a.mp4", "v")
    assert not moved.startswith(titles.MASTERS)
    assert not titles.reason_key("masters/film/a.mp4", "v").startswith(titles.MASTERS)


def test_an_event_that_cannot_be_delivered_is_kept(deployed: Graph) -> None:
    queue = next(resource for resource in deployed.of_type("aws:sqs/queue:Queue") if f"plane-{REGION}" in resource.name)
    target = one(deployed, "aws:cloudwatch/eventTarget:EventTarget", "-trigger").inputs
    expected = f"arn:aws:sqs:{REGION}:{_account(deployed)}:{queue.inputs['name']}"
    assert target["deadLetterConfig"] == {"arn": expected}
    assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 86400, "maximumRetryAttempts": 185}
    assert one(deployed, "aws:cloudwatch/eventTarget:EventTarget", "-failures").inputs["arn"] == expected
    policy = next(resource for resource in deployed.of_type("aws:sqs/queuePolicy:QueuePolicy") if f"plane-{REGION}" in resource.name)
    for rule in ("-trigger", "-failures"):
        name = one(deployed, "aws:cloudwatch/eventRule:EventRule", rule).inputs["name"]
        assert f":rule/{name}" in policy.inputs["policy"]


def test_a_failed_execution_raises_the_alarm(deployed: Graph) -> None:
    alarm = one(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    name = one(deployed, "aws:sfn/stateMachine:StateMachine").inputs["name"]
    arn = f"arn:aws:states:{REGION}:{_account(deployed)}:stateMachine:{name}"
    assert (alarm["namespace"], alarm["metricName"], alarm["dimensions"]) == ("AWS/States", "ExecutionsFailed", {"StateMachineArn": arn})
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 0)
    assert len(alarm["alarmActions"]) == 1
    pattern = json.loads(one(deployed, "aws:cloudwatch/eventRule:EventRule", "-failures").inputs["eventPattern"])
    assert pattern["detail"]["stateMachineArn"] == [arn]


def test_the_workflow_is_logged_and_traced_without_its_data(preview: Graph) -> None:
    inputs = one(preview, "aws:sfn/stateMachine:StateMachine").inputs
    assert inputs["type"] == "STANDARD"
    assert inputs["tracingConfiguration"] == {"enabled": True}
    assert (inputs["loggingConfiguration"]["level"], inputs["loggingConfiguration"]["includeExecutionData"]) == ("ALL", True)


def test_a_preview_knows_the_whole_definition(preview: Graph) -> None:
    assert machine(preview)["QueryLanguage"] == "JSONata"


def test_roles_may_do_what_their_work_needs_and_no_more(deployed: Graph) -> None:
    assert actions(deployed, "probe", "s3:") == {"s3:GetObject", "s3:GetObjectVersion"}
    assert actions(deployed, "quarantine", "s3:") == {
        "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket",
        "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject",
    }  # fmt: skip
    assert actions(deployed, "trigger") == {"states:StartExecution"}
    for role in ("probe", "quarantine"):
        assert not actions(deployed, role, "dynamodb:") | actions(deployed, role, "events:")


def test_the_quarantine_writes_nowhere_else_and_deletes_no_version(deployed: Graph) -> None:
    resources = {action: statement["Resource"] for statement in statements(deployed, "quarantine") for action in statement["Action"]}
    assert [each.partition("/")[2] for each in resources["s3:PutObject"]] == ["quarantine/*"]
    assert [each.partition("/")[2] for each in resources["s3:DeleteObject"]] == ["masters/*"]
    assert "s3:DeleteObjectVersion" not in resources
    (listing,) = [statement for statement in statements(deployed, "quarantine") if "s3:ListBucket" in statement["Action"]]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "quarantine/*"}}


def test_the_workflows_role_covers_exactly_its_tasks(deployed: Graph) -> None:
    needed = {action for state in tasks(deployed).values() for action in [_action(state["Resource"])]}
    served = {"lambda:", "dynamodb:", "events:"}
    granted = {action for prefix in served for action in actions(deployed, "ingest", prefix)}
    assert granted == needed
    functions = {resource.inputs["name"] for resource in pipeline(deployed) if resource.type == "aws:lambda/function:Function"}
    invoked = {
        state["Arguments"]["FunctionName"].rpartition(":")[2] for state in tasks(deployed).values() if "FunctionName" in state["Arguments"]
    }
    assert invoked == functions


def _action(resource: str) -> str:
    service, call = resource.removeprefix("arn:aws:states:::").split(":")
    return "lambda:InvokeFunction" if service == "lambda" else f"{service}:{call[0].upper()}{call[1:]}"


def test_settings_reach_what_they_are_for(run_platform: Callable[[Raw], Graph]) -> None:
    changed = copy.deepcopy(platform("dev"))
    changed["media"] = {"segment_seconds": 4, "gop_seconds": 1, "max_master_gib": 7, "quarantine_days": 3}
    before, after = of_stack("dev", True), run_platform(changed)
    environment = one(after, "aws:lambda/function:Function", "-probe").inputs["environment"]["variables"]
    assert (float(environment["SEGMENT_SECONDS"]), float(environment["GOP_SECONDS"])) == (4, 1)
    assert environment["MAX_MASTER_BYTES"] == str(7 * 1024**3)
    rules = one(after, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    assert {rule["filter"]["prefix"]: rule["expiration"]["days"] for rule in rules if "expiration" in rule} == {"quarantine/": 3}
    assert set(_changes(before, after)) == {
        ("aws:lambda/function:Function", "environment"),
        ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules"),
    }


def test_a_replaced_master_outlives_the_quarantine(preview: Graph) -> None:
    """A refused upload hides the accepted one below it, and the title still plays from that."""
    rules = one(preview, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]
    (kept,) = [rule["noncurrentVersionExpiration"]["noncurrentDays"] for rule in rules if "noncurrentVersionExpiration" in rule]
    assert kept == 365


class TestDefinition:
    """The workflow as a graph of states."""

    @pytest.fixture
    def states(self) -> dict[str, Any]:
        targets = IngestTargets(probe_arn="arn:probe", quarantine_arn="arn:quarantine", catalogue="table", event_bus="bus")
        return json.loads(definition(targets))["States"]

    def test_every_state_is_reached_and_every_name_exists(self, states: dict[str, Any]) -> None:
        reached, open_ends = set[str](), {"Receive"}
        while open_ends:
            state = open_ends.pop()
            reached.add(state)
            open_ends |= set(_next(states[state])) - reached
        assert reached == set(states)

    def test_every_task_has_a_time_limit_and_retries_with_jitter(self, states: dict[str, Any]) -> None:
        for name, state in states.items():
            if state["Type"] != "Task":
                continue
            assert state["TimeoutSeconds"] <= 900, name
            last = state["Retry"][-1]
            assert (last["ErrorEquals"], last["JitterStrategy"]) == (["States.ALL"], "FULL"), name
            assert all(retry.get("MaxDelaySeconds", 60) <= 60 for retry in state["Retry"])

    def test_no_fault_of_aws_moves_a_file(self, states: dict[str, Any]) -> None:
        """Only a verdict leads to quarantine; a caught error would also end redriving."""
        catches = [catch for state in states.values() for catch in state.get("Catch", [])]
        assert {error for catch in catches for error in catch["ErrorEquals"]} == {"DynamoDB.ConditionalCheckFailedException"}
        assert "Quarantine" not in {catch["Next"] for catch in catches}
        assert not [state for state in states.values() if state["Type"] == "Fail"]

    def test_every_write_has_a_condition(self, states: dict[str, Any]) -> None:
        writes = [state for state in states.values() if state.get("Resource", "").endswith((":putItem", ":updateItem"))]
        assert len(writes) == 3
        assert all(state["Arguments"]["ConditionExpression"] for state in writes)

    @pytest.mark.parametrize(
        "key",
        [
            "masters/film/a.mp4", "masters/f/ü (1).mov", "masters/film/", "masters/film", "masters//a", "masters/Film/a", "masters/-a/b",
            "masters/a-/b", "masters/a/b/c", f"masters/{'x' * 64}/a", f"masters/{'x' * 65}/a", "masters/", "other/film/a", "masters/a.b/c",
        ],
    )  # fmt: skip
    def test_it_reads_keys_as_the_domain_does(self, key: str, states: dict[str, Any]) -> None:
        assign = states["Receive"]["Assign"]
        detail = {
            "bucket": {"name": "b"},
            "object": {"key": key, "version-id": "v1", "size": 5_000_000_000_000, "etag": "e", "sequencer": "0A"},
        }
        values = {name: _evaluate(value, {"detail": detail, "time": "2026-01-01T00:00:00Z"}) for name, value in assign.items()}
        assert values["titleId"] == titles.title_of(key)
        assert values["uploadId"] == titles.upload_id(titles.title_of(key), "v1")
        assert values["master"]["size"] == {"N": "5000000000000"}
        assert (values["key"], values["version"], values["at"]) == (key, "v1", "2026-01-01T00:00:00Z")


def _next(state: Mapping[str, Any]) -> Iterator[str]:
    yield from (choice["Next"] for choice in state.get("Choices", []))
    yield from (catch["Next"] for catch in state.get("Catch", []))
    yield from (state[name] for name in ("Next", "Default") if name in state)


def _evaluate(value: Any, given: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _evaluate(item, given) for name, item in value.items()}
    expression = value.removeprefix("{%").removesuffix("%}").strip()
    return jsonata.Jsonata.jsonata(expression).evaluate(None, {"states": {"input": given}})


def _account(graph: Graph) -> str:
    (account,) = {account for provider in graph.of_type("pulumi:providers:aws") for account in provider.inputs["allowedAccountIds"]}
    return account


def _changes(before: Graph, after: Graph) -> Iterator[tuple[str, str]]:
    for urn, resource in before.resources.items():
        other = after.resources[urn]
        yield from (
            (resource.type, name) for name in {*resource.inputs, *other.inputs} if resource.inputs.get(name) != other.inputs.get(name)
        )

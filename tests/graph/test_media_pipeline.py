"""The exact resources of a region's media pipeline, and what its workflow can and cannot do. The flow itself runs in tests/flows."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonata
import pytest

from components.media.encoder import EncodeStep
from components.media.ingest import IngestFunctions, IngestTargets, definition
from marquee.domain import titles
from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, of_stack, platform

REGION = "eu-west-1"
TYPES = {
    "marquee:media:MediaPipeline": 1,
    # incoming, masters, renditions, work: tests/graph/test_media_storage.py
    "marquee:media:MediaStores": 1,
    "marquee:storage:EncryptedBucket": 4,
    "aws:s3/bucket:Bucket": 4,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 4,
    "aws:s3/bucketVersioning:BucketVersioning": 4,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 4,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 4,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 4,
    "aws:s3/bucketPolicy:BucketPolicy": 4,
    "aws:s3/bucketNotification:BucketNotification": 1,
    # the bus of domain events, and who hears of them
    "aws:cloudwatch/eventBus:EventBus": 1,
    "aws:cloudwatch/eventArchive:EventArchive": 1,
    "marquee:media:TitleNews": 1,
    "aws:sns/topic:Topic": 1,
    "aws:sns/topicPolicy:TopicPolicy": 1,
    # probe, keep, quarantine, plan, verify, retire, takedown, and the workflow over the first six
    "marquee:media:MediaFunctions": 1,
    "marquee:compute:LambdaFunction": 7,
    "aws:lambda/function:Function": 7,
    "marquee:media:IngestWorkflow": 1,
    "aws:sfn/stateMachine:StateMachine": 1,
    # the encoder: its queue, its jobs' events
    "marquee:media:MediaConvertEncoder": 1,
    "marquee:media:JobEvents": 1,
    "aws:mediaconvert/queue:Queue": 1,
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
    # of functions, workflow and jobs
    "aws:cloudwatch/logGroup:LogGroup": 9,
    # what starts the workflow, what happens when it fails, what jobs and titles tell
    "marquee:media:UploadTrigger": 1,
    "marquee:media:IngestFailures": 1,
    "aws:cloudwatch/eventRule:EventRule": 5,
    "aws:cloudwatch/eventTarget:EventTarget": 5,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 3,
    # of seven functions, the workflow, the rule and the jobs; the rule's has no statement on a key
    "marquee:identity:Role": 10,
    "aws:iam/role:Role": 10,
    "aws:iam/rolePolicy:RolePolicy": 19,
}


def pipeline(graph: Graph, region: str = REGION) -> list[Resource]:
    return [resource for resource in graph if graph.top(resource).name == f"media-{region}"]


def one(graph: Graph, token: str, name: str = "") -> Resource:
    (found,) = [resource for resource in pipeline(graph) if resource.type == token and resource.name.endswith(name)]
    return found


def statements(graph: Graph, role: str) -> list[dict[str, Any]]:
    """Statements of all inline policies of the role with that logical name, or of that function."""
    policies = [resource for resource in pipeline(graph) if resource.type == "aws:iam/rolePolicy:RolePolicy"]
    names = {f"media-{REGION}-{where}{role}-{kind}" for where in ("", "functions-") for kind in ("access", "keys")}
    mine = [policy for policy in policies if policy.name in names]
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
    bucket = one(deployed, "aws:s3/bucket:Bucket", "-incoming").inputs["bucket"]
    assert bucket.endswith("-euw1")
    assert "-incoming-" in bucket
    assert one(deployed, "aws:s3/bucketNotification:BucketNotification").inputs["eventbridge"] is True
    assert one(deployed, "aws:s3/bucketVersioning:BucketVersioning", "-incoming").inputs["versioningConfiguration"] == {"status": "Enabled"}
    encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = one(deployed, encryption, "-incoming").inputs["rules"]
    media_key = next(resource for resource in deployed if resource.name == f"global-keys-media-{REGION}" and "Alias" not in resource.type)
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": media_key.outputs["arn"]}


def test_only_masters_of_this_bucket_start_the_workflow(preview: Graph) -> None:
    pattern = json.loads(one(preview, "aws:cloudwatch/eventRule:EventRule", "-trigger").inputs["eventPattern"])
    assert pattern == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [one(preview, "aws:s3/bucket:Bucket", "-incoming").inputs["bucket"]]},
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
    alarm = one(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm", "-failures").inputs
    name = one(deployed, "aws:sfn/stateMachine:StateMachine").inputs["name"]
    arn = f"arn:aws:states:{REGION}:{_account(deployed)}:stateMachine:{name}"
    assert (alarm["namespace"], alarm["metricName"], alarm["dimensions"]) == ("AWS/States", "ExecutionsFailed", {"StateMachineArn": arn})
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 0)
    assert len(alarm["alarmActions"]) == 1
    pattern = json.loads(one(deployed, "aws:cloudwatch/eventRule:EventRule", "-failures").inputs["eventPattern"])
    assert pattern["detail"]["stateMachineArn"] == [arn]


def test_a_refused_upload_raises_another_and_is_told_of(deployed: Graph) -> None:
    alarm = one(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm", "-news").inputs
    rule = one(deployed, "aws:cloudwatch/eventRule:EventRule", "-news-quarantined").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Events", "MatchedEvents")
    assert alarm["dimensions"] == {"EventBusName": rule["eventBusName"], "RuleName": rule["name"]}
    assert (alarm["comparisonOperator"], alarm["threshold"], len(alarm["alarmActions"])) == ("GreaterThanThreshold", 0, 1)
    assert json.loads(rule["eventPattern"]) == {"source": [titles.EVENT_SOURCE], "detail-type": [titles.QUARANTINED_EVENT]}


def test_content_operations_hear_of_titles_through_an_encrypted_topic(deployed: Graph) -> None:
    topic = one(deployed, "aws:sns/topic:Topic").inputs
    data_key = next(resource for resource in deployed if resource.name == f"global-keys-data-{REGION}" and "Alias" not in resource.type)
    assert topic["kmsMasterKeyId"] == data_key.outputs["arn"]
    (publish,) = [
        statement
        for statement in json.loads(one(deployed, "aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
        if statement["Effect"] == "Allow"
    ]
    rules = [resource for resource in pipeline(deployed) if resource.type.endswith(":EventRule") and "-news-" in resource.name]
    here, bus = f"arn:aws:events:{REGION}:{_account(deployed)}", one(deployed, "aws:cloudwatch/eventBus:EventBus").inputs["name"]
    assert set(publish["Condition"]["ArnEquals"]["aws:SourceArn"]) == {f"{here}:rule/{bus}/{rule.inputs['name']}" for rule in rules}
    told = {kind for rule in rules for kind in json.loads(rule.inputs["eventPattern"])["detail-type"]}
    assert told == {titles.PUBLISHED_EVENT, titles.TAKEN_DOWN_EVENT, titles.QUARANTINED_EVENT}


def test_the_workflow_is_logged_and_traced_without_its_data(preview: Graph) -> None:
    inputs = one(preview, "aws:sfn/stateMachine:StateMachine").inputs
    assert inputs["type"] == "STANDARD"
    assert inputs["tracingConfiguration"] == {"enabled": True}
    assert (inputs["loggingConfiguration"]["level"], inputs["loggingConfiguration"]["includeExecutionData"]) == ("ALL", True)


def test_a_preview_knows_the_whole_definition(preview: Graph) -> None:
    assert machine(preview)["QueryLanguage"] == "JSONata"


LISTS = {"s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts"}
READS = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"}
WRITES = {"s3:AbortMultipartUpload", "s3:PutObject"}
MAY = {
    "probe": READS,
    "keep": READS | WRITES | LISTS | {"s3:DeleteObject"},
    "quarantine": READS | WRITES | LISTS | {"s3:DeleteObject"},
    "plan": WRITES,
    "verify": READS | WRITES,
    "retire": {"s3:ListBucket", "s3:PutObjectTagging"},
    "takedown": {"s3:DeleteObject", "s3:ListBucket"},
}


@pytest.mark.parametrize("role", MAY)
def test_roles_may_do_what_their_work_needs_and_no_more(role: str, deployed: Graph) -> None:
    assert actions(deployed, role, "s3:") == MAY[role]
    records = {"dynamodb:GetItem", "dynamodb:UpdateItem", "events:PutEvents"} if role == "takedown" else set[str]()
    assert actions(deployed, role, "dynamodb:") | actions(deployed, role, "events:") == records
    assert not {"s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"} & actions(deployed, role)


def test_what_starts_the_workflow_may_do_nothing_else(deployed: Graph) -> None:
    assert actions(deployed, "trigger") == {"states:StartExecution"}


WHERE = {
    # role and action: (bucket, keys below)
    ("probe", "s3:GetObject"): {("incoming", "masters/*")},
    ("keep", "s3:PutObject"): {("masters", "*")},
    ("keep", "s3:DeleteObject"): {("incoming", "masters/*")},
    ("quarantine", "s3:PutObject"): {("incoming", "quarantine/*")},
    ("quarantine", "s3:DeleteObject"): {("incoming", "masters/*"), ("masters", "*")},
    ("plan", "s3:PutObject"): {("work", "batch/*")},
    ("verify", "s3:PutObject"): {("renditions", "titles/*/thumbnails.vtt*")},
    ("retire", "s3:PutObjectTagging"): {("renditions", "titles/*"), ("renditions", "clear/*")},
    ("takedown", "s3:DeleteObject"): {("renditions", "titles/*"), ("renditions", "clear/*")},
}


@pytest.mark.parametrize(("role", "action"), WHERE)
def test_what_is_written_and_deleted_lies_where_it_should(role: str, action: str, deployed: Graph) -> None:
    found = [each for statement in statements(deployed, role) if action in statement["Action"] for each in statement["Resource"]]
    account = _account(deployed)
    places = {(arn.split(":::")[1].partition("/")[0], arn.partition("/")[2]) for arn in found}
    assert {(bucket.split(f"-{account}")[0].rpartition("-")[2], keys) for bucket, keys in places} == WHERE[role, action]


def test_listings_are_of_the_prefixes_that_are_looked_at(deployed: Graph) -> None:
    """But for the masters, all of whose prefixes are titles."""
    for role, prefixes in {"probe": {"masters/*"}, "quarantine": {"quarantine/*"}, "verify": {"titles/*"}}.items():
        listings = [statement for statement in statements(deployed, role) if statement["Action"] == ["s3:ListBucket"]]
        assert {listing["Condition"]["StringLike"]["s3:prefix"] for listing in listings} == prefixes, role


ACCOUNTED = {
    # role and action → keys of renditions, where titles are packaged just in time
    ("mediaconvert", "encoder", "s3:PutObject"): {"clear/*", "titles/*/*-thumbnail.*"},
    ("mediaconvert", "verify", "s3:GetObject"): {"clear/*", "titles/*/thumbnails.vtt*"},
    ("mediaconvert", "verify", "s3:PutObject"): {"titles/*/thumbnails.vtt*"},
    ("mediaconvert", "verify", "s3:ListBucket"): {"clear/*", "titles/*"},
    ("batch", "batch-jobs-encode", "s3:PutObject"): {"clear/*", "titles/*/sheet-*", "titles/*/thumbnails.vtt*"},
}


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ["mediaconvert", "batch"])
def test_packaged_just_in_time_what_is_clear_is_not_served_and_nobody_who_encodes_asks_for_keys(
    encoder: str, run_platform: Callable[..., Graph]
) -> None:
    raw = platform("dev")
    raw["media"] = {"packaging": "jit", "encoder": encoder}
    graph = run_platform(raw, preview=False)
    for (kind, role, action), keys in ACCOUNTED.items():
        if kind != encoder:
            continue
        found = [each for each in statements(graph, role) if action in each["Action"] and "renditions" in json.dumps(each["Resource"])]
        if action == "s3:ListBucket":
            assert {each["Condition"]["StringLike"]["s3:prefix"] for each in found} == keys
        else:
            assert {arn.partition("/")[2] for each in found for arn in each["Resource"]} == keys
        assert "execute-api:Invoke" not in actions(graph, role)


def test_the_workflows_role_covers_exactly_its_tasks(deployed: Graph) -> None:
    needed = {action for state in tasks(deployed).values() for action in [_action(state["Resource"])]}
    served = {"lambda:", "dynamodb:", "events:PutEvents", "mediaconvert:CreateJob"}
    granted = {action for prefix in served for action in actions(deployed, "ingest", prefix)}
    assert granted == needed
    functions = {
        resource.inputs["name"]
        for resource in pipeline(deployed)
        if resource.type == "aws:lambda/function:Function" and not resource.name.endswith("-takedown")
    }
    invoked = {
        state["Arguments"]["FunctionName"].rpartition(":")[2] for state in tasks(deployed).values() if "FunctionName" in state["Arguments"]
    }
    assert invoked == functions


def _action(resource: str) -> str:
    service, call = resource.removeprefix("arn:aws:states:::").removesuffix(".sync").split(":")
    return "lambda:InvokeFunction" if service == "lambda" else f"{service}:{call[0].upper()}{call[1:]}"


def test_settings_reach_what_they_are_for(run_platform: Callable[[Raw], Graph]) -> None:
    changed = copy.deepcopy(platform("dev"))
    changed["media"] = {
        **changed.get("media", {}), "segment_seconds": 4, "gop_seconds": 1, "max_master_gib": 7, "max_master_hours": 3,
        "quarantine_days": 3,
        "retired_days": 5, "operations_email": "ops@example.org",
    }  # fmt: skip
    before, after = of_stack("dev", True), run_platform(changed)
    environment = one(after, "aws:lambda/function:Function", "-probe").inputs["environment"]["variables"]
    assert (float(environment["SEGMENT_SECONDS"]), float(environment["GOP_SECONDS"])) == (4, 1)
    assert (environment["MAX_MASTER_BYTES"], environment["MAX_MASTER_MS"]) == (str(7 * 1024**3), str(3 * 3600 * 1000))
    rules = one(after, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "-incoming").inputs["rules"]
    assert {rule["filter"]["prefix"]: rule["expiration"]["days"] for rule in rules if "expiration" in rule} == {"quarantine/": 3}
    assert machine(after)["States"]["LetSessionsEnd"]["Seconds"] == 5 * 24 * 3600
    assert one(after, "aws:sns/topicSubscription:TopicSubscription").inputs["endpoint"] == "ops@example.org"
    assert {kind for kind in _changes(before, after) if kind[0].split("/")[0] in {"aws:lambda", "aws:s3", "aws:sfn"}} == {
        ("aws:lambda/function:Function", "environment"),
        ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules"),
        ("aws:sfn/stateMachine:StateMachine", "definition"),
    }


class TestDefinition:
    """The workflow as a graph of states."""

    @pytest.fixture
    def states(self) -> dict[str, Any]:
        functions = IngestFunctions(probe="p", keep="k", quarantine="q", plan="l", verify="v", retire="r")
        encode = EncodeStep(
            states={
                "Encode": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "Unencodable"}], "Default": "Verify"},
            },
            statements=(),
        )
        targets = IngestTargets(functions=functions, catalogue="table", event_bus="bus", retired_days=1, encode=encode)
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
        assert len(writes) == 5  # claim, admit, publish, mark, record
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
        values = {name: _evaluate(value, {"detail": detail, "time": "2026-01-01T00:00:00Z"}) for name, value in assign.items() if value}
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
    return jsonata.Jsonata.jsonata(expression).evaluate(None, {"states": {"input": given, "context": {"Execution": {"Id": "x"}}}})


def _account(graph: Graph) -> str:
    (account,) = {account for provider in graph.of_type("pulumi:providers:aws") for account in provider.inputs["allowedAccountIds"]}
    return account


def _changes(before: Graph, after: Graph) -> Iterator[tuple[str, str]]:
    for urn, resource in before.resources.items():
        other = after.resources[urn]
        yield from (
            (resource.type, name) for name in {*resource.inputs, *other.inputs} if resource.inputs.get(name) != other.inputs.get(name)
        )

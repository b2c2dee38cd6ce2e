"""The frame around the create functions: what is refused, what is simulated, how values are fitted to AWS's shapes."""

import re
from typing import Any

import pytest
from boto3.session import Session

from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.resources import CREATES, INVOKES, READS, SIMULATED
from marquee.emulator.resources.fit import fit, member, pick
from marquee.emulator.resources.inputs import Inputs, attributes
from marquee.engine import sdk
from marquee.engine.backend import Created, Request
from marquee.engine.values import Secret
from marquee.errors import MarqueeError
from tests.graph.conftest import ROOT, STACKS, of_stack

PROVIDER: dict[str, Any] = {
    "region": "eu-west-1",
    "allowedAccountIds": ["123456789012"],
    "defaultTags": {"tags": {"owner": "us", "tier": "x"}},
}


class Silent:
    """A connector whose clients answer every call with one canned answer and keep the requests. No emulator behind it."""

    def __init__(self, **answers: dict[str, Any]):
        self.answers, self.requests = answers, list[tuple[str, dict[str, Any]]]()
        self.asked: set[tuple[str, str]] = set()

    def client(self, service: str, *, region: str, account: str) -> Any:
        self.asked.add((region, account))
        client = Session().client(service, region_name=region, aws_access_key_id=account, aws_secret_access_key="none")
        client.meta.events.register("before-call", self._answer)
        return client

    def _answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        self.requests.append((model.name, params))

        class Http:
            status_code = 200

        return Http(), self.answers.get(model.name, {})


def request(token: str, **inputs: Any) -> Request:
    return Request(urn=f"urn:pulumi:t::p::{token}::it", type=token, name="it", inputs=inputs, provider_inputs=PROVIDER)


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
def test_every_type_of_a_stack_is_made_or_named_as_simulated(stack: str) -> None:
    types = {resource.type for resource in of_stack(stack, True) if resource.custom and resource.type.startswith("aws:")}
    assert types
    assert not types - CREATES.keys() - SIMULATED.keys()


def test_tokens_are_the_sdks_own_and_in_one_table_only() -> None:
    assert not [token for token in {*CREATES, *READS, *SIMULATED} if sdk.resource_class(token) is None]
    assert not [token for token in INVOKES if sdk.function_result(token) is None]
    assert not CREATES.keys() & SIMULATED.keys()
    assert READS.keys() <= CREATES.keys()


def test_every_create_function_is_exercised_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "resources").glob("*.py"))
    deployed = {resource.type for stack in STACKS for resource in of_stack(stack, True)}  # tests/flows/test_deploy.py makes all of these
    assert not [token for token in CREATES if token.removeprefix("aws:s3/") not in tests and token not in deployed]


def test_a_type_that_nobody_makes_is_refused_and_not_simulated() -> None:
    with pytest.raises(MarqueeError, match="cannot make or answer aws:rds/cluster:Cluster") as error:
        EmulatorBackend(Silent()).create(request("aws:rds/cluster:Cluster"))
    assert "simulated.SIMULATED" in error.value.fix
    with pytest.raises(MarqueeError, match="aws:rds/getCluster:getCluster"):
        EmulatorBackend(Silent()).invoke("aws:rds/getCluster:getCluster", {}, PROVIDER)


def test_an_input_that_no_request_carries_is_refused() -> None:
    backend = EmulatorBackend(Silent(HeadBucket={}))
    with pytest.raises(MarqueeError, match=r"no request of its create function carries grants, website$"):
        backend.create(request("aws:s3/bucket:Bucket", bucket="b", website={}, grants=[], forceDestroy=True))


def test_a_nested_input_that_no_request_carries_is_refused_by_its_path() -> None:
    token = "aws:s3/bucketNotification:BucketNotification"
    queue = {"queueArn": "arn:q", "events": ["s3:ObjectCreated:*"], "filterSuffixes": ".mp4"}
    with pytest.raises(MarqueeError, match=r"carries queues\[0\]\.filterSuffixes$"):
        EmulatorBackend(Silent()).create(request(token, bucket="b", queues=[queue]))


def test_tags_on_a_type_that_takes_none_are_refused() -> None:
    with pytest.raises(MarqueeError, match="carries tags"):
        EmulatorBackend(Silent()).create(request("aws:s3/bucketPolicy:BucketPolicy", bucket="b", policy="{}", tags={"a": "b"}))


def test_a_nested_input_that_the_api_lacks_is_named_with_its_path() -> None:
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    with pytest.raises(MarqueeError, match=r"rules\[0\]\.expires has no place in the AWS request"):
        EmulatorBackend(Silent()).create(request(token, bucket="b", rules=[{"expires": 1}]))


@pytest.mark.parametrize("token", SIMULATED)
def test_a_simulated_type_has_outputs_of_the_right_form_and_says_so(token: str) -> None:
    inputs: dict[str, Any] = {"keyArn": "arn:aws:kms:eu-west-1:123456789012:key/1", "name": "prefs"}
    declared = sdk.output_types(token)
    made = EmulatorBackend(Silent()).create(request(token, **{name: value for name, value in inputs.items() if name in declared}))
    assert made.simulated
    assert made.id
    form, reason = SIMULATED[token]
    assert reason
    name = "prefs" if "name" in declared else made.id  # what has no name of its own goes by a made-up one
    arn = made.outputs.get("arn", "")
    assert arn == form.format(region="eu-west-1", account="123456789012", name=name) or (
        "name" not in declared and re.fullmatch(form.format(region="eu-west-1", account="123456789012", name="it-[0-9a-f]{7}"), str(arn))
    )


def test_the_resources_own_region_and_tags_win() -> None:
    silent = Silent(HeadBucket={})
    made = EmulatorBackend(silent).create(request("aws:s3/bucket:Bucket", bucket="b", region="us-west-2", tags={"tier": "y"}))
    assert silent.asked == {("us-west-2", "123456789012")}
    assert made.outputs["tagsAll"] == {"owner": "us", "tier": "y"}
    assert made.outputs["region"] == "us-west-2"


def test_a_provider_is_no_resource_of_aws() -> None:
    assert EmulatorBackend(Silent()).create(request("pulumi:providers:aws")) == Created(id="it")


def test_secrets_are_opened_for_aws_and_lists_of_none_left_out() -> None:
    given = Inputs({"a": Secret({"b": [Secret("c"), {"d": None}]}), "e": None})
    assert dict(given) == {"a": {"b": ["c", {}]}}


def test_inputs_remember_what_was_read() -> None:
    given = Inputs({"a": 1, "b": 2, "forceDestroy": True})
    assert "a" in given
    assert given.unread == ["a", "b"]
    assert given["a"] == 1
    assert given.unread == ["b"]
    assert attributes(given, {"b": "B", "c": "C"}) == {"B": "2"}
    assert given.unread == []


def test_sections_are_read_field_by_field() -> None:
    given = Inputs({"one": {"a": 1, "b": 2}, "many": [{"c": 3}, {"d": 4}]})
    assert given.section("one")["a"] == 1
    assert not given.section("absent")
    assert [dict(item) for item in given.sections("many")] == [{"c": 3}, {"d": 4}]
    assert given.unread == ["one.b"]


@pytest.mark.parametrize(
    ("service", "operation", "name", "found"),
    [
        ("lambda", "CreateFunction", "kmsKeyArn", "KMSKeyArn"),
        ("s3", "PutBucketOwnershipControls", "ownershipControl", "OwnershipControls"),
        ("ec2", "CreateSubnet", "cidrBlock", "CidrBlock"),
        ("ec2", "CreateSubnet", "nothing", None),
    ],
)
def test_names_are_found_but_for_case_and_plural(service: str, operation: str, name: str, found: str | None) -> None:
    client: Any = Session().client(service, region_name="eu-west-1")  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert member(client.meta.service_model.operation_model(operation).input_shape, name) == found


def test_values_take_the_shapes_kind() -> None:
    client: Any = Session().client("dynamodb", region_name="eu-west-1")
    shape = client.meta.service_model.operation_model("CreateTable").input_shape
    wanted = {"tableName": 7, "deletionProtectionEnabled": "true", "provisionedThroughput": {"readCapacityUnits": "3"}, "tag": {"key": "a"}}
    assert fit(shape, wanted, "t") == {
        "TableName": "7",
        "DeletionProtectionEnabled": True,
        "ProvisionedThroughput": {"ReadCapacityUnits": 3},
        "Tags": [{"Key": "a"}],
    }


def test_outputs_are_picked_by_name() -> None:
    assert pick({"OwnerId": "1", "Arn": "a"}, "OwnerId", "Absent", arn="Arn") == {"ownerId": "1", "arn": "a"}

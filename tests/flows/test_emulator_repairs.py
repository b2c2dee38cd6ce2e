"""Each repair of MiniStack is still needed: when one of these fails, upstream has changed, and the repair named by the test can go.

That the repairs work is what the other tests of the emulator show.
"""

import json
from collections.abc import Iterator

import pytest

from marquee.emulator import Emulator
from runtime.playback.key_value_store import KeyValueStore, StoreError
from tests.flows.pieces import http_api, open_queue, put_event, rule, state_machine
from tests.flows.test_emulator_policies import both, bucket_with, code_of, without_tls
from tests.flows.world import World, allow, deny, policy, wait_for

pytestmark = pytest.mark.slow

ECHO = "def handler(event, context):\n    return event\n"


class Unrepaired(Emulator):
    """MiniStack as it is."""

    server = "tests.flows.unrepaired_server"


@pytest.fixture(scope="module")
def unrepaired() -> Iterator[Emulator]:
    with Unrepaired(insecure=True) as running:
        yield running


@pytest.fixture
def plain(unrepaired: Emulator, aws: World) -> World:
    return World(unrepaired, aws.account)


def test_enforcement_root_is_above_a_bucket_policy_s_deny(plain: World) -> None:
    bucket = plain.name("guarded")
    bucket_with(plain, deny("s3:*", both(bucket), Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    assert code_of(lambda: without_tls(plain).put_object(Bucket=bucket, Key="k", Body=b"x")) == ""


def test_strict_policies_a_deny_that_is_not_understood_denies_nothing(plain: World) -> None:
    bucket = plain.bucket(plain.name("plain"))
    unknown = {"NumericLessThan": {"s3:TlsVersion": "9"}}
    role = plain.as_role("s3", allow("s3:ListBucket", "*"), deny("s3:ListBucket", "*", Condition=unknown))
    assert code_of(lambda: role.list_objects_v2(Bucket=bucket)) == ""


def test_strict_policies_the_principal_of_a_session_is_not_its_role(plain: World) -> None:
    bucket = plain.bucket(plain.name("mine"))
    own = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{plain.account}:role/caller"}}
    role = plain.as_role("s3", allow("s3:ListBucket", "*", Condition=own))
    assert code_of(lambda: role.list_objects_v2(Bucket=bucket)) == "AccessDenied"


def test_function_code_is_unpacked_for_each_environment(plain: World) -> None:
    for name in ("one", "two"):
        plain.function(name, "import os\n\ndef handler(event, context):\n    return os.path.realpath(__file__)\n")
    assert plain.invoke("one") != plain.invoke("two")


def test_health_checks_lose_their_children(plain: World) -> None:
    config = {"Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": ["11111111-1111-4111-8111-111111111111"]}
    made = plain("route53").create_health_check(CallerReference="calculated", HealthCheckConfig=config)["HealthCheck"]
    assert made["HealthCheckConfig"]["ChildHealthChecks"] == [""]


def test_execute_api_knows_no_host_of_amazonaws(plain: World) -> None:
    api = plain("apigateway").create_rest_api(name="open")["id"]
    answer = plain.emulator.visit("GET", f"https://{api}.execute-api.{plain.region}.amazonaws.com/v1/x")
    # Served, the API would miss the stage: ForbiddenException.
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_encryption_data_is_readable_without_its_key(plain: World) -> None:
    key = plain("kms").create_key()["KeyMetadata"]["Arn"]
    url = plain("sqs").create_queue(QueueName="q", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    sender = plain.as_role("sqs", allow("sqs:SendMessage", "*"))
    assert code_of(lambda: sender.send_message(QueueUrl=url, MessageBody="x")) == ""


def test_functions_see_this_project_s_packages_and_lose_the_class_of_errors(plain: World) -> None:
    plain.function("f", "import pydantic\n\ndef handler(event, context):\n    raise LookupError(pydantic.VERSION)\n")
    assert plain.invoke("f")["errorType"] == "Runtime.HandlerError"


def test_function_roles_a_mute_function_logs(plain: World) -> None:
    plain.function("mute", ECHO, deny("logs:*", "*"))
    plain.invoke("mute")
    assert len(plain("logs").describe_log_groups()["logGroups"]) == 1


def test_rules_a_queue_gets_events_that_its_policy_does_not_allow(plain: World) -> None:
    url, queue = plain.queue("events")
    rule(plain, "all", {"source": ["test"]}, {"Arn": queue})
    put_event(plain)
    assert len(plain.messages(url)) == 1


def test_rules_a_log_group_gets_no_events(plain: World) -> None:
    plain("logs").create_log_group(logGroupName="/events")
    url, queue = open_queue(plain)
    rule(plain, "all", {"source": ["test"]}, {"Arn": plain.arn("logs", "log-group:/events")}, {"Arn": queue})
    put_event(plain)
    assert len(plain.messages(url)) == 1
    assert plain("logs").filter_log_events(logGroupName="/events")["events"] == []


def test_dead_letters_are_wrapped(plain: World) -> None:
    dead, queue = plain.queue("dead")
    plain.function("f", "def handler(event, context):\n    raise ValueError\n", DeadLetterConfig={"TargetArn": queue})
    plain("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=b'{"n": 1}')
    [letter] = wait_for(lambda: plain.messages(dead))
    assert letter != {"n": 1}


def test_notifications_a_load_balancer_s_or_topic_s_function_needs_no_permission(plain: World) -> None:
    topic = plain("sns").create_topic(Name="t")["TopicArn"]
    plain("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=plain.function("f", ECHO))
    plain("sns").publish(TopicArn=topic, Message="x")
    assert wait_for(lambda: plain("logs").describe_log_groups()["logGroups"])


def test_object_events_do_not_name_the_version(plain: World) -> None:
    bucket = plain.bucket(plain.name("incoming"))
    plain("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    plain("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    url, queue = open_queue(plain)
    rule(plain, "created", {"source": ["aws.s3"]}, {"Arn": queue})
    plain("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    [event] = plain.messages(url)
    assert "version-id" not in event["detail"]["object"]


def test_object_ranges_of_a_version_are_the_whole_object(plain: World) -> None:
    bucket = plain.bucket(plain.name("versioned"))
    plain("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = plain("s3").put_object(Bucket=bucket, Key="k", Body=b"0123456789")["VersionId"]
    part = plain("s3").get_object(Bucket=bucket, Key="k", VersionId=version, Range="bytes=2-4")
    assert part["Body"].read() == b"0123456789"


def test_state_machines_need_no_permission_and_take_a_redirect_for_success(plain: World) -> None:
    bucket = plain.bucket(plain.name("media"))
    plain("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    parameters = {"Bucket": bucket, "Key": "b", "CopySource": f"{bucket}/a"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:copyObject", "Parameters": parameters, "End": True}
    assert plain.run(state_machine(plain, {"StartAt": "Do", "States": {"Do": task}}))["status"] == "SUCCEEDED"
    assert code_of(lambda: plain("s3").head_object(Bucket=bucket, Key="b")) == "404"


def test_load_balancers_are_looked_up_in_one_account_only(plain: World) -> None:
    made = plain("elbv2").create_load_balancer(Name="public", Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
    raw = plain.emulator.visit("GET", f"{plain.emulator.endpoint}/_alb/public/")
    assert raw.status != 503  # a listener-less load balancer that were found would answer 503
    assert made["DNSName"].endswith(".amazonaws.com")


def test_alarms_publish_past_the_topic_s_policy(plain: World) -> None:
    topic = plain("sns").create_topic(Name="alarms")["TopicArn"]
    sns = {"Service": "sns.amazonaws.com"}
    url, queue = plain.queue("alarms", allow("sqs:SendMessage", plain.arn("sqs", "alarms"), Principal=sns))
    plain("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    closed = policy(allow("sns:Publish", topic, Principal={"Service": "s3.amazonaws.com"}))
    plain("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=closed)
    metric = {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    plain("cloudwatch").put_metric_alarm(
        AlarmName="errors", **metric, Threshold=1, ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic]
    )
    plain("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    [message] = plain.messages(url)
    assert json.loads(message["Message"])["AlarmName"] == "errors"


def test_new_secrets_ignore_their_replicas_and_hold_an_empty_version(plain: World) -> None:
    made = plain("secretsmanager").create_secret(Name="keys", AddReplicaRegions=[{"Region": "us-east-1"}])
    assert plain("secretsmanager").describe_secret(SecretId="keys")["VersionIdsToStages"] == {made["VersionId"]: ["AWSCURRENT"]}
    assert code_of(lambda: plain("secretsmanager", "us-east-1").describe_secret(SecretId="keys")) == "ResourceNotFoundException"


def test_secret_rotation_calls_nobody(plain: World) -> None:
    plain("secretsmanager").create_secret(Name="rotated", SecretString="old")
    nobody = plain.arn("lambda", "function:nobody")
    made = plain("secretsmanager").rotate_secret(SecretId="rotated", RotationLambdaARN=nobody, RotationRules={"AutomaticallyAfterDays": 9})
    found = plain("secretsmanager").get_secret_value(SecretId="rotated")
    assert (found["VersionId"], found["SecretString"]) == (made["VersionId"], "old")


def test_store_rights_are_judged_as_rights_on_everything(plain: World) -> None:
    arn = plain("cloudfront", "us-east-1").create_key_value_store(Name="store")["KeyValueStore"]["ARN"]
    role = plain.as_role("sts", allow("cloudfront-keyvaluestore:DescribeKeyValueStore", arn))
    session = role._request_signer._credentials
    store = KeyValueStore(arn=arn, credentials=session, endpoint=plain.emulator.endpoint, ca_bundle=plain.emulator.ca_bundle)
    with pytest.raises(StoreError, match="not authorized to perform: cloudfront-keyvaluestore:DescribeKeyValueStore"):
        store.describe()


def test_http_apis_invoke_functions_past_their_policies(plain: World) -> None:
    _, regional = http_api(plain, plain.function("echo", ECHO))
    assert plain.emulator.visit("GET", f"https://{regional}/").status == 200

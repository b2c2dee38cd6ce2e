"""Lambda functions as on AWS: their artefact, their environment, their role, their time, and nobody else's network."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.emulator.recorder import refused
from tests.flows.world import World, allow, deny, policy, wait_for

WHERE = "import os\n\ndef handler(event, context):\n    return os.path.realpath(__file__)\n"
ECHO = "def handler(event, context):\n    return event\n"


class TestIsolation:
    """What a handler can see."""

    def test_only_the_runtime_s_packages_beside_the_artefact(self, aws: World) -> None:
        code = """
import importlib

def handler(event, context):
    def here(name):
        try:
            importlib.import_module(name)
        except ImportError:
            return False
        return True
    return [name for name in event if here(name)]
"""
        aws.function("imports", code)
        names = ["boto3", "botocore", "dateutil", "urllib3", "pydantic", "moto", "ministack", "marquee", "pulumi", "cryptography"]
        assert aws.invoke("imports", names) == ["boto3", "botocore", "dateutil", "urllib3"]

    def test_only_its_own_environment(self, aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
        code = "import os\n\ndef handler(event, context):\n    return {**os.environ, 'group': context.log_group_name}\n"
        aws.function("environ", code, Environment={"Variables": {"TABLE": "titles"}})
        seen = aws.invoke("environ")
        assert seen["TABLE"] == "titles"
        assert seen["AWS_REGION"] == aws.region
        assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "environ"
        assert seen["AWS_ENDPOINT_URL"] == aws.emulator.endpoint
        assert seen["AWS_SESSION_TOKEN"]
        ours = {"PYTHONPATH", "VIRTUAL_ENV", "HOME", "PULUMI_CONFIG", "GATEWAY_PORT", "AUTH", "DOCKER_HOST"}
        assert ours & set(seen) == set()

    def test_no_network_beyond_the_emulator(self, aws: World) -> None:
        code = """
import urllib.request

def handler(event, context):
    return urllib.request.urlopen("http://192.0.2.1/", timeout=2).status
"""
        aws.function("outward", code)
        answer = aws.invoke("outward")
        assert answer["errorType"] == "URLError"
        assert "only talks to this machine" in answer["errorMessage"]

    def test_an_error_keeps_its_class(self, aws: World) -> None:
        aws.function("failing", "def handler(event, context):\n    raise LookupError('no such title')\n")
        assert aws.invoke("failing") == {"errorMessage": "no such title", "errorType": "LookupError"}

    def test_a_timeout_ends_it(self, aws: World) -> None:
        aws.function("slow", "import time\n\ndef handler(event, context):\n    time.sleep(30)\n", Timeout=1)
        start = time.monotonic()
        answer = aws.invoke("slow")
        assert answer["errorType"] == "Sandbox.Timedout"
        assert time.monotonic() - start < 10

    def test_two_functions_share_no_process(self, aws: World) -> None:
        code = "import os\n\ndef handler(event, context):\n    return os.getpid()\n"
        aws.function("one", code)
        aws.function("two", code)
        assert aws.invoke("one") == aws.invoke("one")
        assert aws.invoke("one") != aws.invoke("two")

    def test_the_same_code_is_unpacked_once(self, aws: World) -> None:
        for name in ("one", "two"):
            aws.function(name, WHERE)
        aws.function("other", f"# another artefact\n{WHERE}")
        assert aws.invoke("one") == aws.invoke("two") != aws.invoke("other")


class TestRoles:
    """What a function's role must allow, and who finds out if it does not."""

    def test_each_call_is_recorded_under_the_function_s_role(self, aws: World) -> None:
        bucket = aws.bucket(aws.name("media"))
        aws("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
        code = f"""
import boto3

def handler(event, context):
    s3 = boto3.client("s3")
    s3.head_object(Bucket="{bucket}", Key="a")
    s3.list_objects_v2(Bucket="{bucket}")
    s3.put_object(Bucket="{bucket}", Key="b", Body=b"x")
"""
        aws.function("reader", code, allow(["s3:GetObject", "s3:ListBucket"], [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]))
        answer = aws.invoke("reader")
        assert answer["errorType"] in {"AccessDenied", "ClientError"}
        principal = f"arn:aws:sts::{aws.account}:assumed-role/reader-role/reader"
        mine = [(call.action, call.resource, call.verdict.value) for call in aws.calls() if call.principal == principal]
        assert [call for call in mine if call[0].startswith("s3:")] == [
            ("s3:GetObject", f"arn:aws:s3:::{bucket}/a", "allowed"),
            ("s3:ListBucket", f"arn:aws:s3:::{bucket}", "allowed"),
            ("s3:PutObject", f"arn:aws:s3:::{bucket}/b", "denied"),
        ]

    def test_without_permission_to_log_there_are_no_logs(self, aws: World) -> None:
        aws.function("mute", "def handler(event, context):\n    print('here')\n", deny("logs:PutLogEvents", "*"))
        aws.invoke("mute")
        assert {call.action for call in refused(aws.calls())} == {"logs:PutLogEvents"}
        assert aws("logs").describe_log_groups()["logGroups"] == []
        aws("iam").delete_role_policy(RoleName="mute-role", PolicyName="inline")
        own = allow("logs:*", aws.arn("logs", "log-group:/aws/lambda/mute*"))
        aws("iam").put_role_policy(RoleName="mute-role", PolicyName="inline", PolicyDocument=policy(own))
        aws.invoke("mute")
        events = aws("logs").filter_log_events(logGroupName="/aws/lambda/mute", filterPattern="here")["events"]
        assert [event["message"].strip() for event in events] == ["here"]

    def test_active_tracing_needs_x_ray(self, aws: World) -> None:
        aws.function("traced", ECHO, TracingConfig={"Mode": "Active"})
        aws.invoke("traced")
        assert {call.action for call in refused(aws.calls())} == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}

    @pytest.mark.parametrize(
        ("settings", "action"),
        [
            ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:REGION:ACCOUNT:dead"}}, "SendMessage on SQS"),
            ({"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "CreateNetworkInterface on EC2"),
        ],
    )
    def test_a_function_is_not_created_without(self, aws: World, settings: Any, action: str) -> None:
        given = json.loads(json.dumps(settings).replace("REGION", aws.region).replace("ACCOUNT", aws.account))
        with pytest.raises(ClientError, match=action):
            aws.function("unable", ECHO, **given)

    def test_a_queue_s_messages_reach_a_function_that_may_read_them(self, aws: World) -> None:
        url, queue = aws.queue("work")
        out_url, out = aws.queue("out")
        code = f"""
import boto3

def handler(event, context):
    for record in event["Records"]:
        boto3.client("sqs").send_message(QueueUrl="{out_url}", MessageBody=record["body"])
"""
        aws.function("worker", code, allow("sqs:SendMessage", out))
        with pytest.raises(ClientError, match="ReceiveMessage on SQS"):
            aws("lambda").create_event_source_mapping(EventSourceArn=queue, FunctionName="worker")
        read = policy(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue))
        aws("iam").put_role_policy(RoleName="worker-role", PolicyName="read", PolicyDocument=read)
        aws("lambda").create_event_source_mapping(EventSourceArn=queue, FunctionName="worker")
        aws("sqs").send_message(QueueUrl=url, MessageBody='{"n": 1}')
        assert aws.messages(out_url) == [{"n": 1}]


class TestLoadBalancer:
    """A public load balancer with a function behind it, reached by its DNS name."""

    def listener(self, aws: World, function: str) -> tuple[str, str]:
        ec2, elb = aws("ec2"), aws("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{aws.region}{zone}")["Subnet"]["SubnetId"]
            for index, zone in enumerate("ab")
        ]
        balancer = elb.create_load_balancer(Name="public", Subnets=subnets)["LoadBalancers"][0]
        group = elb.create_target_group(Name="health", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": function}])
        certificate = aws("acm").request_certificate(DomainName="api.example.com", ValidationMethod="DNS")["CertificateArn"]
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": certificate}],
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )  # fmt: skip
        return balancer["DNSName"], group

    def test_it_asks_the_function_it_may_invoke(self, aws: World) -> None:
        code = """
import json

def handler(event, context):
    return {"statusCode": 503, "headers": {"content-type": "application/json"}, "body": json.dumps([event["path"], event["httpMethod"]])}
"""
        name, group = self.listener(aws, aws.function("health", code))
        assert aws.emulator.visit("GET", f"https://{name}/health?x=1").status == 502
        assert [call.principal for call in refused(aws.calls())] == ["elasticloadbalancing.amazonaws.com"]
        aws("lambda").add_permission(
            FunctionName="health", StatementId="elb", Action="lambda:InvokeFunction", Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=group,
        )  # fmt: skip
        answer = aws.emulator.visit("GET", f"https://{name}/health?x=1")
        assert (answer.status, json.loads(answer.body)) == (503, ["/health", "GET"])
        assert answer.headers["content-type"] == "application/json"

    def test_nothing_listens_without_tls(self, aws: World) -> None:
        name, _ = self.listener(aws, aws.function("health", ECHO))
        assert aws.emulator.visit("GET", f"http://{name}/").status == 503


def test_an_alarm_reaches_only_a_topic_that_allows_it(aws: World) -> None:
    topic = aws("sns").create_topic(Name="alarms")["TopicArn"]
    url, queue = aws.queue("alarms", allow("sqs:SendMessage", aws.arn("sqs", "alarms"), Principal={"Service": "sns.amazonaws.com"}))
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    alarm = {"AlarmName": "errors", "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    aws("cloudwatch").put_metric_alarm(**alarm, Threshold=1, ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic])
    cloudwatch = {"Service": "cloudwatch.amazonaws.com"}
    aws("sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy(allow("sns:Publish", topic, Principal={"Service": "s3.amazonaws.com"})),
    )
    aws("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    assert [call.action for call in wait_for(lambda: refused(aws.calls()))] == ["sns:Publish"]
    aws("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="test")
    allowed = policy(allow("sns:Publish", topic, Principal=cloudwatch))
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=allowed)
    aws("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    [message] = aws.messages(url)
    assert json.loads(message["Message"])["AlarmName"] == "errors"

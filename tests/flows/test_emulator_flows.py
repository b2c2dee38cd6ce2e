"""Services work together, and only as far as policies let them."""

import json
from typing import Any

import pytest

from marquee.emulator.recorder import Verdict, refused
from tests.flows.pieces import EVENTS, open_queue, put_event, rule, state_machine, table
from tests.flows.world import World, allow, policy, wait_for

PART = b"p" * (5 * 1024 * 1024)  # bytes, S3's least size of a part that is not the last


class TestObjectEvents:
    """Each way to create an object gives exactly one event."""

    @pytest.fixture
    def bucket(self, aws: World) -> str:
        bucket = aws.bucket(aws.name("incoming"))
        aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        aws("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
        return bucket

    @pytest.mark.parametrize("reason", ["PutObject", "CompleteMultipartUpload", "CopyObject"])
    def test_one_event_with_version_etag_size_and_sequencer(self, aws: World, bucket: str, reason: str) -> None:
        s3 = aws("s3")
        s3.put_object(Bucket=bucket, Key="source", Body=b"hello")
        url, queue = open_queue(aws)
        rule(aws, "created", {"source": ["aws.s3"], "detail-type": ["Object Created"]}, {"Arn": queue})
        stored = self.create(s3, bucket, reason)
        [event] = aws.messages(url)
        assert aws.messages(url, seconds=0.5) == []
        assert event["account"] == aws.account
        assert event["region"] == aws.region
        detail = event["detail"]
        assert detail["reason"] == reason
        assert detail["bucket"] == {"name": bucket}
        assert detail["object"] == {
            "key": "films/käse 1.mp4",
            "size": s3.head_object(Bucket=bucket, Key="films/käse 1.mp4")["ContentLength"],
            "etag": (stored.get("CopyObjectResult") or stored)["ETag"].strip('"'),
            "version-id": stored["VersionId"],
            "sequencer": detail["object"]["sequencer"],
        }
        assert int(detail["object"]["sequencer"], 16) > 0

    def create(self, s3: Any, bucket: str, reason: str) -> Any:
        where = {"Bucket": bucket, "Key": "films/käse 1.mp4"}
        if reason == "PutObject":
            return s3.put_object(**where, Body=b"hello")
        if reason == "CopyObject":
            return s3.copy_object(**where, CopySource={"Bucket": bucket, "Key": "source"})
        upload = {**where, "UploadId": s3.create_multipart_upload(**where)["UploadId"]}
        parts = [
            {"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]}
            for number, body in enumerate([PART, b"tail"], start=1)
        ]
        return s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})


class TestRules:
    """EventBridge's targets."""

    def test_a_queue_whose_policy_is_silent_gets_nothing(self, aws: World) -> None:
        url, queue = aws.queue("events")
        arn = rule(aws, "all", {"source": ["test"]}, {"Arn": queue})
        put_event(aws)
        [call] = wait_for(lambda: refused(aws.calls()))
        assert (call.principal, call.action, call.resource) == ("events.amazonaws.com", "sqs:SendMessage", queue)
        assert arn in call.reason
        assert aws.messages(url, seconds=0.5) == []

    def test_a_queue_policy_may_name_one_rule(self, aws: World) -> None:
        name, arns = "events", [aws.arn("sqs", "events"), aws.arn("events", "rule/this")]
        condition = {"ArnEquals": {"aws:SourceArn": arns[1]}}
        url, queue = aws.queue(name, allow("sqs:SendMessage", arns[0], Principal=EVENTS, Condition=condition))
        rule(aws, "this", {"source": ["test"]}, {"Arn": queue})
        rule(aws, "that", {"source": ["test"]}, {"Arn": queue})
        put_event(aws)
        assert len(aws.messages(url)) == 1
        assert {call.verdict for call in aws.calls()} == {Verdict.ALLOWED, Verdict.DENIED}

    def test_an_encrypted_queue_needs_the_key_s_policy_too(self, aws: World) -> None:
        root = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
        key = aws("kms").create_key(Policy=policy(root))["KeyMetadata"]["Arn"]
        url, queue = aws.queue("events", allow("sqs:SendMessage", aws.arn("sqs", "events"), Principal=EVENTS), KmsMasterKeyId=key)
        rule(aws, "all", {"source": ["test"]}, {"Arn": queue})
        put_event(aws)
        assert [call.action for call in wait_for(lambda: refused(aws.calls()))] == ["kms:GenerateDataKey"]
        events = allow(["kms:GenerateDataKey", "kms:Decrypt"], "*", Principal=EVENTS)
        aws("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy(root, events))
        put_event(aws)
        assert len(aws.messages(url)) == 1

    def test_a_function_fails_is_retried_and_ends_in_its_dead_letter_queue(self, aws: World) -> None:
        dead, queue = aws.queue("dead")
        code = "def handler(event, context):\n    raise ValueError('unreadable')\n"
        arn = aws.function("handler", code, allow("sqs:SendMessage", queue), DeadLetterConfig={"TargetArn": queue})
        rule(aws, "all", {"source": ["test"]}, {"Arn": arn})
        put_event(aws)
        [call] = wait_for(lambda: refused(aws.calls()))
        assert (call.principal, call.action) == ("events.amazonaws.com", "lambda:InvokeFunction")
        aws("lambda").add_permission(
            FunctionName="handler", StatementId="events", Action="lambda:InvokeFunction", Principal="events.amazonaws.com",
            SourceArn=aws.arn("events", "rule/all"),
        )  # fmt: skip
        put_event(aws, {"n": 1})
        [letter] = aws("sqs").receive_message(QueueUrl=dead, WaitTimeSeconds=20, MessageAttributeNames=["All"])["Messages"]
        assert json.loads(letter["Body"])["detail"] == {"n": 1}
        assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "unreadable"
        assert len([call for call in aws.calls() if call.action == "logs:PutLogEvents"]) == 3  # the first try and two retries

    def test_a_state_machine_needs_a_role_that_may_start_it(self, aws: World) -> None:
        machine = state_machine(aws, {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
        rule(aws, "all", {"source": ["test"]}, {"Arn": machine, "RoleArn": aws.role("idle", "events")})
        put_event(aws)
        [call] = wait_for(lambda: refused(aws.calls()))
        assert (call.role, call.action, call.resource) == ("idle", "states:StartExecution", machine)
        able = aws.role("able", "events", allow("states:StartExecution", machine))
        rule(aws, "all", {"source": ["test"]}, {"Arn": machine, "RoleArn": able})
        put_event(aws)
        executions = aws("stepfunctions").list_executions
        assert len(wait_for(lambda: executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"])) == 1

    def test_a_log_group_of_a_custom_bus(self, aws: World) -> None:
        aws("events").create_event_bus(Name="platform")
        aws("logs").create_log_group(logGroupName="/events")
        group = aws.arn("logs", "log-group:/events")
        statement = allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{group}:*", Principal=EVENTS)
        aws("logs").put_resource_policy(policyName="events", policyDocument=policy(statement))
        rule(aws, "all", {"source": ["test"]}, {"Arn": f"{group}:*"}, bus="platform")
        put_event(aws, {"n": 1}, bus="platform")
        [event] = wait_for(lambda: aws("logs").filter_log_events(logGroupName="/events")["events"])
        assert json.loads(event["message"])["detail"] == {"n": 1}

    def test_a_bus_of_another_region_needs_a_role(self, aws: World) -> None:
        there = "eu-central-1"
        bus = aws("events", there).create_event_bus(Name="platform")["EventBusArn"]
        aws("logs", there).create_log_group(logGroupName="/events")
        group = aws.arn("logs", "log-group:/events", there)
        aws("logs", there).put_resource_policy(policyName="events", policyDocument=policy(allow("logs:*", f"{group}:*", Principal=EVENTS)))
        rule(aws, "all", {"source": ["test"]}, {"Arn": group}, bus="platform", region=there)
        role = aws.role("forward", "events", allow("events:PutEvents", bus))
        rule(aws, "out", {"source": ["test"]}, {"Arn": bus, "RoleArn": role})
        put_event(aws)
        assert len(wait_for(lambda: aws("logs", there).filter_log_events(logGroupName="/events")["events"])) == 1
        assert refused(aws.calls()) == []

    def test_an_unknown_target_is_unjudged_not_dropped(self, aws: World) -> None:
        rule(aws, "all", {"source": ["test"]}, {"Arn": aws.arn("batch", "job-queue/q"), "RoleArn": aws.role("r", "events")})
        put_event(aws)
        [call] = wait_for(lambda: refused(aws.calls()))
        assert call.verdict is Verdict.UNJUDGED


class TestReplication:
    """Data that AWS replicates between regions arrives there, from either side."""

    def test_a_global_table_both_ways(self, aws: World) -> None:
        there = "eu-central-1"
        table(aws, "titles")
        aws("dynamodb").update_table(TableName="titles", ReplicaUpdates=[{"Create": {"RegionName": there}}])
        wait_for(lambda: aws("dynamodb", there).describe_table(TableName="titles")["Table"]["TableStatus"] == "ACTIVE")
        for source, target in ((aws.region, there), (there, aws.region)):
            key = {"id": {"S": f"written in {source}"}}
            aws("dynamodb", source).put_item(TableName="titles", Item=key)
            assert wait_for(lambda key=key, target=target: aws("dynamodb", target).get_item(TableName="titles", Key=key).get("Item")) == key
        aws("dynamodb", there).delete_item(TableName="titles", Key={"id": {"S": f"written in {aws.region}"}})
        wait_for(lambda: aws("dynamodb").scan(TableName="titles")["Count"] == 1)

    def test_tables_of_one_name_in_two_regions_are_two(self, aws: World) -> None:
        for region in (aws.region, "eu-central-1"):
            table(aws, "titles", region)
        aws("dynamodb").put_item(TableName="titles", Item={"id": {"S": "x"}})
        assert aws("dynamodb", "eu-central-1").scan(TableName="titles")["Count"] == 0

    def test_a_bucket_s_objects(self, aws: World) -> None:
        source, target = aws.bucket(aws.name("source")), aws.bucket(aws.name("target"), "eu-central-1")
        for bucket, region in ((source, aws.region), (target, "eu-central-1")):
            aws("s3", region).put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        role = aws.role("replicate", "s3", allow("s3:*", "*"))
        replication = {
            "ID": "all",
            "Status": "Enabled",
            "Priority": 1,
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
        }
        aws("s3").put_bucket_replication(Bucket=source, ReplicationConfiguration={"Role": role, "Rules": [replication]})
        aws("s3").put_object(Bucket=source, Key="k", Body=b"x")
        found = wait_for(lambda: aws("s3", "eu-central-1").list_objects_v2(Bucket=target).get("Contents"))
        assert [item["Key"] for item in found] == ["k"]

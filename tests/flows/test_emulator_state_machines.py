"""State machines run, and do only what their roles allow."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.emulator.recorder import refused
from tests.flows.pieces import rule, state_machine, table
from tests.flows.world import World, allow, policy, wait_for

END = {"Type": "Succeed"}
NESTED = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Parameters": {"StateMachineArn": "m"}, "End": True}


class TestStateMachines:
    """Tasks run with the machine's role."""

    def test_from_upload_to_record(self, aws: World) -> None:
        bucket = aws.bucket(aws.name("incoming"))
        aws("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
        table(aws, "titles")
        probe = aws.function("probe", "def handler(event, context):\n    return {'size': event['detail']['object']['size']}\n")
        arguments = {"TableName": "titles", "Item": {"id": {"S": "one"}, "size": {"N": "{% $string($states.input.size) %}"}}}
        machine = state_machine(
            aws,
            {
                "QueryLanguage": "JSONata",
                "StartAt": "Probe",
                "States": {
                    "Probe": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::lambda:invoke",
                        "Arguments": {"FunctionName": probe, "Payload": "{% $states.input %}"},
                        "Output": "{% $states.result.Payload %}",
                        "Next": "Record",
                    },
                    "Record": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Arguments": arguments, "End": True},
                },
            },
            allow("lambda:InvokeFunction", probe),
            allow("dynamodb:PutItem", aws.arn("dynamodb", "table/titles")),
        )
        start = aws.role("start", "events", allow("states:StartExecution", machine))
        rule(aws, "created", {"source": ["aws.s3"]}, {"Arn": machine, "RoleArn": start})
        aws("s3").put_object(Bucket=bucket, Key="film.mp4", Body=b"12345")
        [item] = wait_for(lambda: aws("dynamodb").scan(TableName="titles")["Items"])
        assert item == {"id": {"S": "one"}, "size": {"N": "5"}}
        assert refused(aws.calls()) == []
        assert {(call.role, call.action) for call in aws.calls()} >= {
            ("start", "states:StartExecution"),
            ("machine", "lambda:InvokeFunction"),
            ("machine", "dynamodb:PutItem"),
            ("probe-role", "logs:PutLogEvents"),
        }

    @pytest.mark.parametrize(
        ("resource", "arguments", "action", "arn"),
        [
            ("dynamodb:putItem", {"TableName": "t-1", "Item": {"id": {"S": "x"}}}, "dynamodb:PutItem", "dynamodb:table/t-1"),
            ("events:putEvents", {"Entries": [{"Source": "a", "DetailType": "b", "Detail": {}}]}, "events:PutEvents",
             "events:event-bus/default"),
            ("sqs:sendMessage", {"QueueUrl": "https://sqs/ACCOUNT/q", "MessageBody": {}}, "sqs:SendMessage", "sqs:q"),
            ("states:startExecution", {"StateMachineArn": "arn:aws:states:REGION:ACCOUNT:stateMachine:m"}, "states:StartExecution",
             "states:stateMachine:m"),
            ("lambda:invoke", {"FunctionName": "f", "Payload": {}}, "lambda:InvokeFunction", "lambda:function:f"),
            ("aws-sdk:s3:headObject", {"Bucket": "b", "Key": "k"}, "s3:GetObject", "arn:aws:s3:::b/k"),
            ("aws-sdk:s3:deleteObject", {"Bucket": "b", "Key": "k/l"}, "s3:DeleteObject", "arn:aws:s3:::b/k/l"),
            ("aws-sdk:sns:publish", {"TopicArn": "arn:aws:sns:REGION:ACCOUNT:t", "Message": "m"}, "sns:Publish", "sns:t"),
        ],
    )  # fmt: skip
    def test_a_task_without_permission_fails_before_it_acts(
        self, aws: World, resource: str, arguments: dict[str, Any], action: str, arn: str
    ) -> None:
        text = json.dumps({"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": arguments, "End": True})
        task = json.loads(text.replace("ACCOUNT", aws.account).replace("REGION", aws.region))
        result = aws.run(state_machine(aws, {"StartAt": "Do", "States": {"Do": task}}))
        assert result["status"] == "FAILED"
        assert result["error"].endswith("AccessDeniedException")
        [call] = refused(aws.calls())
        service, _, rest = arn.partition(":")
        assert (call.role, call.action, call.resource) == ("machine", action, arn if service == "arn" else aws.arn(service, rest))

    def test_a_copy_needs_its_source_too(self, aws: World) -> None:
        bucket = aws.bucket(aws.name("media"))
        aws("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:s3:copyObject",
            "Parameters": {"Bucket": bucket, "Key": "b", "CopySource": f"{bucket}/a"},
            "End": True,
        }
        machine = state_machine(aws, {"StartAt": "Do", "States": {"Do": task}}, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/b"))
        assert aws.run(machine)["status"] == "FAILED"
        assert [(call.action, call.resource) for call in refused(aws.calls())] == [("s3:GetObject", f"arn:aws:s3:::{bucket}/a")]
        read = policy(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/a"))
        aws("iam").put_role_policy(RoleName="machine", PolicyName="read", PolicyDocument=read)
        assert aws.run(machine, name="again")["status"] == "SUCCEEDED"
        assert aws("s3").get_object(Bucket=bucket, Key="b")["Body"].read() == b"x"

    def test_catch_and_retry_by_the_error_s_class(self, aws: World) -> None:
        code = "class ProbeError(Exception): ...\n\ndef handler(event, context):\n    raise ProbeError('truncated')\n"
        function = aws.function("failing", code)
        task = {
            "Type": "Task",
            "Resource": function,
            "Retry": [{"ErrorEquals": ["ProbeError"], "MaxAttempts": 1, "IntervalSeconds": 1}],
            "Catch": [{"ErrorEquals": ["ProbeError"], "Next": "Caught", "ResultPath": "$.error"}],
            "End": True,
        }
        definition = {"StartAt": "Do", "States": {"Do": task, "Caught": {"Type": "Pass", "End": True}}}
        result = aws.run(state_machine(aws, definition, allow("lambda:InvokeFunction", function)))
        assert result["status"] == "SUCCEEDED"
        assert json.loads(result["output"])["error"]["Error"] == "ProbeError"
        tried = [call for call in aws.calls() if call.action == "lambda:InvokeFunction"]
        assert len(tried) == 2


class TestStateMachineRoles:
    """AWS refuses to create a machine whose role could not do what its settings ask."""

    @pytest.mark.parametrize(
        ("state", "settings", "action", "error"),
        [
            (END, {"loggingConfiguration": {"level": "ALL"}}, "logs:*", "not authorized to access the Log Destination"),
            (END, {"tracingConfiguration": {"enabled": True}}, "xray:*", "not authorized to send traces"),
            (NESTED, {}, "events:*", "not authorized to create managed-rule"),
        ],
    )
    def test_without_permission(self, aws: World, state: Any, settings: Any, action: str, error: str) -> None:
        states, definition = aws("stepfunctions"), json.dumps({"StartAt": "Do", "States": {"Do": state}})
        role = aws.role("machine", "states")
        with pytest.raises(ClientError, match=error):
            states.create_state_machine(name="machine", definition=definition, roleArn=role, **settings)
        aws("iam").put_role_policy(RoleName="machine", PolicyName="inline", PolicyDocument=policy(allow(action, "*")))
        states.create_state_machine(name="machine", definition=definition, roleArn=role, **settings)

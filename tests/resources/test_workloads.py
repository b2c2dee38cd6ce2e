"""Roles, functions, queues, topics, events, state machines, logs and alarms, read back as AWS holds them."""

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from marquee.engine.values import Archive, Asset, Secret
from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, allow, tags, trust

CODE = "def handler(event, context):\n    return {'got': event}\n"


@pytest.fixture
def function(aws: Bench, tmp_path: Path) -> str:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(CODE)
    settings: dict[str, Any] = {"runtime": "python3.13", "handler": "main.handler", "role": aws.role("runner", "lambda.amazonaws.com")}
    return aws.make("aws:lambda/function:Function", name="fn", code=Archive(path=str(tmp_path / "code")), **settings).id


class TestIdentity:
    def test_a_role_has_its_trust_boundary_and_tags(self, aws: Bench) -> None:
        boundary = aws.make("aws:iam/policy:Policy", name="fence", policy=allow("s3:GetObject")).id
        fields = {"assumeRolePolicy": trust("lambda.amazonaws.com"), "permissionsBoundary": boundary, "description": "d"}
        made = aws.make("aws:iam/role:Role", name="worker", maxSessionDuration=7200, **fields)
        found = aws("iam").get_role(RoleName="worker")["Role"]
        assert (made.id, made.outputs["arn"]) == ("worker", f"arn:aws:iam::{aws.account}:role/worker")
        assert found["AssumeRolePolicyDocument"] == json.loads(trust("lambda.amazonaws.com"))
        assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
        assert found["MaxSessionDuration"] == 7200
        assert tags(found["Tags"]) == TAGS
        assert "region" not in made.outputs

    def test_policies_inline_and_attached(self, aws: Bench) -> None:
        aws.role("worker", "lambda.amazonaws.com")
        inline = aws.make("aws:iam/rolePolicy:RolePolicy", role="worker", name="access", policy=allow("sqs:SendMessage"))
        assert inline.id == "worker:access"
        assert aws("iam").get_role_policy(RoleName="worker", PolicyName="access")["PolicyDocument"] == json.loads(allow("sqs:SendMessage"))
        policy = aws.make("aws:iam/policy:Policy", name="managed", policy=allow("s3:GetObject"))
        assert policy.id == policy.outputs["arn"] == f"arn:aws:iam::{aws.account}:policy/managed"
        attached = aws.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="worker", policyArn=policy.id)
        assert attached.id == f"worker/{policy.id}"
        [found] = aws("iam").list_attached_role_policies(RoleName="worker")["AttachedPolicies"]
        assert found["PolicyArn"] == policy.id

    def test_an_identity_provider_and_an_instance_profile(self, aws: Bench) -> None:
        url = "https://token.actions.githubusercontent.com"
        made = aws.make("aws:iam/openIdConnectProvider:OpenIdConnectProvider", url=url, clientIdLists=["sts.amazonaws.com"])
        found = aws("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=made.id)
        assert (found["ClientIDList"], made.outputs["url"]) == (["sts.amazonaws.com"], url.removeprefix("https://"))
        aws.role("host", "ec2.amazonaws.com")
        aws.make("aws:iam/instanceProfile:InstanceProfile", name="host", role="host")
        profile = aws("iam").get_instance_profile(InstanceProfileName="host")["InstanceProfile"]
        assert [role["RoleName"] for role in profile["Roles"]] == ["host"]


class TestFunctions:
    def test_a_function_runs_the_code_of_a_folder(self, aws: Bench, function: str) -> None:
        answer = json.loads(aws("lambda").invoke(FunctionName=function, Payload=b'{"a": 1}')["Payload"].read())
        assert answer == {"got": {"a": 1}}

    def test_settings_reach_lambda(self, aws: Bench, tmp_path: Path) -> None:
        role = aws.role("runner", "lambda.amazonaws.com", "sqs:SendMessage", "kms:Decrypt")
        queue = aws.make("aws:sqs/queue:Queue", name="dead").outputs["arn"]
        key = aws.make("aws:kms/key:Key").outputs["arn"]
        with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
            archive.writestr("main.py", CODE)
        made = aws.make(
            "aws:lambda/function:Function",
            name="full",
            role=role,
            runtime="python3.13",
            handler="main.handler",
            code=Archive(path=str(tmp_path / "code.zip")),
            architectures=["x86_64"],
            memorySize=256,
            timeout=7,
            environment={"variables": {"PLAIN": "1", "HIDDEN": Secret("two")}},
            kmsKeyArn=key,
            deadLetterConfig={"targetArn": queue},
            tracingConfig={"mode": "Active"},
            loggingConfig={"logFormat": "JSON", "logGroup": "/aws/lambda/full"},
            reservedConcurrentExecutions=3,
        )
        found = aws("lambda").get_function(FunctionName="full")
        settings = found["Configuration"]
        assert settings["Environment"]["Variables"] == {"PLAIN": "1", "HIDDEN": "two"}
        assert (settings["MemorySize"], settings["Timeout"], settings["KMSKeyArn"]) == (256, 7, key)
        assert settings["DeadLetterConfig"] == {"TargetArn": queue}
        assert settings["TracingConfig"]["Mode"] == "Active"
        assert (settings["LoggingConfig"]["LogFormat"], settings["LoggingConfig"]["LogGroup"]) == ("JSON", "/aws/lambda/full")
        assert found["Tags"] == TAGS
        assert found["Concurrency"]["ReservedConcurrentExecutions"] == 3
        assert made.outputs["arn"] == aws.arn("lambda", "function:full")
        assert made.outputs["invokeArn"].endswith(f"functions/{made.outputs['arn']}/invocations")
        assert made.outputs["codeSha256"] == made.outputs["sourceCodeHash"]

    def test_code_may_be_assets_and_must_exist(self, aws: Bench, tmp_path: Path) -> None:
        settings = {"role": aws.role("runner", "lambda.amazonaws.com"), "runtime": "python3.13", "handler": "main.handler"}
        text = Archive(assets={"main.py": Asset(text="def handler(event, context):\n    return 7\n")})
        aws.make("aws:lambda/function:Function", name="text", code=text, **settings)
        assert aws("lambda").invoke(FunctionName="text")["Payload"].read() == b"7"
        with pytest.raises(MarqueeError, match=r"there is no code at .*absent"):
            aws.make("aws:lambda/function:Function", name="none", code=Archive(path=str(tmp_path / "absent")), **settings)

    def test_a_permission_is_a_statement_of_the_functions_policy(self, aws: Bench, function: str) -> None:
        source = aws.arn("events", "rule/r")
        fields = {"action": "lambda:InvokeFunction", "principal": "events.amazonaws.com", "sourceArn": source, "sourceAccount": aws.account}
        made = aws.make("aws:lambda/permission:Permission", function=function, **fields)
        [statement] = json.loads(aws("lambda").get_policy(FunctionName=function)["Policy"])["Statement"]
        assert statement["Sid"] == made.id == made.outputs["statementId"]
        assert statement["Condition"]["ArnLike"]["AWS:SourceArn"] == source
        assert statement["Condition"]["StringEquals"]["AWS:SourceAccount"] == aws.account

    def test_a_function_polls_a_queue(self, aws: Bench, function: str) -> None:
        actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        aws.make("aws:iam/rolePolicy:RolePolicy", role="runner", name="poll", policy=allow(*actions))
        queue = aws.make("aws:sqs/queue:Queue", name="jobs").outputs["arn"]
        wanted: dict[str, Any] = {
            "batchSize": 5,
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "scalingConfig": {"maximumConcurrency": 2},
        }
        mapping = aws.make("aws:lambda/eventSourceMapping:EventSourceMapping", eventSourceArn=queue, functionName=function, **wanted)
        found = aws("lambda").get_event_source_mapping(UUID=mapping.id)
        assert (found["BatchSize"], found["EventSourceArn"], found["FunctionResponseTypes"]) == (5, queue, ["ReportBatchItemFailures"])

    def test_retries_of_asynchronous_events(self, aws: Bench, function: str) -> None:
        token = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
        assert aws.make(token, functionName=function, maximumRetryAttempts=1, maximumEventAgeInSeconds=60).id == function
        found = aws("lambda").get_function_event_invoke_config(FunctionName=function)
        assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (1, 60)


class TestMessaging:
    def test_a_queue_with_its_attributes(self, aws: Bench) -> None:
        made = aws.make(
            "aws:sqs/queue:Queue", name="jobs", messageRetentionSeconds=600, visibilityTimeoutSeconds=45, kmsMasterKeyId="alias/k"
        )
        found = aws("sqs").get_queue_attributes(QueueUrl=made.id, AttributeNames=["All"])["Attributes"]
        assert (found["MessageRetentionPeriod"], found["VisibilityTimeout"], found["KmsMasterKeyId"]) == ("600", "45", "alias/k")
        assert (made.id, made.outputs["arn"]) == (made.outputs["url"], aws.arn("sqs", "jobs"))
        assert aws("sqs").list_queue_tags(QueueUrl=made.id)["Tags"] == TAGS

    @pytest.mark.parametrize(
        ("token", "name", "attribute"),
        [
            ("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy"),
            ("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy", "RedrivePolicy"),
            ("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy", "RedriveAllowPolicy"),
        ],
    )
    def test_policies_of_a_queue(self, aws: Bench, token: str, name: str, attribute: str) -> None:
        dead = aws.make("aws:sqs/queue:Queue", name="dead").outputs["arn"]
        url = aws.make("aws:sqs/queue:Queue", name="jobs").id
        documents = {
            "policy": json.loads(allow("sqs:SendMessage", on=aws.arn("sqs", "jobs"), Principal={"AWS": aws.account})),
            "redrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": 3},
            "redriveAllowPolicy": {"redrivePermission": "denyAll"},
        }
        assert aws.make(token, queueUrl=url, **{name: json.dumps(documents[name])}).id == url
        found = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"][attribute]
        assert json.loads(found) == documents[name]

    def test_a_topic_its_policy_and_who_hears_it(self, aws: Bench) -> None:
        topic = aws.make("aws:sns/topic:Topic", name="alarms", kmsMasterKeyId="alias/k")
        assert topic.id == topic.outputs["arn"] == aws.arn("sns", "alarms")
        policy = allow("sns:Publish", on=topic.id, Principal={"Service": "cloudwatch.amazonaws.com"})
        assert aws.make("aws:sns/topicPolicy:TopicPolicy", arn=topic.id, policy=policy).outputs["owner"] == aws.account
        found = aws("sns").get_topic_attributes(TopicArn=topic.id)["Attributes"]
        assert (json.loads(found["Policy"]), found["KmsMasterKeyId"]) == (json.loads(policy), "alias/k")
        queue = aws.make("aws:sqs/queue:Queue", name="heard").outputs["arn"]
        heard = {"topic": topic.id, "protocol": "sqs", "endpoint": queue, "rawMessageDelivery": True}
        subscribed = aws.make("aws:sns/topicSubscription:TopicSubscription", **heard)
        assert aws("sns").get_subscription_attributes(SubscriptionArn=subscribed.id)["Attributes"]["RawMessageDelivery"] == "true"
        mail = aws.make("aws:sns/topicSubscription:TopicSubscription", "mail", topic=topic.id, protocol="email", endpoint="a@example.org")
        assert (subscribed.outputs["pendingConfirmation"], mail.outputs["pendingConfirmation"]) == (False, True)


class TestEvents:
    def test_a_rule_and_its_target_on_the_default_bus(self, aws: Bench) -> None:
        pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["b"]}}}
        rule = aws.make("aws:cloudwatch/eventRule:EventRule", name="created", eventPattern=json.dumps(pattern), description="d")
        found = aws("events").describe_rule(Name="created")
        assert (rule.id, json.loads(found["EventPattern"]), found["State"]) == ("created", pattern, "ENABLED")
        queue = aws.make("aws:sqs/queue:Queue", name="dead").outputs["arn"]
        target = aws.make(
            "aws:cloudwatch/eventTarget:EventTarget",
            rule="created",
            targetId="one",
            arn=queue,
            retryPolicy={"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 2},
            deadLetterConfig={"arn": queue},
            inputTransformer={"inputPaths": {"key": "$.detail.key"}, "inputTemplate": '"<key>"'},
        )
        [found] = aws("events").list_targets_by_rule(Rule="created")["Targets"]
        assert target.id == "created-one"
        assert found["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 2}
        assert (found["Arn"], found["DeadLetterConfig"]) == (queue, {"Arn": queue})
        assert found["InputTransformer"] == {"InputPathsMap": {"key": "$.detail.key"}, "InputTemplate": '"<key>"'}

    def test_a_bus_of_its_own(self, aws: Bench) -> None:
        bus = aws.make("aws:cloudwatch/eventBus:EventBus", name="titles")
        assert bus.outputs["arn"] == aws.arn("events", "event-bus/titles")
        rule = aws.make(
            "aws:cloudwatch/eventRule:EventRule", name="all", eventBusName="titles", scheduleExpression="rate(1 hour)", isEnabled=False
        )
        assert (rule.id, aws("events").describe_rule(Name="all", EventBusName="titles")["State"]) == ("titles/all", "DISABLED")
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/events").outputs["arn"]
        target = aws.make("aws:cloudwatch/eventTarget:EventTarget", rule="all", eventBusName="titles", targetId="one", arn=group)
        assert target.id == "titles-all-one"
        archive = aws.make("aws:cloudwatch/eventArchive:EventArchive", name="kept", eventSourceArn=bus.outputs["arn"], retentionDays=9)
        assert aws("events").describe_archive(ArchiveName=archive.id)["RetentionDays"] == 9

    def test_a_state_machine_runs(self, aws: Bench) -> None:
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/aws/vendedlogs/m").outputs["arn"]
        requests = aws.sent("stepfunctions", "CreateStateMachine")
        body = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "Result": {"ok": True}, "End": True}}})
        made = aws.make(
            "aws:sfn/stateMachine:StateMachine",
            name="m",
            type="STANDARD",
            definition=body,
            roleArn=aws.role("steps", "states.amazonaws.com", "logs:*", "xray:*"),
            loggingConfiguration={"level": "ALL", "includeExecutionData": True, "logDestination": f"{group}:*"},
            tracingConfiguration={"enabled": True},
        )
        found = aws("stepfunctions").describe_state_machine(stateMachineArn=made.id)
        assert made.id == made.outputs["arn"] == aws.arn("states", "stateMachine:m")
        assert requests[0]["tracingConfiguration"] == {"enabled": True}  # MiniStack keeps none
        [destination] = found["loggingConfiguration"]["destinations"]
        assert destination["cloudWatchLogsLogGroup"]["logGroupArn"] == f"{group}:*"
        run = aws("stepfunctions").start_execution(stateMachineArn=made.id)["executionArn"]
        end = time.monotonic() + 5
        while (state := aws("stepfunctions").describe_execution(executionArn=run))["status"] == "RUNNING":
            assert time.monotonic() < end, "the execution does not end"
            time.sleep(0.05)
        assert json.loads(state["output"]) == {"ok": True}


class TestObservability:
    def test_a_log_group_its_stream_filter_and_writers(self, aws: Bench) -> None:
        key = aws.make("aws:kms/key:Key").outputs["arn"]
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", name="/app", retentionInDays=30, kmsKeyId=key)
        [found] = aws("logs").describe_log_groups(logGroupNamePrefix="/app")["logGroups"]
        assert (found["retentionInDays"], found["kmsKeyId"], group.outputs["arn"]) == (30, key, aws.arn("logs", "log-group:/app"))
        assert aws.make("aws:cloudwatch/logStream:LogStream", name="s", logGroupName="/app").outputs["arn"].endswith(":log-stream:s")
        metric = {"name": "Errors", "namespace": "App", "value": "1", "defaultValue": "0"}
        aws.make(
            "aws:cloudwatch/logMetricFilter:LogMetricFilter", name="f", logGroupName="/app", pattern="ERROR", metricTransformation=metric
        )
        [filtered] = aws("logs").describe_metric_filters(logGroupName="/app")["metricFilters"]
        assert (filtered["filterPattern"], filtered["metricTransformations"][0]["metricName"]) == ("ERROR", "Errors")
        document = allow("logs:PutLogEvents", Principal={"Service": "events.amazonaws.com"})
        aws.make("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", policyName="events", policyDocument=document)
        [policy] = aws("logs").describe_resource_policies()["resourcePolicies"]
        assert json.loads(policy["policyDocument"]) == json.loads(document)

    def test_alarms_on_a_metric_on_mathematics_and_on_alarms(self, aws: Bench) -> None:
        shared: dict[str, Any] = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "threshold": 0}
        topic = aws.make("aws:sns/topic:Topic", name="alarms").id
        metric = {"namespace": "AWS/SQS", "metricName": "Depth", "statistic": "Sum", "period": 60, "dimensions": {"QueueName": "q"}}
        alarm = aws.make(
            "aws:cloudwatch/metricAlarm:MetricAlarm", name="deep", **shared, **metric, alarmActions=[topic], treatMissingData="ignore"
        )
        [found] = aws("cloudwatch").describe_alarms(AlarmNames=["deep"])["MetricAlarms"]
        assert (found["Dimensions"], found["TreatMissingData"]) == ([{"Name": "QueueName", "Value": "q"}], "ignore")
        assert (found["AlarmActions"], alarm.outputs["arn"]) == ([topic], found["AlarmArn"])
        queries = [
            {"id": "rate", "expression": "e / 60", "returnData": True, "label": "r"},
            {"id": "e", "metric": {"namespace": "N", "metricName": "E", "period": 60, "stat": "Sum", "dimensions": {"A": "b"}}},
        ]
        requests = aws.sent("cloudwatch", "PutMetricAlarm")
        aws.make("aws:cloudwatch/metricAlarm:MetricAlarm", name="maths", **shared, metricQueries=queries)
        measured = {"Namespace": "N", "MetricName": "E", "Dimensions": [{"Name": "A", "Value": "b"}]}
        assert requests[0]["Metrics"] == [  # MiniStack keeps none
            {"Id": "rate", "Expression": "e / 60", "ReturnData": True, "Label": "r"},
            {"Id": "e", "MetricStat": {"Metric": measured, "Period": 60, "Stat": "Sum"}},
        ]
        rule = f'ALARM("{alarm.outputs["arn"]}")'
        both = aws.make("aws:cloudwatch/compositeAlarm:CompositeAlarm", alarmName="both", alarmRule=rule, alarmActions=[topic])
        [found] = aws("cloudwatch").describe_alarms(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        assert (found["AlarmRule"], both.outputs["arn"]) == (rule, found["AlarmArn"])

    def test_a_dashboard(self, aws: Bench) -> None:
        body = json.dumps({"widgets": []})
        made = aws.make("aws:cloudwatch/dashboard:Dashboard", dashboardName="d", dashboardBody=body)
        assert json.loads(aws("cloudwatch").get_dashboard(DashboardName="d")["DashboardBody"]) == {"widgets": []}
        assert made.outputs["dashboardArn"] == f"arn:aws:cloudwatch::{aws.account}:dashboard/d"

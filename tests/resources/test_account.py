"""What an account has once, secrets and parameters, and what the provider's functions answer."""

import json
from typing import Any

import pytest

from marquee.engine.values import Secret
from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, allow, tags, trust


class TestOnceInAnAccount:
    def test_images_are_scanned(self, aws: Bench) -> None:
        rule = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
        token = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
        assert aws.make(token, scanType="BASIC", rules=[rule]).id == aws.account
        found = aws("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
        assert found["rules"] == [rule]

    def test_who_may_replicate_images(self, aws: Bench) -> None:
        document = allow("ecr:ReplicateImage", on=f"arn:aws:ecr:eu-west-1:{aws.account}:repository/*", Principal={"AWS": "111111111111"})
        aws.make("aws:ecr/registryPolicy:RegistryPolicy", policy=document)
        found = json.loads(aws("ecr").get_registry_policy()["policyText"])
        assert found["Statement"][0]["Action"] == ["ecr:ReplicateImage"]

    def test_the_role_that_api_gateway_logs_with(self, aws: Bench) -> None:
        role = aws.role("gateway", "apigateway.amazonaws.com", "logs:CreateLogGroup")
        made = aws.make("aws:apigateway/account:Account", cloudwatchRoleArn=role)
        assert aws("apigateway").get_account()["cloudwatchRoleArn"] == role
        assert len(made.outputs["throttleSettings"]) == 1

    def test_a_budget_tells_somebody(self, aws: Bench) -> None:
        told = {
            "comparisonOperator": "GREATER_THAN",
            "threshold": 80,
            "thresholdType": "PERCENTAGE",
            "notificationType": "ACTUAL",
            "subscriberEmailAddresses": ["a@example.org"],
        }
        budget: dict[str, Any] = {"budgetType": "COST", "limitAmount": "250", "limitUnit": "USD", "timeUnit": "MONTHLY"}
        made = aws.make("aws:budgets/budget:Budget", name="all", **budget, notifications=[told])
        assert made.id == f"{aws.account}:all"
        found = aws("budgets").describe_budget(AccountId=aws.account, BudgetName="all")["Budget"]
        assert float(found["BudgetLimit"]["Amount"]) == 250
        [notification] = aws("budgets").describe_notifications_for_budget(AccountId=aws.account, BudgetName="all")["Notifications"]
        assert (notification["Threshold"], notification["NotificationType"]) == (80, "ACTUAL")

    def test_a_service_setting(self, aws: Bench) -> None:
        setting = "/ssm/documents/console/public-sharing-permission"
        made = aws.make("aws:ssm/serviceSetting:ServiceSetting", settingId=setting, settingValue="Disable")
        assert aws("ssm").get_service_setting(SettingId=setting)["ServiceSetting"]["SettingValue"] == "Disable"
        assert (made.id, made.outputs["arn"]) == (setting, aws.arn("ssm", f"servicesetting{setting}"))


class TestSecrets:
    def test_a_secret_its_value_its_readers_and_its_rotation(self, aws: Bench) -> None:
        key = aws.make("aws:kms/key:Key").outputs["arn"]
        made = aws.make("aws:secretsmanager/secret:Secret", name="spoke", kmsKeyId=key, recoveryWindowInDays=7)
        assert made.id == made.outputs["arn"]
        version = aws.make("aws:secretsmanager/secretVersion:SecretVersion", secretId=made.id, secretString=Secret("hush"))
        assert version.id == f"{made.id}|{version.outputs['versionId']}"
        found = aws("secretsmanager").get_secret_value(SecretId=made.id)
        assert (found["SecretString"], found["VersionId"]) == ("hush", version.outputs["versionId"])
        described = aws("secretsmanager").describe_secret(SecretId=made.id)
        assert (described["KmsKeyId"], tags(described["Tags"])) == (key, TAGS)
        document = allow("secretsmanager:GetSecretValue", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
        assert aws.make("aws:secretsmanager/secretPolicy:SecretPolicy", secretArn=made.id, policy=document).id == made.id
        assert json.loads(aws("secretsmanager").get_resource_policy(SecretId=made.id)["ResourcePolicy"]) == json.loads(document)
        rotation = {"rotationLambdaArn": aws.arn("lambda", "function:rotate"), "rotationRules": {"automaticallyAfterDays": 30}}
        # Rotation really calls its function (tests/flows/test_playback.py); one that cannot be called is refused, as on AWS.
        with pytest.raises(MarqueeError, match="cannot invoke the specified Lambda function"):
            aws.make("aws:secretsmanager/secretRotation:SecretRotation", secretId=made.id, **rotation)

    def test_a_parameter(self, aws: Bench) -> None:
        made = aws.make("aws:ssm/parameter:Parameter", name="/app/token", type="SecureString", value=Secret("hush"))
        found = aws("ssm").get_parameter(Name="/app/token", WithDecryption=True)["Parameter"]
        assert (found["Value"], found["Type"], made.outputs["arn"]) == ("hush", "SecureString", aws.arn("ssm", "parameter/app/token"))
        open_one = aws.make("aws:ssm/parameter:Parameter", "open", name="open", type="String", insecureValue="seen")
        assert (aws("ssm").get_parameter(Name=open_one.id)["Parameter"]["Value"], open_one.outputs["version"]) == ("seen", 1)


class TestFunctions:
    def test_where_and_who(self, aws: Bench) -> None:
        assert aws.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == aws.account
        assert aws.invoke("aws:index/getRegion:getRegion")["region"] == "eu-west-1"
        assert aws.invoke("aws:index/getPartition:getPartition")["partition"] == "aws"
        zones = aws.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", state="available")
        assert zones["names"][:3] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
        assert len(zones["zoneIds"]) == len(zones["names"])

    @pytest.mark.parametrize("name", ["com.amazonaws.global.cloudfront.origin-facing", "com.amazonaws.eu-west-1.route53-healthchecks"])
    def test_a_prefix_list_by_name(self, aws: Bench, name: str) -> None:
        found = aws.invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", name=name)
        assert (found["name"], found["ownerId"]) == (name, "AWS")
        assert found["id"].startswith("pl-")
        assert found["entries"]

    def test_a_prefix_list_that_is_not_there(self, aws: Bench) -> None:
        with pytest.raises(MarqueeError, match="0 managed prefix lists match none"):
            aws.invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", name="none")

    def test_a_zone_by_name(self, aws: Bench) -> None:
        made = aws.make("aws:route53/zone:Zone", name="example.org")
        found = aws.invoke("aws:route53/getZone:getZone", name="example.org")
        assert (found["zoneId"], found["name"]) == (made.id, "example.org")
        with pytest.raises(MarqueeError, match=r"0 hosted zones are called other\.org"):
            aws.invoke("aws:route53/getZone:getZone", name="other.org")

    def test_a_policy_document(self, aws: Bench) -> None:
        principals = [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}]
        wanted = [{"actions": ["sts:AssumeRole"], "principals": principals}]
        found = aws.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=wanted)
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        assert json.loads(found["json"]) == {"Version": "2012-10-17", "Statement": [statement]}
        conditions = [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}]
        wanted = [{"effect": "Deny", "actions": ["s3:*"], "resources": ["a", "b"], "conditions": conditions, "principals": [{"type": "*"}]}]
        [denied] = json.loads(aws.invoke("aws:iam/getPolicyDocument:getPolicyDocument", statements=wanted)["json"])["Statement"]
        assert denied["Principal"] == "*"
        assert set(denied["Condition"]["StringEquals"]["aws:SourceAccount"]) == {"1", "2"}


EXISTING = {
    "aws:acm/certificate:Certificate": {"domainName": "a.example.org", "validationMethod": "DNS"},
    "aws:cloudwatch/eventBus:EventBus": {"name": "bus"},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/app"},
    "aws:dynamodb/table:Table": {
        "name": "titles",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
    },
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"},
    "aws:iam/role:Role": {"name": "worker", "assumeRolePolicy": trust("lambda.amazonaws.com")},
    "aws:kms/key:Key": {"description": "d"},
    "aws:route53/zone:Zone": {"name": "example.org"},
    "aws:sns/topic:Topic": {"name": "alarms"},
    "aws:sqs/queue:Queue": {"name": "jobs"},
}


@pytest.mark.parametrize("token", EXISTING)
def test_what_exists_is_read_as_it_was_made(aws: Bench, token: str) -> None:
    made = aws.make(token, **EXISTING[token])
    found = aws.backend.read(aws.request(token), made.id)
    assert found.id == made.id
    differing = {name for name, value in found.outputs.items() if made.outputs.get(name) != value}
    assert not differing - {"status"}  # a certificate is issued meanwhile
    assert found.outputs.get("arn", "arn:").startswith("arn:")


def test_what_does_not_exist_cannot_be_read(aws: Bench) -> None:
    with pytest.raises(MarqueeError, match="DescribeVpcs failed: InvalidVpcID"):
        aws.backend.read(aws.request("aws:ec2/vpc:Vpc"), "vpc-0123")

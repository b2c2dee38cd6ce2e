"""CloudFront's real-time log configurations and continuous deployment policies, and what it refuses between settings, through boto3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.resources.bench import Bench, allow, trust

ENDPOINT = {
    "StreamType": "Kinesis",
    "KinesisStreamConfig": {
        "RoleARN": "arn:aws:iam::111122223333:role/logs",
        "StreamARN": "arn:aws:kinesis:us-east-1:111122223333:stream/logs",
    },
}
LOGS: dict[str, Any] = {"Name": "live", "SamplingRate": 5, "Fields": ["sc-status", "timestamp"], "EndPoints": [ENDPOINT]}
BEHAVIOUR: dict[str, Any] = {
    "TargetOriginId": "one",
    "ViewerProtocolPolicy": "https-only",
    "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
}
ORIGINS = [{"Id": name, "DomainName": f"{name}.example.org", "S3OriginConfig": {"OriginAccessIdentity": ""}} for name in ("one", "two")]


@pytest.fixture
def client(aws: Bench) -> Any:
    return aws("cloudfront", "us-east-1")


@contextmanager
def refused(code: str, status: int) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    error: Any = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), error["Error"]["Message"]


def counted(*items: Any) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}


def config(reference: str, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "CallerReference": reference, "Comment": "", "Enabled": True, "HttpVersion": "http2", "Origins": counted(*ORIGINS),
        "DefaultCacheBehavior": BEHAVIOUR,
    }  # fmt: skip
    return {**given, **more}


def staging(client: Any, reference: str = "s", **more: Any) -> Any:
    return client.create_distribution(DistributionConfig=config(reference, Staging=True, **more))["Distribution"]


def policy(name: str, **traffic: Any) -> dict[str, Any]:
    weight = {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.1}}
    return {"StagingDistributionDnsNames": counted(name), "Enabled": True, "TrafficConfig": traffic or weight}


def made(client: Any, given: dict[str, Any]) -> tuple[str, str]:
    answer = client.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=given)
    return answer["ContinuousDeploymentPolicy"]["Id"], answer["ETag"]


class TestRealtimeLogConfigs:
    def test_one_is_kept_in_the_order_of_its_records(self, aws: Bench, client: Any) -> None:
        answer = client.create_realtime_log_config(**LOGS)["RealtimeLogConfig"]
        arn = f"arn:aws:cloudfront::{aws.account}:realtime-log-config/live"
        assert answer == {**LOGS, "ARN": arn, "Fields": ["timestamp", "sc-status"]}
        assert client.get_realtime_log_config(Name="live")["RealtimeLogConfig"] == answer
        assert client.get_realtime_log_config(ARN=arn)["RealtimeLogConfig"] == answer
        assert client.list_realtime_log_configs()["RealtimeLogConfigs"]["Items"] == [answer]
        changed = client.update_realtime_log_config(ARN=arn, SamplingRate=7, Fields=["c-ip"], EndPoints=[ENDPOINT])["RealtimeLogConfig"]
        assert (changed["SamplingRate"], changed["Fields"]) == (7, ["c-ip"])
        client.delete_realtime_log_config(Name="live")
        with refused("NoSuchRealtimeLogConfig", 404):
            client.get_realtime_log_config(Name="live")

    def test_a_name_is_taken_once(self, client: Any) -> None:
        client.create_realtime_log_config(**LOGS)
        with refused("RealtimeLogConfigAlreadyExists", 409):
            client.create_realtime_log_config(**LOGS)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"SamplingRate": 0}, {"SamplingRate": 101}, {"Fields": []}, {"Fields": ["timestamp", "cs-secret"]}, {"EndPoints": []},
            {"EndPoints": [ENDPOINT, ENDPOINT]}, {"EndPoints": [{**ENDPOINT, "StreamType": "Firehose"}]},
            {"EndPoints": [{**ENDPOINT, "KinesisStreamConfig": {"RoleARN": "r", "StreamARN": "arn:aws:kinesis:eu-west-1:1:stream/x"}}]},
        ],
    )  # fmt: skip
    def test_settings_that_do_not_fit(self, client: Any, wrong: dict[str, Any]) -> None:
        with refused("InvalidArgument", 400):
            client.create_realtime_log_config(**{**LOGS, **wrong})
        assert client.list_realtime_log_configs()["RealtimeLogConfigs"].get("Items", []) == []

    def test_one_that_a_behaviour_names_stays(self, client: Any) -> None:
        arn = client.create_realtime_log_config(**LOGS)["RealtimeLogConfig"]["ARN"]
        behaviour = {**BEHAVIOUR, "RealtimeLogConfigArn": arn}
        answer = client.create_distribution(DistributionConfig=config("a", DefaultCacheBehavior=behaviour))["Distribution"]
        assert answer["DistributionConfig"]["DefaultCacheBehavior"]["RealtimeLogConfigArn"] == arn
        with refused("RealtimeLogConfigInUse", 400):
            client.delete_realtime_log_config(ARN=arn)
        with refused("NoSuchRealtimeLogConfig", 404):
            client.create_distribution(
                DistributionConfig=config("b", DefaultCacheBehavior={**behaviour, "RealtimeLogConfigArn": f"{arn}x"})
            )

    def test_a_role_needs_the_right(self, aws: Bench, client: Any) -> None:
        aws.make("aws:iam/role:Role", "reader", name="reader", assumeRolePolicy=trust("lambda.amazonaws.com").replace(
            '{"Service": "lambda.amazonaws.com"}', f'{{"AWS": "arn:aws:iam::{aws.account}:root"}}'))  # fmt: skip
        aws.make("aws:iam/rolePolicy:RolePolicy", "reader", role="reader", name="a", policy=allow("cloudfront:GetRealtimeLogConfig"))
        client.create_realtime_log_config(**LOGS)
        session = aws("sts").assume_role(RoleArn=f"arn:aws:iam::{aws.account}:role/reader", RoleSessionName="test")["Credentials"]
        keys = {"access_key": session["AccessKeyId"], "secret_key": session["SecretAccessKey"], "session_token": session["SessionToken"]}
        reader = aws.emulator.client_as("cloudfront", region="us-east-1", credentials=keys)
        assert reader.get_realtime_log_config(Name="live")["RealtimeLogConfig"]["Name"] == "live"
        with refused("AccessDenied", 403):
            reader.delete_realtime_log_config(Name="live")


class TestContinuousDeploymentPolicies:
    def test_one_is_kept_changed_and_removed(self, client: Any) -> None:
        domain = staging(client)["DomainName"]
        given = policy(domain)
        policy_id, etag = made(client, given)
        answer = client.get_continuous_deployment_policy(Id=policy_id)
        assert (answer["ETag"], answer["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"]) == (etag, given)
        assert client.get_continuous_deployment_policy_config(Id=policy_id)["ContinuousDeploymentPolicyConfig"] == given
        listed = client.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]
        assert [item["ContinuousDeploymentPolicy"]["Id"] for item in listed["Items"]] == [policy_id]
        sticky = {"Weight": 0.05, "SessionStickinessConfig": {"IdleTTL": 300, "MaximumTTL": 600}}
        other = policy(domain, Type="SingleWeight", SingleWeightConfig=sticky)
        with refused("PreconditionFailed", 412):
            client.update_continuous_deployment_policy(Id=policy_id, IfMatch="E0", ContinuousDeploymentPolicyConfig=other)
        with refused("InvalidIfMatchVersion", 400):
            client.update_continuous_deployment_policy(Id=policy_id, ContinuousDeploymentPolicyConfig=other)
        changed = client.update_continuous_deployment_policy(Id=policy_id, IfMatch=etag, ContinuousDeploymentPolicyConfig=other)
        assert changed["ETag"] != etag
        assert changed["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"] == other
        with refused("PreconditionFailed", 412):
            client.delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)
        client.delete_continuous_deployment_policy(Id=policy_id, IfMatch=changed["ETag"])
        with refused("NoSuchContinuousDeploymentPolicy", 404):
            client.get_continuous_deployment_policy(Id=policy_id)

    @pytest.mark.parametrize(
        "traffic",
        [
            {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.16}},
            {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 299, "MaximumTTL": 600}}},
            {"Type": "SingleWeight", "SingleWeightConfig": {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 900, "MaximumTTL": 600}}},
            {
                "Type": "SingleWeight",
                "SingleWeightConfig": {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 900, "MaximumTTL": 3601}},
            },
            {"Type": "SingleHeader", "SingleHeaderConfig": {"Header": "x-try", "Value": "yes"}},
            {"Type": "SingleHeader", "SingleWeightConfig": {"Weight": 0.1}},
            {"Type": "SingleWeight"},
            {"Type": "Both", "SingleWeightConfig": {"Weight": 0.1}},
        ],
    )
    def test_traffic_that_does_not_fit(self, client: Any, traffic: dict[str, Any]) -> None:
        domain = staging(client)["DomainName"]
        with refused("InvalidArgument", 400):
            made(client, policy(domain, **traffic))

    def test_what_it_names_is_one_free_staging_distribution_without_http3(self, client: Any) -> None:
        first, newer = staging(client)["DomainName"], staging(client, "h3", HttpVersion="http2and3")["DomainName"]
        primary = client.create_distribution(DistributionConfig=config("p"))["Distribution"]["DomainName"]
        for wrong in (primary, newer, "nobody.cloudfront.net"):
            with refused("InvalidArgument", 400):
                made(client, policy(wrong))
        with refused("InconsistentQuantities", 400):
            made(client, {**policy(first), "StagingDistributionDnsNames": {"Quantity": 2, "Items": [first]}})
        made(client, policy(first))
        with refused("StagingDistributionInUse", 409):
            made(client, policy(first))

    def test_it_belongs_to_one_distribution_that_exists(self, client: Any) -> None:
        policy_id, etag = made(client, policy(staging(client)["DomainName"]))
        with refused("InvalidArgument", 400):
            client.create_distribution(DistributionConfig=config("new", ContinuousDeploymentPolicyId=policy_id))
        for reference, code, status in (("p", "", 0), ("q", "StagingDistributionInUse", 409)):
            answer = client.create_distribution(DistributionConfig=config(reference))
            request = {"Id": answer["Distribution"]["Id"], "IfMatch": answer["ETag"]}
            attached = config(reference, ContinuousDeploymentPolicyId=policy_id)
            if code:
                with refused(code, status):
                    client.update_distribution(**request, DistributionConfig=attached)
            else:
                found = client.update_distribution(**request, DistributionConfig=attached)["Distribution"]["DistributionConfig"]
                assert found["ContinuousDeploymentPolicyId"] == policy_id
        with refused("ContinuousDeploymentPolicyInUse", 409):
            client.delete_continuous_deployment_policy(Id=policy_id, IfMatch=etag)
        answer = client.create_distribution(DistributionConfig=config("r"))
        with refused("NoSuchContinuousDeploymentPolicy", 404):
            client.update_distribution(
                Id=answer["Distribution"]["Id"], IfMatch=answer["ETag"], DistributionConfig=config("r", ContinuousDeploymentPolicyId="x")
            )

    def test_another_accounts_is_not_there(self, aws: Bench, client: Any) -> None:
        policy_id, _ = made(client, policy(staging(client)["DomainName"]))
        other = aws.emulator.client("cloudfront", region="us-east-1", account=str(int(aws.account) - 1))
        with refused("NoSuchContinuousDeploymentPolicy", 404):
            other.get_continuous_deployment_policy(Id=policy_id)
        assert other.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]["Quantity"] == 0


class TestBetweenSettings:
    def test_a_staging_distribution_has_no_aliases(self, client: Any) -> None:
        with refused("InvalidArgument", 400):
            staging(client, Aliases=counted("media.example.org"))

    def test_http3_beside_a_canary(self, client: Any) -> None:
        policy_id, _ = made(client, policy(staging(client)["DomainName"]))
        answer = client.create_distribution(DistributionConfig=config("p", HttpVersion="http2and3"))
        changed = config("p", HttpVersion="http2and3", ContinuousDeploymentPolicyId=policy_id)
        with refused("InvalidArgument", 400):
            client.update_distribution(Id=answer["Distribution"]["Id"], IfMatch=answer["ETag"], DistributionConfig=changed)

    @pytest.mark.parametrize("target", ["group", "one"])
    def test_a_group_of_origins_takes_reads_alone(self, client: Any, target: str) -> None:
        group = {
            "Id": "group",
            "FailoverCriteria": {"StatusCodes": counted(500)},
            "Members": counted({"OriginId": "one"}, {"OriginId": "two"}),
        }
        every = counted("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
        behaviour = {**BEHAVIOUR, "TargetOriginId": target, "AllowedMethods": {**every, "CachedMethods": counted("GET", "HEAD")}}
        given = config("g", OriginGroups=counted(group), CacheBehaviors=counted({**behaviour, "PathPattern": "/x"}))
        if target == "one":
            assert client.create_distribution(DistributionConfig=given)["Distribution"]["Id"]
            return
        with refused("InvalidArgument", 400):
            client.create_distribution(DistributionConfig=given)

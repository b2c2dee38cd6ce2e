"""Who may read an origin, who makes the keys that media trusts, and what follows a publication or a takedown."""

import copy
import json
import sys
from collections.abc import Callable

import pytest

from marquee.engine import Graph
from tests.graph.conftest import Raw, of_stack, platform
from tests.graph.test_edge import ACCOUNTS, DISTRIBUTION, edge, media


class TestAccess:
    def test_cloudfront_alone_reads_renditions_and_nothing_else_in_the_bucket(self, stack: str, deployed: Graph) -> None:
        distributions = f"arn:aws:cloudfront::{ACCOUNTS[stack]}:distribution/*"
        policies = [r for r in deployed.of_type("aws:s3/bucketPolicy:BucketPolicy") if "ReadByCloudFront" in r.inputs["policy"]]
        assert [r.name.rpartition("-")[2] for r in policies] == ["renditions"] * len(platform(stack)["regions"])
        for resource in policies:
            (found,) = [s for s in json.loads(resource.inputs["policy"])["Statement"] if s.get("Sid") == "ReadByCloudFront"]
            assert (found["Principal"], found["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
            assert found["Resource"].endswith("/titles/*")
            assert found["Condition"] == {"ArnLike": {"aws:SourceArn": distributions}}

    def test_the_media_key_decrypts_for_the_accounts_distributions(self, stack: str, deployed: Graph) -> None:
        keys = [r for r in deployed if r.type in ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey") and "-media-" in r.name]
        assert len(keys) == len(platform(stack)["regions"])
        for key in keys:
            (found,) = [s for s in json.loads(key.inputs["policy"])["Statement"] if s["Sid"] == "ReadByCloudFront"]
            assert found["Action"] == ["kms:Decrypt"]
            assert found["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNTS[stack]}:distribution/*"}}

    @pytest.mark.parametrize("token", ["aws:lambda/invocation:Invocation", "aws:secretsmanager/secret:Secret"])
    def test_no_private_key_is_in_the_state(self, token: str, deployed: Graph) -> None:
        for resource in deployed.of_type(token):
            assert "PRIVATE" not in json.dumps([dict(resource.inputs), dict(resource.outputs)], default=str)
        assert not [r for r in deployed.of_type("aws:secretsmanager/secretVersion:SecretVersion") if "cookie" in r.name]


class TestSigningKeys:
    def test_the_group_that_media_trusts_is_the_functions_answer(self, deployed: Graph) -> None:
        (begun,) = [r for r in deployed.of_type("aws:lambda/invocation:Invocation") if r.name == "signing-keys"]
        assert begun.inputs["lifecycleScope"] == "CRUD"
        assert set(json.loads(begun.inputs["input"])) == {"secretId", "reference"}
        assert media(deployed)["defaultCacheBehavior"]["trustedKeyGroups"] == [begun.outputs["result"]]  # no JSON: the stand-in's text

    def test_the_secret_is_in_every_region_and_rotates(self, stack: str, deployed: Graph) -> None:
        (secret,) = [r for r in deployed.of_type("aws:secretsmanager/secret:Secret") if r.name == "signing-keys"]
        others = [region["name"] for region in platform(stack)["regions"] if region["role"] != "primary"]
        assert [replica["region"] for replica in secret.inputs["replicas"]] == others
        assert secret.inputs["recoveryWindowInDays"] == {"dev": 0, "prod": 30}[stack]
        (rotation,) = [r for r in deployed.of_type("aws:secretsmanager/secretRotation:SecretRotation") if r.name == "signing-keys"]
        assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 30}
        assert rotation.inputs["rotateImmediately"] is False

    def test_the_function_runs_on_the_deployers_python(self, deployed: Graph) -> None:
        functions = {r.name: r.inputs["runtime"] for r in deployed.of_type("aws:lambda/function:Function")}
        assert functions["signing-keys"] == f"python3.{sys.version_info.minor}"
        assert functions["delivery-eu-west-1-invalidations"] == "python3.13"


class TestOperations:
    def test_takedowns_wait_in_a_queue_that_a_limited_function_polls(self, stack: str, deployed: Graph) -> None:
        for region in platform(stack)["regions"]:
            name = f"delivery-{region['name']}-invalidations"
            (mapping,) = [r for r in deployed.of_type("aws:lambda/eventSourceMapping:EventSourceMapping") if r.name == name]
            assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
            assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 2}
            (function,) = [r for r in deployed.of_type("aws:lambda/function:Function") if r.name == name]
            variables = function.inputs["environment"]["variables"]
            assert (variables["PATHS_PER_HOUR"], variables["PATHS_PER_MONTH"]) == ("100", "1000")
            others = [other["name"] for other in platform(stack)["regions"] if other != region]
            assert variables["OTHER_REGIONS"] == ",".join(others)
            (queue,) = [r for r in deployed.of_type("aws:sqs/queue:Queue") if r.name == name]
            assert queue.inputs["visibilityTimeoutSeconds"] >= 6 * function.inputs["timeout"]
            assert queue.inputs["messageRetentionSeconds"] == 14 * 24 * 3600
            (alarm,) = [r for r in deployed.of_type("aws:cloudwatch/metricAlarm:MetricAlarm") if r.name == name]
            assert (alarm.inputs["metricName"], alarm.inputs["threshold"]) == ("ApproximateAgeOfOldestMessage", 1800)

    def test_a_takedown_revokes_what_its_title_was_signed_for(self, stack: str, deployed: Graph) -> None:
        for region in platform(stack)["regions"]:
            delivery = f"delivery-{region['name']}"
            mine = {r.type.rpartition(":")[2]: r for r in deployed if r.custom and r.name == f"{delivery}-withdrawals"}
            assert set(mine) == {"EventRule", "EventTarget", "Permission"}
            rule, target, permission = mine["EventRule"], mine["EventTarget"].inputs, mine["Permission"].inputs
            assert json.loads(rule.inputs["eventPattern"]) == {"source": ["marquee.media"], "detail-type": ["TitleTakenDown"]}
            (revoke,) = [r for r in deployed.of_type("aws:lambda/function:Function") if r.name == f"{delivery}-playback-revoke"]
            assert target["arn"] == revoke.outputs["arn"]
            assert target["inputTransformer"]["inputPaths"] == {"title": "$.detail.titleId"}
            asked = json.loads(target["inputTransformer"]["inputTemplate"].replace("<title>", '"film"'))
            assert asked == {"revoke": [{"kind": "title", "id": "film"}]}
            assert (permission["principal"], permission["sourceArn"]) == ("events.amazonaws.com", rule.outputs["arn"])
            assert target["deadLetterConfig"]["arn"].startswith(f"arn:aws:sqs:{region['name']}:")
            assert target["deadLetterConfig"]["arn"].endswith(f"plane-{region['name']}-dead-letters")

    def test_a_function_may_invalidate_that_distribution_alone(self, deployed: Graph) -> None:
        (arn,) = [r.outputs["arn"] for r in edge(deployed) if r.type == DISTRIBUTION and r.name == "edge-media"]
        statements = [s for r in deployed.of_type("aws:iam/rolePolicy:RolePolicy") for s in json.loads(r.inputs["policy"])["Statement"]]
        found = [s for s in statements if "cloudfront:CreateInvalidation" in s["Action"]]
        assert found
        assert all(s["Resource"] == [arn] and s["Action"] == ["cloudfront:CreateInvalidation"] for s in found)

    def test_prod_prefetches_and_dev_does_not(self) -> None:
        rules = {s: {r.name for r in of_stack(s, False).of_type("aws:cloudwatch/eventRule:EventRule")} for s in ("dev", "prod")}
        assert {name for name in rules["prod"] if "prefetch" in name} == {
            f"delivery-{r['name']}-prefetch" for r in platform("prod")["regions"]
        }
        assert not [name for name in rules["dev"] if "prefetch" in name]

    def test_prefetch_may_read_two_secrets_and_nothing_more(self) -> None:
        graph = of_stack("prod", False)
        (access,) = [r for r in graph.of_type("aws:iam/rolePolicy:RolePolicy") if r.name == "delivery-eu-west-1-prefetch-access"]
        own = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
        (secrets,) = [s for s in json.loads(access.inputs["policy"])["Statement"] if not set(s["Action"]) <= own]
        assert secrets["Action"] == ["secretsmanager:GetSecretValue"]
        assert [resource.rpartition(":")[2] for resource in secrets["Resource"]] == [
            "marquee-prod-token-keys-??????", "marquee-prod-cookie-keys-??????",
        ]  # fmt: skip


def test_the_edge_region_gets_a_key_for_logs_and_no_other() -> None:
    keys = {r.name for r in of_stack("dev", False).of_type("aws:kms/key:Key") if r.name.endswith("us-east-1")}
    assert keys == {"global-keys-logs-us-east-1"}


@pytest.mark.slow
def test_logs_stay_where_personal_data_may_be(run_platform: Callable[[Raw], Graph]) -> None:
    raw = copy.deepcopy(platform("prod"))
    raw["security"] = {**raw["security"], "residency": ["ap-southeast-2"]}
    (bucket,) = [r for r in run_platform(raw).of_type("aws:s3/bucket:Bucket") if r.name == "edge-logs"]
    assert bucket.inputs["bucket"].endswith("-apse2")
    assert "::aws-ap-southeast-2::" in bucket.provider

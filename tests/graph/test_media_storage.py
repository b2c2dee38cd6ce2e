"""Where media lie, how they age, and how they are copied between regions. That objects really arrive is shown in tests/flows."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from components.media.replication import routes
from components.refs import BucketRef, MediaRefs
from components.storage.lifecycle import Transition
from marquee.domain.regions import short_code
from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, of_stack, platform
from tests.strategies import edit

REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def store(graph: Graph, token: str, purpose: str, region: str = "eu-west-1") -> Resource:
    (found,) = [resource for resource in graph.of_type(token) if resource.name == f"media-{region}-stores-{purpose}"]
    return found


def bucket(purpose: str, region: str) -> str:
    return f"marquee-prod-{purpose}-444455556666-{short_code(region)}"


def replications(graph: Graph, region: str) -> list[Resource]:
    return [resource for resource in graph if graph.top(resource).name == f"replication-{region}"]


def cooling(graph: Graph, purpose: str) -> list[dict[str, Any]]:
    return [rule for rule in store(graph, LIFECYCLE, purpose).inputs["rules"] if "transitions" in rule]


class TestStores:
    def test_a_starter_cools_nothing_and_keeps_nothing(self) -> None:
        graph = of_stack("dev", True)
        for purpose in ("incoming", "masters", "renditions", "work"):
            made = store(graph, "aws:s3/bucket:Bucket", purpose)
            assert (made.inputs["forceDestroy"], made.protect, made.retain_on_delete) == (True, False, False)
            assert cooling(graph, purpose) == []
        assert not graph.of_type(REPLICATION)

    def test_a_mature_stack_cools_masters_to_the_archive_and_renditions_to_infrequent_access(self) -> None:
        graph = of_stack("prod", True)
        (masters,), (renditions,) = cooling(graph, "masters"), cooling(graph, "renditions")
        assert masters["transitions"] == [{"days": 30, "storageClass": "GLACIER_IR"}, {"days": 365, "storageClass": "DEEP_ARCHIVE"}]
        assert renditions["transitions"] == [{"days": 90, "storageClass": "STANDARD_IA"}]
        assert {store(graph, "aws:s3/bucket:Bucket", purpose).protect for purpose in ("masters", "renditions")} == {True}

    def test_what_an_encode_leaves_behind_expires(self) -> None:
        tidy, expire = store(of_stack("prod", True), LIFECYCLE, "work").inputs["rules"]
        assert (expire["filter"], expire["expiration"]) == ({"prefix": ""}, {"days": 7})
        assert tidy["noncurrentVersionExpiration"] == {"noncurrentDays": 1}

    def test_retired_renditions_expire_and_no_others(self) -> None:
        found = store(of_stack("dev", True), LIFECYCLE, "renditions").inputs["rules"]
        expiring = [(rule["filter"], rule["expiration"]) for rule in found if "expiration" in rule]
        assert expiring == [({"tag": {"key": "marquee:retired", "value": "true"}}, {"days": 2})]

    def test_only_uploads_are_announced(self) -> None:
        announced = of_stack("dev", True).of_type("aws:s3/bucketNotification:BucketNotification")
        assert [resource.name for resource in announced] == ["media-eu-west-1-stores-incoming"]

    @pytest.mark.parametrize("to", ["STANDARD_IA", "ONEZONE_IA"])
    def test_s3_takes_nothing_to_infrequent_access_before_a_month(self, to: Any) -> None:
        assert Transition(days=30, to=to).days == 30
        with pytest.raises(ValueError, match="after 30 days at the earliest, not 29"):
            Transition(days=29, to=to)


class TestReplication:
    def test_each_region_has_exactly_these(self, preview: Graph, stack: str) -> None:
        others = len(REGIONS) - 1
        expected = {
            "marquee:media:MediaReplication": 1,
            "marquee:identity:Role": 2,
            "aws:iam/role:Role": 2,
            "aws:iam/rolePolicy:RolePolicy": 4,
            REPLICATION: 2,
        }
        # One for each way out and one for each way in. Renditions: to and from each other region. Masters: the primary region's to the
        # second, all others' to the primary.
        masters = {"eu-west-1": 1 + others, "us-east-1": 2, "ap-southeast-2": 1}
        for region in (region["name"] for region in platform(stack)["regions"]):
            alarms = {ALARM: 2 * others + masters[region]}
            assert Counter(resource.type for resource in replications(preview, region)) == (expected | alarms if stack == "prod" else {})

    @pytest.mark.parametrize("region", REGIONS)
    def test_renditions_go_everywhere_and_masters_to_one_other(self, region: str) -> None:
        found = {
            resource.name.rpartition("-")[2]: resource
            for resource in replications(of_stack("prod", False), region)
            if resource.type == REPLICATION
        }
        elsewhere = "us-east-1" if region == "eu-west-1" else "eu-west-1"
        expected = {"masters": {elsewhere}, "renditions": set(REGIONS) - {region}}
        for purpose, regions in expected.items():
            inputs = found[purpose].inputs
            assert inputs["bucket"] == bucket(purpose, region)
            targets = {rule["destination"]["bucket"] for rule in inputs["rules"]}
            assert targets == {f"arn:aws:s3:::{bucket(purpose, other)}" for other in regions}
            assert len({rule["priority"] for rule in inputs["rules"]}) == len(regions)

    def test_every_rule_copies_deletions_and_encrypted_objects_in_time_under_the_destinations_key(self) -> None:
        graph = of_stack("prod", False)
        keys = {bucket("renditions", region): f":kms:{region}:" for region in REGIONS}
        rules = [rule for resource in graph.of_type(REPLICATION) for rule in resource.inputs["rules"]]
        assert len(rules) == 3 * 1 + 3 * 2
        for rule in rules:
            assert (rule["status"], rule["filter"], rule["deleteMarkerReplication"]) == ("Enabled", {"prefix": ""}, {"status": "Enabled"})
            assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
            to = rule["destination"]
            assert to["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
            assert to["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}
            name = to["bucket"].removeprefix("arn:aws:s3:::").replace("-masters-", "-renditions-")
            assert keys[name] in to["encryptionConfiguration"]["replicaKmsKeyId"]

    def test_the_role_reads_one_bucket_and_writes_replicas_alone(self) -> None:
        graph = of_stack("prod", False)
        policies = [r for r in replications(graph, "eu-west-1") if r.type == "aws:iam/rolePolicy:RolePolicy" and "-renditions-" in r.name]
        granted = {
            (action, resource)
            for policy in policies
            for statement in json.loads(policy.inputs["policy"])["Statement"]
            for action in statement["Action"]
            for resource in statement["Resource"]
            if action.startswith("s3:")
        }
        here = f"arn:aws:s3:::{bucket('renditions', 'eu-west-1')}"
        read = {"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"}
        assert granted == {
            *((action, here) for action in ("s3:GetReplicationConfiguration", "s3:ListBucket")),
            *((action, f"{here}/*") for action in read),
            *(
                (action, f"arn:aws:s3:::{bucket('renditions', other)}/*")
                for action in ("s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags")
                for other in REGIONS[1:]
            ),
        }

    def test_each_key_is_used_through_s3_of_its_region_for_its_bucket(self) -> None:
        graph = of_stack("prod", False)
        (policy,) = [r for r in replications(graph, "us-east-1") if r.name == "replication-us-east-1-masters-keys"]
        uses = json.loads(policy.inputs["policy"])["Statement"]
        assert [(use["Action"], use["Condition"]) for use in uses] == [
            (
                actions,
                {
                    "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
                    "ArnEquals": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket('masters', region)}"},
                },
            )
            for actions, region in ((["kms:Decrypt"], "us-east-1"), (["kms:Encrypt", "kms:GenerateDataKey"], "eu-west-1"))
        ]

    def test_failures_are_heard_at_the_source_and_delays_at_the_destination(self) -> None:
        graph = of_stack("prod", True)
        alarms = [resource.inputs for resource in replications(graph, "eu-west-1") if resource.type == ALARM]
        assert {alarm["dimensions"]["SourceBucket"] for alarm in alarms if alarm["metricName"] == "OperationsFailedReplication"} == {
            bucket("masters", "eu-west-1"),
            bucket("renditions", "eu-west-1"),
        }
        delays = [alarm for alarm in alarms if alarm["metricName"] == "ReplicationLatency"]
        assert {alarm["dimensions"]["DestinationBucket"] for alarm in delays} == {
            bucket("masters", "eu-west-1"),
            bucket("renditions", "eu-west-1"),
        }
        assert {alarm["threshold"] for alarm in delays} == {900}
        rules = {rule["id"] for resource in graph.of_type(REPLICATION) for rule in resource.inputs["rules"]}
        assert {alarm["dimensions"]["RuleId"] for alarm in alarms} <= rules

    def test_two_regions_copy_masters_to_each_other_and_one_region_nothing(self) -> None:
        def refs(region: str) -> MediaRefs:
            one = {purpose: BucketRef(name=f"{purpose}-{region}", arn="", region=region, key_arn="", ready=None) for purpose in ("m", "r")}  # pyright: ignore[reportArgumentType]
            return MediaRefs(region=region, masters=one["m"], renditions=one["r"])

        assert routes({"a": refs("a")}) == ()
        pairs = [(route.purpose, route.source.region, route.destination.region) for route in routes({"a": refs("a"), "b": refs("b")})]
        assert pairs == [("masters", "a", "b"), ("renditions", "a", "b"), ("masters", "b", "a"), ("renditions", "b", "a")]


@pytest.mark.slow
def test_masters_are_locked_where_the_settings_say_so_and_their_retention_is_copied(run_platform: Callable[[Raw], Graph]) -> None:
    two = edit(platform("prod"), "regions", platform("prod")["regions"][:2])
    graph = run_platform(edit(two, "media.masters_lock", {"mode": "governance", "days": 7}))
    for region in REGIONS[:2]:
        (lock,) = [r for r in graph.of_type("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration") if region in r.name]
        assert lock.name == f"media-{region}-stores-masters"
        assert lock.inputs["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}
        assert store(graph, "aws:s3/bucketVersioning:BucketVersioning", "masters", region).urn in lock.dependencies
        assert store(graph, "aws:s3/bucket:Bucket", "masters", region).ignore_changes == ("objectLockEnabled",)
    locked = {resource.name for resource in graph.of_type("aws:s3/bucket:Bucket") if resource.inputs.get("objectLockEnabled")}
    assert locked == {f"media-{region}-stores-masters" for region in REGIONS[:2]}
    held = [r.name for r in graph.of_type("aws:iam/rolePolicy:RolePolicy") if "s3:GetObjectRetention" in str(r.inputs["policy"])]
    assert sorted(held) == sorted(f"replication-{region}-masters-access" for region in REGIONS[:2])

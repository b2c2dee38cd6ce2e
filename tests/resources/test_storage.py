"""S3, KMS and DynamoDB: what was asked for is what the emulated AWS then holds."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from marquee.emulator.resources import s3 as s3_resources
from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, allow, tags

S3 = "aws:s3/"


@pytest.fixture
def bucket(aws: Bench) -> str:
    return aws.make(f"{S3}bucket:Bucket", bucket=f"b-{aws.account}", tags={"tier": "hot"}).id


def test_a_bucket_is_where_its_provider_is_and_carries_merged_tags(aws: Bench, bucket: str) -> None:
    assert aws("s3").get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"
    assert tags(aws("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]) == TAGS | {"tier": "hot"}


def test_a_buckets_outputs_are_the_providers(aws: Bench) -> None:
    made = aws.make(f"{S3}bucket:Bucket", "named-by-pulumi")
    assert made.id.startswith("named-by-pulumi-")
    assert made.outputs["arn"] == f"arn:aws:s3:::{made.id}"
    assert made.outputs["bucketRegionalDomainName"] == f"{made.id}.s3.eu-west-1.amazonaws.com"
    assert made.outputs["hostedZoneId"] == "Z1BKCTXD74EZPE"
    assert made.outputs["tagsAll"] == TAGS
    assert made.outputs["region"] == "eu-west-1"
    assert aws.make(f"{S3}bucket:Bucket", "named-by-pulumi", bucket="x" + made.id).id == "x" + made.id


def test_us_east_1_takes_no_location_constraint(aws: Bench) -> None:
    made = aws.make(f"{S3}bucket:Bucket", bucket=f"u-{aws.account}", region="us-east-1")
    assert aws("s3", "us-east-1").get_bucket_location(Bucket=made.id)["LocationConstraint"] is None
    assert made.outputs["region"] == "us-east-1"


RULE = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:k"}, "bucketKeyEnabled": True}
CLOSED = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}
LIFECYCLE = [
    {
        "id": "tidy",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrentVersionExpiration": {"noncurrentDays": 30},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    },
    {"id": "cold", "status": "Enabled", "filter": {"prefix": "masters/"}, "transitions": [{"days": 90, "storageClass": "GLACIER"}]},
]


SETTINGS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    # type → inputs, the method that reads them back, its whole answer
    "bucketVersioning:BucketVersioning": (
        {"versioningConfiguration": {"status": "Enabled"}},
        "get_bucket_versioning",
        {"Status": "Enabled"},
    ),
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        {"rules": [RULE]},
        "get_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:k"}, "BucketKeyEnabled": True}
                ]
            }
        },
    ),
    "bucketPublicAccessBlock:BucketPublicAccessBlock": (
        CLOSED,
        "get_public_access_block",
        {"PublicAccessBlockConfiguration": {name[0].upper() + name[1:]: True for name in CLOSED}},
    ),
    "bucketOwnershipControls:BucketOwnershipControls": (
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        "get_bucket_ownership_controls",
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    ),
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        {"rules": LIFECYCLE},
        "get_bucket_lifecycle_configuration",
        {
            "Rules": [
                {
                    "ID": "tidy",
                    "Filter": {"Prefix": ""},
                    "Status": "Enabled",
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                },
                {
                    "ID": "cold",
                    "Filter": {"Prefix": "masters/"},
                    "Status": "Enabled",
                    "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
                },
            ]
        },
    ),
    "bucketLogging:BucketLogging": (
        {"targetBucket": "logs", "targetPrefix": "a/"},
        "get_bucket_logging",
        {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "a/"}},
    ),
    "bucketNotification:BucketNotification": (
        {"eventbridge": True},
        "get_bucket_notification_configuration",
        {"EventBridgeConfiguration": {}},
    ),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_setting_takes_effect(aws: Bench, bucket: str, kind: str) -> None:
    inputs, method, expected = SETTINGS[kind]
    assert aws.make(S3 + kind, bucket=bucket, **inputs).id == bucket
    found = getattr(aws("s3"), method)(Bucket=bucket)
    assert {name: found[name] for name in expected} == expected


def test_a_bucket_policy_stands_word_for_word(aws: Bench, bucket: str) -> None:
    policy = allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/*", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
    aws.make(f"{S3}bucketPolicy:BucketPolicy", bucket=bucket, policy=policy)
    assert json.loads(aws("s3").get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy)


def test_object_lock(aws: Bench) -> None:
    name = aws.make(f"{S3}bucket:Bucket", bucket=f"lock-{aws.account}", objectLockEnabled=True).id
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 3}}
    aws.make(f"{S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration", bucket=name, objectLockEnabled="Enabled", rule=rule)
    found = aws("s3").get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert found == {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}}


def test_a_replication_rule_copies_an_object_to_the_other_region(aws: Bench, bucket: str) -> None:
    there = aws.make(f"{S3}bucket:Bucket", bucket=f"r-{aws.account}", region="us-west-2").id
    for name, region in ((bucket, "eu-west-1"), (there, "us-west-2")):
        aws.make(f"{S3}bucketVersioning:BucketVersioning", bucket=name, versioningConfiguration={"status": "Enabled"}, region=region)
    role = aws.role("replicator", "s3.amazonaws.com", "s3:*")
    rule = {
        "id": "all",
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": f"arn:aws:s3:::{there}", "storageClass": "STANDARD_IA"},
    }
    aws.make(f"{S3}bucketReplicationConfig:BucketReplicationConfig", bucket=bucket, role=role, rules=[rule])
    aws("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    end = time.monotonic() + 5
    while not aws("s3", "us-west-2").list_objects_v2(Bucket=there).get("Contents"):
        assert time.monotonic() < end, "the object was not replicated"
        time.sleep(0.05)
    assert aws("s3", "us-west-2").get_object(Bucket=there, Key="a")["Body"].read() == b"x"


def test_a_notification_names_functions_queues_and_filters(aws: Bench, bucket: str) -> None:
    queue = aws.make("aws:sqs/queue:Queue", name="q", policy=allow("sqs:SendMessage", Principal={"Service": "s3.amazonaws.com"})).outputs[
        "arn"
    ]
    wanted = {"queueArn": queue, "events": ["s3:ObjectCreated:*"], "filterPrefix": "in/", "filterSuffix": ".mp4", "id": "one"}
    aws.make(f"{S3}bucketNotification:BucketNotification", bucket=bucket, queues=[wanted])
    [found] = aws("s3").get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    rules = {rule["Name"].lower(): rule["Value"] for rule in found["Filter"]["Key"]["FilterRules"]}
    assert (found["Id"], found["QueueArn"], rules) == ("one", queue, {"prefix": "in/", "suffix": ".mp4"})


def test_every_setting_of_a_bucket_is_in_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [token for token in s3_resources.SETTINGS if token.removeprefix(S3) not in text]


def test_a_key_rotates_and_keeps_its_policy(aws: Bench) -> None:
    policy = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
    made = aws.make("aws:kms/key:Key", description="d", enableKeyRotation=True, policy=policy, deletionWindowInDays=7)
    assert aws("kms").get_key_rotation_status(KeyId=made.id)["KeyRotationEnabled"] is True
    assert json.loads(aws("kms").get_key_policy(KeyId=made.id, PolicyName="default")["Policy"]) == json.loads(policy)
    assert made.outputs["arn"] == aws.arn("kms", f"key/{made.id}")
    assert tags(aws("kms").list_resource_tags(KeyId=made.id)["Tags"], "TagKey", "TagValue") == TAGS


def test_a_disabled_key_refuses(aws: Bench) -> None:
    made = aws.make("aws:kms/key:Key", isEnabled=False)
    assert aws("kms").describe_key(KeyId=made.id)["KeyMetadata"]["Enabled"] is False


def test_a_replica_key_decrypts_what_its_primary_encrypted(aws: Bench) -> None:
    primary = aws.make("aws:kms/key:Key", multiRegion=True)
    replica = aws.make("aws:kms/replicaKey:ReplicaKey", primaryKeyArn=primary.outputs["arn"], description="there", region="us-west-2")
    assert replica.id == primary.id
    assert replica.outputs["arn"] == f"arn:aws:kms:us-west-2:{aws.account}:key/{primary.id}"
    sealed = aws("kms").encrypt(KeyId=primary.id, Plaintext=b"secret")["CiphertextBlob"]
    assert aws("kms", "us-west-2").decrypt(CiphertextBlob=sealed, KeyId=replica.id)["Plaintext"] == b"secret"


def test_an_alias_names_its_key(aws: Bench) -> None:
    key = aws.make("aws:kms/key:Key")
    made = aws.make("aws:kms/alias:Alias", name="alias/media", targetKeyId=key.outputs["arn"])
    assert (made.id, made.outputs["targetKeyId"]) == ("alias/media", key.id)
    assert aws("kms").describe_key(KeyId="alias/media")["KeyMetadata"]["KeyId"] == key.id


TABLE: dict[str, Any] = {
    "name": "titles",
    "billingMode": "PAY_PER_REQUEST",
    "hashKey": "id",
    "rangeKey": "at",
    "attributes": [{"name": name, "type": "S"} for name in ("id", "at", "status")],
    "globalSecondaryIndexes": [{"name": "by-status", "hashKey": "status", "rangeKey": "at", "projectionType": "KEYS_ONLY"}],
    "streamEnabled": True,
    "streamViewType": "NEW_AND_OLD_IMAGES",
    "pointInTimeRecovery": {"enabled": True},
    "deletionProtectionEnabled": True,
    "ttl": {"attributeName": "expires", "enabled": True},
}


def test_a_table_has_its_keys_index_stream_backups_and_ttl(aws: Bench) -> None:
    key = aws.make("aws:kms/key:Key").outputs["arn"]
    made = aws.make("aws:dynamodb/table:Table", **TABLE, serverSideEncryption={"enabled": True, "kmsKeyArn": key})
    found = aws("dynamodb").describe_table(TableName="titles")["Table"]
    assert [item["AttributeName"] for item in found["KeySchema"]] == ["id", "at"]
    [index] = found["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]["ProjectionType"]) == ("by-status", "KEYS_ONLY")
    assert found["SSEDescription"]["KMSMasterKeyArn"] == key
    assert found["DeletionProtectionEnabled"] is True
    assert made.outputs["streamArn"] == found["LatestStreamArn"]
    backups = aws("dynamodb").describe_continuous_backups(TableName="titles")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert aws("dynamodb").describe_time_to_live(TableName="titles")["TimeToLiveDescription"]["AttributeName"] == "expires"
    assert tags(aws("dynamodb").list_tags_of_resource(ResourceArn=made.outputs["arn"])["Tags"]) == TAGS


def test_a_global_table_replicates_an_item_and_its_settings(aws: Bench) -> None:
    primary = aws.make("aws:kms/key:Key", multiRegion=True)
    there = aws.make("aws:kms/replicaKey:ReplicaKey", primaryKeyArn=primary.outputs["arn"], region="us-west-2").outputs["arn"]
    replica = {
        "regionName": "us-west-2",
        "kmsKeyArn": there,
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": True,
        "propagateTags": True,
    }
    encryption = {"enabled": True, "kmsKeyArn": primary.outputs["arn"]}
    made = aws.make("aws:dynamodb/table:Table", **TABLE, serverSideEncryption=encryption, replicas=[replica])
    [stated] = made.outputs["replicas"]
    assert stated["arn"] == f"arn:aws:dynamodb:us-west-2:{aws.account}:table/titles"
    aws("dynamodb").put_item(TableName="titles", Item={"id": {"S": "1"}, "at": {"S": "2"}})
    far = aws("dynamodb", "us-west-2")
    end = time.monotonic() + 5
    while not (found := far.get_item(TableName="titles", Key={"id": {"S": "1"}, "at": {"S": "2"}}).get("Item")):
        assert time.monotonic() < end, "the item was not replicated"
        time.sleep(0.05)
    assert found["id"] == {"S": "1"}
    description = far.describe_table(TableName="titles")["Table"]
    assert description["SSEDescription"]["KMSMasterKeyArn"] == there
    assert description["DeletionProtectionEnabled"] is True
    assert tags(far.list_tags_of_resource(ResourceArn=stated["arn"])["Tags"]) == TAGS
    backups = far.describe_continuous_backups(TableName="titles")["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert backups["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_provisioned_table_has_its_capacity(aws: Bench) -> None:
    key = {"hashKey": "id", "attributes": [{"name": "id", "type": "N"}]}
    aws.make("aws:dynamodb/table:Table", name="counts", **key, readCapacity=3, writeCapacity=4)
    found = aws("dynamodb").describe_table(TableName="counts")["Table"]["ProvisionedThroughput"]
    assert (found["ReadCapacityUnits"], found["WriteCapacityUnits"]) == (3, 4)


def test_two_buckets_of_one_name_are_refused(aws: Bench, bucket: str) -> None:
    other = Bench(aws.emulator, "210987654321")
    with pytest.raises(MarqueeError, match=r"aws:s3/bucket:Bucket: CreateBucket failed: BucketAlreadyExists"):
        other.make(f"{S3}bucket:Bucket", bucket=bucket)

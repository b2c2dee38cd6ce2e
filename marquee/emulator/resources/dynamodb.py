"""DynamoDB tables, global ones with their replicas."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:dynamodb/table:Table")
def table(aws: Aws, given: Inputs) -> Made:
    """A table, then what CreateTable does not take: TTL, backups, and one replica after another."""
    name = aws.physical(given)
    dynamodb = aws.client("dynamodb")
    aws.call(
        "dynamodb",
        "create_table",
        given,
        TableName=name,
        BillingMode=given.get("billingMode", "PROVISIONED"),
        KeySchema=_keys(given, given),
        AttributeDefinitions=[{"AttributeName": item["name"], "AttributeType": item["type"]} for item in given.sections("attributes")],
        GlobalSecondaryIndexes=[_index(item, item) for item in given.sections("globalSecondaryIndexes")] or None,
        LocalSecondaryIndexes=[_index(item, given) for item in given.sections("localSecondaryIndexes")] or None,
        ProvisionedThroughput=_throughput(given),
        StreamSpecification=_stream(given),
        SSESpecification=_encryption(given.section("serverSideEncryption")),
    )
    ttl = given.section("ttl")
    if ttl.get("enabled"):
        wanted = {"Enabled": True, "AttributeName": ttl["attributeName"]}
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)
    if backups := given.section("pointInTimeRecovery"):
        _recovery(dynamodb, name, enabled=backups["enabled"], days=backups.get("recoveryPeriodInDays"))
    replicas = [_replica(aws, name, item) for item in given.sections("replicas")]
    return name, {**table_state(aws, name), "replicas": replicas}


@reads("aws:dynamodb/table:Table")
def table_state(aws: Aws, id: str) -> Outputs:
    """A table as DynamoDB describes it."""
    found = aws.client("dynamodb").describe_table(TableName=id)["Table"]
    return {"name": id, **pick(found, arn="TableArn", streamArn="LatestStreamArn", streamLabel="LatestStreamLabel")}


def _replica(aws: Aws, name: str, item: Inputs) -> dict[str, Any]:
    region = str(item["regionName"])
    wanted = {"RegionName": region} | ({"KMSMasterKeyId": item["kmsKeyArn"]} if "kmsKeyArn" in item else {})
    aws.client("dynamodb").update_table(TableName=name, ReplicaUpdates=[{"Create": wanted}])
    there = aws.client("dynamodb", region)
    if item.get("pointInTimeRecovery"):
        _recovery(there, name, enabled=True, days=None)
    if item.get("deletionProtectionEnabled"):
        there.update_table(TableName=name, DeletionProtectionEnabled=True)
    found = there.describe_table(TableName=name)["Table"]
    if item.get("propagateTags") and (tags := aws.pairs()):
        there.tag_resource(ResourceArn=found["TableArn"], Tags=tags)
    return {**item, **pick(found, arn="TableArn", streamArn="LatestStreamArn", streamLabel="LatestStreamLabel")}


def _recovery(dynamodb: Any, name: str, *, enabled: bool, days: int | None) -> None:
    wanted = {"PointInTimeRecoveryEnabled": enabled} | ({"RecoveryPeriodInDays": days} if days else {})
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)


def _keys(hashed: Inputs, ranged: Inputs) -> list[dict[str, str]]:
    """A local index has its table's hash key and a range key of its own."""
    names = ((hashed, "hashKey", "HASH"), (ranged, "rangeKey", "RANGE"))
    return [{"AttributeName": item[prop], "KeyType": kind} for item, prop, kind in names if prop in item]


def _index(item: Inputs, hashed: Inputs) -> dict[str, Any]:
    projection = {"ProjectionType": item["projectionType"]} | (
        {"NonKeyAttributes": item["nonKeyAttributes"]} if "nonKeyAttributes" in item else {}
    )
    throughput = {"ProvisionedThroughput": _throughput(item)} if "readCapacity" in item else {}
    return {"IndexName": item["name"], "KeySchema": _keys(hashed, item), "Projection": projection, **throughput}


def _throughput(item: Inputs) -> dict[str, int] | None:
    if "readCapacity" not in item:
        return None
    return {"ReadCapacityUnits": item["readCapacity"], "WriteCapacityUnits": item["writeCapacity"]}


def _stream(given: Inputs) -> dict[str, Any] | None:
    view = {"StreamViewType": given["streamViewType"]} if "streamViewType" in given else {}
    return {"StreamEnabled": True, **view} if given.get("streamEnabled", False) else None


def _encryption(item: Inputs) -> dict[str, Any] | None:
    """Not enabled means DynamoDB's own key, which is no specification at all."""
    if not item.get("enabled"):
        return None
    return {"Enabled": True} | ({"SSEType": "KMS", "KMSMasterKeyId": item["kmsKeyArn"]} if "kmsKeyArn" in item else {})

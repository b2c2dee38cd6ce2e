"""S3 buckets, and their settings, each of which is a resource."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import Create, creates, reads

_HOSTED_ZONES = {
    "eu-central-1": "Z21DNDUVLTQW6Q", "eu-north-1": "Z3BAZG2TWCNX0D", "eu-west-1": "Z1BKCTXD74EZPE", "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG", "us-east-1": "Z3AQBSTGFYJSTF", "us-east-2": "Z2O1EMRO9K5GLX", "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}  # fmt: skip
"""Region → hosted zone of S3's website endpoints. Source: AWS General Reference, "Amazon S3 endpoints and quotas"."""


@creates("aws:s3/bucket:Bucket")
def bucket(aws: Aws, given: Inputs) -> Made:
    """A bucket; us-east-1 is the one region whose name S3 does not take."""
    name = aws.physical(given, "bucket")
    place = None if aws.region == "us-east-1" else {"LocationConstraint": aws.region}
    locked = given.get("objectLockEnabled")
    s3 = aws.client("s3")
    aws.call("s3", "create_bucket", given, Bucket=name, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=locked)
    if tags := aws.pairs():
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    return name, bucket_state(aws, name)


@reads("aws:s3/bucket:Bucket")
def bucket_state(aws: Aws, id: str) -> Outputs:
    """What follows from a bucket's name and region."""
    aws.client("s3").head_bucket(Bucket=id)
    zone = _HOSTED_ZONES.get(aws.region)
    return {
        "bucket": id,
        "arn": f"arn:aws:s3:::{id}",
        "bucketDomainName": f"{id}.s3.amazonaws.com",
        "bucketRegion": aws.region,
        "bucketRegionalDomainName": f"{id}.s3.{aws.region}.amazonaws.com",
        **({"hostedZoneId": zone} if zone else {}),
    }


SETTINGS = {
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("put_bucket_lifecycle_configuration", "LifecycleConfiguration"),
    "aws:s3/bucketLogging:BucketLogging": ("put_bucket_logging", "BucketLoggingStatus.LoggingEnabled"),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
        "put_object_lock_configuration",
        "ObjectLockConfiguration",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("put_bucket_ownership_controls", "OwnershipControls"),
    "aws:s3/bucketPolicy:BucketPolicy": ("put_bucket_policy", ""),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("put_public_access_block", "PublicAccessBlockConfiguration"),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ("put_bucket_replication", "ReplicationConfiguration"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("put_bucket_versioning", ""),
}
"""Type → the call that sets it, and the structure in the request that its properties are the fields of."""


def _setting(method: str, into: str) -> Create:
    def create(aws: Aws, given: Inputs) -> Made:
        aws.call("s3", method, given, into=into)
        owner = given.get("expectedBucketOwner")
        return f"{given['bucket']},{owner}" if owner else str(given["bucket"]), {}

    return create


for _token, (_method, _into) in SETTINGS.items():
    creates(_token)(_setting(_method, _into))


@creates("aws:s3/bucketNotification:BucketNotification")
def notification(aws: Aws, given: Inputs) -> Made:
    """All notifications of a bucket; an empty object turns EventBridge on."""
    kinds = {
        "LambdaFunctionConfigurations": ("lambdaFunctions", "LambdaFunctionArn", "lambdaFunctionArn"),
        "QueueConfigurations": ("queues", "QueueArn", "queueArn"),
        "TopicConfigurations": ("topics", "TopicArn", "topicArn"),
    }
    wanted: dict[str, Any] = {"EventBridgeConfiguration": {}} if given.get("eventbridge", False) else {}
    for kind, (prop, target, source) in kinds.items():
        if items := given.sections(prop):
            wanted[kind] = [_listener(item, target, source) for item in items]
    aws.client("s3").put_bucket_notification_configuration(Bucket=given["bucket"], NotificationConfiguration=wanted)
    return str(given["bucket"]), {}


def _listener(item: Inputs, target: str, source: str) -> dict[str, Any]:
    rules = [{"Name": name, "Value": item[prop]} for name, prop in (("prefix", "filterPrefix"), ("suffix", "filterSuffix")) if prop in item]
    named = {"Id": item["id"]} if "id" in item else {}
    return {target: item[source], "Events": item["events"], **named, **({"Filter": {"Key": {"FilterRules": rules}}} if rules else {})}

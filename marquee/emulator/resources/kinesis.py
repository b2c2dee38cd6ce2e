"""Kinesis data streams."""

import time

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:kinesis/stream:Stream")
def stream(aws: Aws, given: Inputs) -> Made:
    """A stream, then its encryption and retention; the id is its ARN."""
    client, name = aws.client("kinesis"), aws.physical(given)
    mode = given.section("streamModeDetails").get("streamMode", "PROVISIONED")
    shards = {"ShardCount": given["shardCount"]} if "shardCount" in given else {}
    client.create_stream(StreamName=name, StreamModeDetails={"StreamMode": mode}, **shards)
    if aws.pairs():
        client.add_tags_to_stream(StreamName=name, Tags=dict(aws.tags))
    while (found := client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"])["StreamStatus"] != "ACTIVE":
        time.sleep(0.02)
    if given.get("encryptionType", "NONE") == "KMS":
        client.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=given["kmsKeyId"])
    if (hours := given.get("retentionPeriod", 24)) > 24:
        client.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    return found["StreamARN"], {"arn": found["StreamARN"], "name": name}

"""SQS queues."""

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs, attributes
from marquee.emulator.resources.registry import creates, reads

_ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""Input → attribute of a queue."""
_LARGEST = {"MaximumMessageSize": "262144"}
"""Bytes. What the provider sends for every queue that says nothing else; SQS itself would take four times as much."""


@creates("aws:sqs/queue:Queue")
def queue(aws: Aws, given: Inputs) -> Made:
    """A queue; its id is its URL."""
    name = aws.physical(given)
    wanted = _LARGEST | attributes(given, _ATTRIBUTES)
    url = aws.call("sqs", "create_queue", given, QueueName=name, Attributes=wanted)["QueueUrl"]
    return url, queue_state(aws, url)


@reads("aws:sqs/queue:Queue")
def queue_state(aws: Aws, id: str) -> Outputs:
    """A queue as SQS describes it."""
    found = aws.client("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["All"])["Attributes"]
    return {"url": id, "name": id.rpartition("/")[2], "arn": found["QueueArn"]}


def _attribute(name: str, attribute: str):
    def create(aws: Aws, given: Inputs) -> Made:
        url = str(given["queueUrl"])
        aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes(given, {name: attribute}))
        return url, {}

    return create


creates("aws:sqs/queuePolicy:QueuePolicy")(_attribute("policy", "Policy"))
creates("aws:sqs/redrivePolicy:RedrivePolicy")(_attribute("redrivePolicy", "RedrivePolicy"))
creates("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")(_attribute("redriveAllowPolicy", "RedriveAllowPolicy"))

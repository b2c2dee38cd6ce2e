"""SNS topics and who is told."""

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs, attributes
from marquee.emulator.resources.registry import creates, reads

_TOPIC = {
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_UNSAMPLED = {f"{endpoint}SuccessFeedbackSampleRate": "0" for endpoint in ("Application", "Firehose", "HTTP", "Lambda", "SQS")}
"""What the provider sends for every topic that says nothing of delivery feedback."""
_SUBSCRIPTION = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


@creates("aws:sns/topic:Topic")
def topic(aws: Aws, given: Inputs) -> Made:
    """A topic; its id is its ARN."""
    wanted = _UNSAMPLED | attributes(given, _TOPIC)
    arn = aws.call("sns", "create_topic", given, Name=aws.physical(given), Attributes=wanted)["TopicArn"]
    return arn, topic_state(aws, arn)


@reads("aws:sns/topic:Topic")
def topic_state(aws: Aws, id: str) -> Outputs:
    """A topic as SNS describes it."""
    found = aws.client("sns").get_topic_attributes(TopicArn=id)["Attributes"]
    return {"arn": id, "name": id.rpartition(":")[2], "owner": found.get("Owner", aws.account), "policy": found.get("Policy", "")}


@creates("aws:sns/topicPolicy:TopicPolicy")
def topic_policy(aws: Aws, given: Inputs) -> Made:
    """Who may publish; the id is the topic's ARN."""
    arn = str(given["arn"])
    aws.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=given["policy"])
    return arn, {"owner": arn.split(":")[4]}


@creates("aws:sns/topicSubscription:TopicSubscription")
def topic_subscription(aws: Aws, given: Inputs) -> Made:
    """A subscription. An e-mail address confirms by a link, so that it stays pending here as it does in AWS."""
    wanted = attributes(given, _SUBSCRIPTION)
    arn = aws.call("sns", "subscribe", given, rename={"topic": "TopicArn"}, Attributes=wanted, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    pending = given["protocol"] in {"email", "email-json", "http", "https"}
    return arn, {"arn": arn, "ownerId": aws.account, "pendingConfirmation": pending, "confirmationWasAuthenticated": not pending}

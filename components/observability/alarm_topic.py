"""Where a region's alarms go."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.identity.statement import deny_insecure_transport
from components.refs import Placement, TopicRef


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Arguments of `AlarmTopic`."""

    placement: Placement
    email: str | None
    """Who hears of alarms; AWS asks the address to confirm first. None subscribes nobody."""


class AlarmTopic(ComponentResource):
    """An encrypted topic that CloudWatch's alarms of this account publish to."""

    ref: TopicRef

    def __init__(self, name: str, args: AlarmTopicArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:observability:AlarmTopic", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        topic_name = place.names.topic("alarms")
        arn = f"arn:aws:sns:{place.region}:{place.account}:{topic_name}"
        topic = aws.sns.Topic(name, name=topic_name, kms_master_key_id=place.keys.data, opts=child)
        from_alarms = {
            "Sid": "PublishFromAlarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{place.region}:{place.account}:alarm:*"},
            },
        }
        # SNS refuses `sns:*` in a topic's policy: some of its actions concern no topic.
        statements = [deny_insecure_transport(arn, action="sns:Publish"), from_alarms]
        aws.sns.TopicPolicy(name, arn=topic.arn, policy=json.dumps({"Version": "2012-10-17", "Statement": statements}), opts=child)
        if args.email is not None:
            aws.sns.TopicSubscription(f"{name}-email", topic=topic.arn, protocol="email", endpoint=args.email, opts=child)
        self.ref = TopicRef(arn=arn)
        self.register_outputs({"arn": topic.arn})

"""What content operations hear of: titles that play, that were refused, that were taken down."""

import json
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.identity.statement import deny_insecure_transport
from components.observability.any_alarm import alarm_on_any
from components.refs import Placement, QueueRef, TopicRef
from marquee.domain import titles
from marquee.domain.names import BusRule


class TitleNews(ComponentResource):
    """A topic that the platform's own events go to, and an alarm for each upload that was refused.

    The alarm counts matches of a rule, so that no code has to run for it. Source: EventBridge User Guide, "Monitoring with CloudWatch".
    """

    def __init__(
        self,
        name: str,
        *,
        placement: Placement,
        bus: Input[str],
        email: str | None,
        dead_letters: QueueRef,
        alarms: TopicRef,
        opts: ResourceOptions | None = None,
    ):
        super().__init__("marquee:media:TitleNews", name, {}, opts)
        self._child = ResourceOptions(parent=self)
        self._name, self._place, self._bus, self._dead_letters = name, placement, bus, dead_letters
        topic_name = placement.names.topic("titles")
        arn = f"arn:aws:sns:{placement.region}:{placement.account}:{topic_name}"
        topic = aws.sns.Topic(name, name=topic_name, kms_master_key_id=placement.keys.data, opts=self._child)
        policy = aws.sns.TopicPolicy(name, arn=topic.arn, policy=self._policy(arn), opts=self._child)
        if email is not None:
            aws.sns.TopicSubscription(f"{name}-email", topic=topic.arn, protocol="email", endpoint=email, opts=self._child)
        self._rule(
            "titles", "Titles that play, and titles that were taken down", [titles.PUBLISHED_EVENT, titles.TAKEN_DOWN_EVENT], arn, policy
        )
        self._rule("quarantined", "Uploads that were refused", [titles.QUARANTINED_EVENT], arn, policy)
        alarm_on_any(
            name,
            "An upload was refused: the topic's message and the catalogue say why and where it is now",
            namespace="AWS/Events",
            metric="MatchedEvents",
            dimensions={"EventBusName": placement.names.event_bus(), "RuleName": placement.names.event_rule("quarantined")},
            alarms=alarms,
            opts=self._child,
        )
        self.register_outputs({"arn": topic.arn})

    def _rule(self, purpose: BusRule, description: str, kinds: list[str], topic_arn: str, policy: aws.sns.TopicPolicy) -> None:
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-{purpose}",
            name=self._place.names.event_rule(purpose),
            event_bus_name=self._bus,
            description=description,
            event_pattern=json.dumps({"source": [titles.EVENT_SOURCE], "detail-type": kinds}),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-{purpose}",
            rule=rule.name,
            event_bus_name=self._bus,
            target_id="news",
            arn=topic_arn,
            dead_letter_config={"arn": self._dead_letters.arn},
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _policy(self, arn: str) -> str:
        place = self._place
        purposes: tuple[BusRule, ...] = ("titles", "quarantined")
        from_rules: dict[str, Any] = {
            "Sid": "PublishFromEvents",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": [place.bus_rule_arn(purpose) for purpose in purposes]}},
        }
        # SNS refuses `sns:*` in a topic's policy: some of its actions concern no topic.
        return json.dumps({"Version": "2012-10-17", "Statement": [deny_insecure_transport(arn, action="sns:Publish"), from_rules]})

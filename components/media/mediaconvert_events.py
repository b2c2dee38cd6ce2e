"""What became of each job: a log that outlives MediaConvert's own memory of three months, and an alarm."""

import json

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.observability.any_alarm import alarm_on_any
from components.refs import Placement, TopicRef


class JobEvents(ComponentResource):
    """Ends and errors of a queue's jobs: with title and version (their user metadata), sizes, durations and warnings."""

    def __init__(self, name: str, *, placement: Placement, queue_arn: str, alarms: TopicRef, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:JobEvents", name, {}, opts)
        child = ResourceOptions(parent=self)
        rule_name, group_name = placement.names.event_rule("mediaconvert"), placement.names.log_group("mediaconvert")
        here = f"{placement.region}:{placement.account}"
        logs = aws.cloudwatch.LogGroup(
            name,
            name=group_name,
            kms_key_id=placement.keys.logs,
            retention_in_days=placement.log_retention_days,
            opts=child,
        )
        policy = aws.cloudwatch.LogResourcePolicy(
            name,
            policy_name=rule_name,
            policy_document=_may_write(f"arn:aws:logs:{here}:log-group:{group_name}", f"arn:aws:events:{here}:rule/{rule_name}"),
            opts=child,
        )
        rule = aws.cloudwatch.EventRule(
            name,
            name=rule_name,
            description="Encodes that ended, well or not",
            event_pattern=json.dumps(
                {
                    "source": ["aws.mediaconvert"],
                    "detail-type": ["MediaConvert Job State Change"],
                    "detail": {"queue": [queue_arn], "status": ["COMPLETE", "ERROR", "CANCELED"]},
                }
            ),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            target_id="log",
            arn=logs.arn,
            opts=ResourceOptions(parent=self, depends_on=[policy]),
        )
        alarm_on_any(
            name,
            "Encodes failed: the log group of the queue has their error codes",
            namespace="AWS/MediaConvert",
            metric="JobsErroredCount",
            dimensions={"Queue": queue_arn},
            alarms=alarms,
            opts=child,
        )
        self.register_outputs({})


def _may_write(group_arn: str, rule_arn: str) -> str:
    """EventBridge writes as a service, not by a role. Source: EventBridge User Guide, "Amazon CloudWatch Logs permissions"."""
    statement = {
        "Sid": "WriteJobEvents",
        "Effect": "Allow",
        "Principal": {"Service": ["delivery.logs.amazonaws.com", "events.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{group_arn}:*",
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

"""Executions that failed: kept among the dead letters with their input, and an alarm raised."""

import json

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.observability.any_alarm import alarm_on_any
from components.refs import Placement, QueueRef, TopicRef


class IngestFailures(ComponentResource):
    """What happens to an execution that infrastructure failed. Its file stays where it is, and it can be redriven for 14 days."""

    def __init__(
        self,
        name: str,
        *,
        placement: Placement,
        state_machine_arn: str,
        dead_letters: QueueRef,
        alarms: TopicRef,
        opts: ResourceOptions | None = None,
    ):
        super().__init__("marquee:media:IngestFailures", name, {}, opts)
        child = ResourceOptions(parent=self)
        failed = {"stateMachineArn": [state_machine_arn], "status": ["FAILED", "TIMED_OUT", "ABORTED"]}
        rule = aws.cloudwatch.EventRule(
            name,
            name=placement.names.event_rule("ingest-failed"),
            description="Executions of the ingest workflow that did not end well",
            event_pattern=json.dumps(
                {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], "detail": failed}
            ),
            opts=child,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, target_id="dead-letters", arn=dead_letters.arn, opts=child)
        alarm_on_any(
            name,
            "An upload was neither ingested nor refused: redrive the execution once the cause is gone",
            namespace="AWS/States",
            metric="ExecutionsFailed",
            dimensions={"StateMachineArn": state_machine_arn},
            alarms=alarms,
            opts=child,
        )
        self.register_outputs({})

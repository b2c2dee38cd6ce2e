"""From an object in the incoming bucket to an execution of the workflow."""

import json

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.refs import Placement, QueueRef
from marquee.domain import titles

_DAY = 24 * 60 * 60  # the longest that EventBridge keeps trying, with 185 attempts


class UploadTrigger(ComponentResource):
    """The rule on the default bus, where S3's own events arrive: one "Object Created" for a put, a copy or a completed multipart upload."""

    def __init__(
        self,
        name: str,
        *,
        placement: Placement,
        bucket_name: str,
        state_machine_arn: str,
        state_machine_ready: Input[str],
        dead_letters: QueueRef,
        opts: ResourceOptions | None = None,
    ):
        super().__init__("marquee:media:UploadTrigger", name, {}, opts)
        child = ResourceOptions(parent=self)
        rule_name = placement.names.event_rule("object-created")
        created = {"bucket": {"name": [bucket_name]}, "object": {"key": [{"prefix": titles.MASTERS}]}}
        rule = aws.cloudwatch.EventRule(
            name,
            name=rule_name,
            description="Masters that arrive in the incoming bucket",
            event_pattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": created}),
            opts=child,
        )
        role = Role(
            name,
            RoleArgs(
                role_name=placement.names.role("events", placement.region),
                trust=assume_role_policy(
                    "events.amazonaws.com",
                    account=placement.account,
                    source_arn=f"arn:aws:events:{placement.region}:{placement.account}:rule/{rule_name}",
                ),
                statements=[allow("states:StartExecution", on=state_machine_arn)],
                boundary_arn=placement.boundary_arn,
                description=f"What the rule {rule_name} may start",
            ),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            target_id="ingest",
            arn=state_machine_ready,
            role_arn=role.ready,
            retry_policy={"maximum_event_age_in_seconds": _DAY, "maximum_retry_attempts": 185},
            dead_letter_config={"arn": dead_letters.arn},
            opts=child,
        )
        self.register_outputs({})

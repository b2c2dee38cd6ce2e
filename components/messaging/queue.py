"""An SQS queue: encrypted by a key of ours, TLS-only, open to named senders alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.identity.statement import deny_insecure_transport
from components.refs import Placement, QueueRef
from marquee.domain.names import Queue as Purpose


@dataclass(frozen=True, kw_only=True)
class QueueArgs:
    """Arguments of `Queue`."""

    placement: Placement
    purpose: Purpose
    event_sources: Sequence[str] = ()
    """ARNs of EventBridge rules and buses that may send. Roles of the account need no entry: their own policies decide."""
    retention_days: int = 14
    """1 to 14, which is SQS's longest: nobody reads dead letters on the first day."""
    visibility_seconds: int = 30
    """How long a message that was received stays hidden; AWS asks for six times the time-out of a function that polls."""


class Queue(ComponentResource):
    """A queue with a fixed name, so that senders' policies can name it before it exists."""

    ref: QueueRef

    def __init__(self, name: str, args: QueueArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:messaging:Queue", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        queue_name = place.names.queue(args.purpose)
        arn = f"arn:aws:sqs:{place.region}:{place.account}:{queue_name}"
        queue = aws.sqs.Queue(
            name,
            name=queue_name,
            kms_master_key_id=place.keys.data,
            kms_data_key_reuse_period_seconds=300,
            message_retention_seconds=args.retention_days * 24 * 60 * 60,
            visibility_timeout_seconds=args.visibility_seconds,
            opts=child,
        )
        from_events = {
            "Sid": "SendFromEvents",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": list(args.event_sources)}},
        }
        statements = [deny_insecure_transport(arn, action="sqs:*"), *([from_events] if args.event_sources else [])]
        aws.sqs.QueuePolicy(name, queue_url=queue.url, policy=json.dumps({"Version": "2012-10-17", "Statement": statements}), opts=child)
        self.ref = QueueRef(name=queue_name, arn=arn, ready=queue.arn, url=queue.url)
        self.register_outputs({"url": queue.url})

"""P6.2: no queue is open to everybody."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.principals import open_to_everybody
from guard.resource import Resource


@resource_control(
    id="P6.2",
    title="Queues are not open to everybody",
    severity=Severity.HIGH,
    fsbp=("SQS.3",),
    checkov=("CKV_AWS_168",),
    types=("aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"),
    why="Anybody with an AWS account could put work into the queue, or read and delete what is in it.",
    fix="name the principals, or add a condition on aws:SourceArn, aws:SourceAccount or aws:PrincipalOrgID.",
)
def queues_are_not_public(queue: Resource) -> Findings:
    """One finding for each `*` principal that no condition narrows."""
    return open_to_everybody(queue, "Anybody may use the queue")

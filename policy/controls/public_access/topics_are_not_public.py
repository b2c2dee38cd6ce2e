"""P6: no topic is open to everybody."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.principals import open_to_everybody
from guard.resource import Resource


@resource_control(
    id="P6",
    title="Topics are not open to everybody",
    severity=Severity.HIGH,
    fsbp=("SNS.4",),
    checkov=("CKV_AWS_169",),
    types=("aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"),
    why="Anybody with an AWS account could publish to our subscribers, or subscribe and listen.",
    fix="name the principals, or add a condition on aws:SourceArn, aws:SourceAccount or aws:PrincipalOrgID.",
)
def topics_are_not_public(topic: Resource) -> Findings:
    """One finding for each `*` principal that no condition narrows."""
    return open_to_everybody(topic, "Anybody may use the topic")

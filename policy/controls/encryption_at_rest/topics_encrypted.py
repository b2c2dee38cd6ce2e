"""E11: topics are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E11",
    title="Topics encrypt their messages",
    severity=Severity.HIGH,
    fsbp=("SNS.1",),
    checkov=("CKV_AWS_26",),
    types=("aws:sns/topic:Topic",),
    why="Undelivered messages lie on disk until their last retry.",
    fix="set kmsMasterKeyId to a key of ours whose policy lets the publishing services use it.",
)
def topics_encrypted(topic: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not topic.at("kmsMasterKeyId").present():
        yield topic.at("kmsMasterKeyId").fail("The topic is not encrypted")

"""N8: tasks get no public address."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _switch_off(service: Resource) -> Iterator[Edit]:
    # A task set cannot be changed in place.
    if service.type == "aws:ecs/service:Service" and service.at("networkConfiguration", "assignPublicIp").flag():
        yield Edit(("networkConfiguration", "assignPublicIp"), False)


@resource_control(
    id="N8",
    title="ECS tasks get no public address",
    severity=Severity.HIGH,
    fsbp=("ECS.2", "ECS.16"),
    checkov=("CKV_AWS_333",),
    types=("aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet"),
    why="A public address lets the internet try every port that a security group ever opens by mistake.",
    fix="set networkConfiguration.assignPublicIp to false; endpoints or NAT carry the calls that leave.",
    remediate=_switch_off,
)
def ecs_tasks_have_no_public_address(service: Resource) -> Findings:
    """Off unless set."""
    if service.at("networkConfiguration", "assignPublicIp").flag():
        yield service.at("networkConfiguration", "assignPublicIp").fail("Tasks get public addresses")

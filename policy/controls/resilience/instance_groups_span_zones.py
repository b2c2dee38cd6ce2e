"""R10.3: groups of instances span zones."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource

_SEVERAL = 2


@resource_control(
    id="R10.3",
    title="Auto Scaling groups span zones",
    severity=Severity.MEDIUM,
    fsbp=("AutoScaling.2",),
    types=("aws:autoscaling/group:Group",),
    why="In one zone, its loss is the group's.",
    fix="name subnets of at least two zones in vpcZoneIdentifiers.",
)
def instance_groups_span_zones(group: Resource) -> Findings:
    """Subnets, or zones where there is no VPC."""
    places = next(
        (node for node in (group.at("vpcZoneIdentifiers"), group.at("availabilityZones")) if not node.is_absent),
        group.at("vpcZoneIdentifiers"),
    )
    places.known()
    if len(list(places.each())) < _SEVERAL:
        yield places.fail("The group is in fewer than two zones")

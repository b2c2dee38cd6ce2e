"""R6.2: database instances have a standby."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="R6.2",
    title="Database instances have a standby",
    severity=Severity.MEDIUM,
    fsbp=("RDS.5",),
    checkov=("CKV_AWS_157",),
    types=("aws:rds/instance:Instance",),
    why="Losing the zone means restoring from a backup.",
    fix="set multiAz to true.",
)
def database_instances_have_a_standby(instance: Resource) -> Findings:
    """Absent means off."""
    if not instance.at("multiAz").flag():
        yield instance.at("multiAz").fail("The instance has no standby in another zone")

"""L1: trails cover every region."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _enable(_trail: Resource) -> Iterator[Edit]:
    yield Edit(("isMultiRegionTrail",), True)


@resource_control(
    id="L1",
    title="Trails cover every region",
    severity=Severity.HIGH,
    fsbp=("CloudTrail.1",),
    cis=("3.1",),
    checkov=("CKV_AWS_67",),
    types=("aws:cloudtrail/trail:Trail",),
    why="Who acts in a region that nobody watches acts unseen.",
    fix="set isMultiRegionTrail to true.",
    remediate=_enable,
)
def trails_cover_every_region(trail: Resource) -> Findings:
    """Absent means off."""
    if not trail.at("isMultiRegionTrail").flag():
        yield trail.at("isMultiRegionTrail").fail("The trail records one region only")

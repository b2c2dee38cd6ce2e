"""L1.2: trails sign their files."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _enable(_trail: Resource) -> Iterator[Edit]:
    yield Edit(("enableLogFileValidation",), True)


@resource_control(
    id="L1.2",
    title="Trails validate their log files",
    severity=Severity.MEDIUM,
    fsbp=("CloudTrail.4",),
    cis=("3.2",),
    checkov=("CKV_AWS_36",),
    types=("aws:cloudtrail/trail:Trail",),
    why="Without digests nobody can tell whether records were removed or changed.",
    fix="set enableLogFileValidation to true.",
    remediate=_enable,
)
def trails_validate_their_files(trail: Resource) -> Findings:
    """Absent means off."""
    if not trail.at("enableLogFileValidation").flag():
        yield trail.at("enableLogFileValidation").fail("Log files are not validated")

"""T14: Redshift refuses plain connections."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.parameters import is_set
from guard.resource import Resource


@resource_control(
    id="T14",
    title="Redshift refuses plain connections",
    severity=Severity.HIGH,
    fsbp=("Redshift.2",),
    checkov=("CKV_AWS_105",),
    types=("aws:redshift/parameterGroup:ParameterGroup",),
    why="Plain connections are taken unless require_ssl is true, and drivers do not insist on TLS themselves.",
    fix="add the parameter require_ssl with value true.",
)
def redshift_demands_tls(group: Resource) -> Findings:
    """Off in Redshift's own default group."""
    if not is_set(group, "require_ssl", "true", "1", "on"):
        yield group.at("parameters").fail("require_ssl is not on")

"""N9.3: no network access list lets the internet reach RDP."""

from guard.acl import ACL_TYPES, open_to_port
from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N9.3",
    title="Network access lists keep RDP from the internet",
    severity=Severity.MEDIUM,
    fsbp=("EC2.21",),
    cis=("5.1",),
    checkov=("CKV_AWS_231",),
    types=ACL_TYPES,
    why="The list is the second lock, for the day a security group opens port 3389 by mistake.",
    fix="narrow the rule's ports or source; split a range for replies around 3389.",
)
def acls_keep_rdp_out(resource: Resource) -> Findings:
    """Inside a list, an earlier rule that denies the port to everybody counts. Ports that a rule implies are N9.4's."""
    return open_to_port(resource, 3389, "RDP")

"""N9.4: no network access list lets the internet reach SSH or RDP by what a rule leaves out."""

from guard.acl import ACL_TYPES, open_to_port
from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N9.4",
    title="Network access lists do not imply SSH or RDP",
    severity=Severity.MEDIUM,
    fsbp=("EC2.21",),
    cis=("5.1",),
    types=ACL_TYPES,
    why="A rule without ports, from port 0, or for protocol `all` reaches ports 22 and 3389 though it does not name them.",
    fix="set protocol, fromPort and toPort to what the subnets serve.",
)
def acls_imply_no_administration(resource: Resource) -> Findings:
    """Inside a list, an earlier rule that denies the port to everybody counts. Ports that a rule names are N9.2's and N9.3's."""
    yield from open_to_port(resource, 22, "SSH", implied=True)
    yield from open_to_port(resource, 3389, "RDP", implied=True)

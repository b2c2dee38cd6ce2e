"""N1.4: no security group lets the internet reach SSH or RDP by a rule that reads as a narrow one."""

from guard.control import Severity, resource_control
from guard.ingress import INGRESS_TYPES, open_to_port
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N1.4",
    title="No security group opens SSH or RDP by a rule that looks narrow",
    severity=Severity.HIGH,
    fsbp=("EC2.13", "EC2.14"),
    cis=("5.2",),
    types=INGRESS_TYPES,
    why="A source of 0.0.0.0/0 opens the port whatever else the rule names, and protocol -1 whatever ports it names.",
    fix="drop the open source, and name protocol and ports.",
)
def no_veiled_administration(resource: Resource) -> Findings:
    """An open source beside `self` or prefix lists; protocol -1 with other ports, or none. Plain rules are N1's and N1.2's."""
    yield from open_to_port(resource, 22, "SSH", veiled=True)
    yield from open_to_port(resource, 3389, "RDP", veiled=True)

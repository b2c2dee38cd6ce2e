"""N1.2: no security group lets the internet reach RDP."""

from guard.control import Severity, resource_control
from guard.ingress import INGRESS_TYPES, open_to_port
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N1.2",
    title="No security group lets the internet reach RDP",
    severity=Severity.HIGH,
    fsbp=("EC2.14",),
    cis=("5.2",),
    checkov=("CKV_AWS_25",),
    types=INGRESS_TYPES,
    why="An open port 3389 is found and attacked within minutes.",
    fix="drop the rule and use SSM Session Manager's port forwarding, or name the source group or prefix list.",
)
def no_open_rdp(resource: Resource) -> Findings:
    """IPv4 and IPv6 alike; a port range or protocol -1 that holds 3389 counts. Rules that read as narrow are N1.4's."""
    return open_to_port(resource, 3389, "RDP")

"""N1: no security group lets the internet reach SSH."""

from guard.control import Severity, resource_control
from guard.ingress import INGRESS_TYPES, open_to_port
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N1",
    title="No security group lets the internet reach SSH",
    severity=Severity.HIGH,
    fsbp=("EC2.13",),
    cis=("5.2",),
    checkov=("CKV_AWS_24",),
    types=INGRESS_TYPES,
    why="An open port 22 is found and attacked within minutes.",
    fix="drop the rule and use SSM Session Manager, or name the source group or prefix list.",
)
def no_open_ssh(resource: Resource) -> Findings:
    """IPv4 and IPv6 alike; a port range or protocol -1 that holds 22 counts. Rules that read as narrow are N1.4's."""
    return open_to_port(resource, 22, "SSH")

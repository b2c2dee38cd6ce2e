"""T6: plain HTTP stays behind a listener that uses TLS."""

from guard.control import Severity, stack_control
from guard.node import Findings, some
from guard.resource import Resource, Stack
from guard.tokens import LISTENER, TARGET_GROUP


@stack_control(
    id="T6",
    title="Target groups use no plain HTTP, unless behind TLS",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_378",),
    types=TARGET_GROUP,
    why="Targets that speak plain HTTP to a listener without TLS leave the whole way open.",
    fix="set protocol to HTTPS, or put the group behind an HTTPS listener.",
)
def targets_use_tls(group: Resource, stack: Stack) -> Findings:
    """The way from the load balancer to a target stays inside the VPC; the way to the load balancer must not be open too."""
    if group.at("protocol").text().upper() != "HTTP":
        return
    listeners = stack.attached(group, LISTENER, "defaultActions")
    if not some((listener.at("protocol") for listener in listeners), lambda protocol: protocol.text("HTTP").upper() != "HTTP"):
        yield group.at("protocol").fail("Targets get plain HTTP, and no listener with TLS stands before them")

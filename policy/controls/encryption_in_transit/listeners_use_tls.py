"""T4: load balancers answer plain HTTP with a redirect to HTTPS, or not at all."""

from guard.control import Severity, resource_control
from guard.listeners import TLS, TRANSPORT, protocol, redirects_to_https
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import LISTENER


@resource_control(
    id="T4",
    title="Load balancers serve no plain HTTP",
    severity=Severity.HIGH,
    fsbp=("ELB.1",),
    checkov=("CKV_AWS_2",),
    types=LISTENER,
    why="Plain HTTP carries sessions and data in clear to whoever sits on the way.",
    fix="set protocol to HTTPS, or let the default action redirect to HTTPS.",
)
def listeners_use_tls(listener: Resource) -> Findings:
    """TCP and UDP listeners pass on what they get and cannot tell."""
    if protocol(listener) not in TLS | TRANSPORT and not redirects_to_https(listener):
        yield listener.at("protocol").fail("The listener serves plain HTTP")

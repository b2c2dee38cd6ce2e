"""W2.2: every behaviour of a distribution adds security headers."""

from guard.control import Severity, resource_control
from guard.edge import behaviours
from guard.node import Findings, Node, NotApplicable, check_each, some
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="W2.2",
    title="Every behaviour has the response headers policy",
    severity=Severity.LOW,
    types=DISTRIBUTION,
    why="A header that one path lacks is lacking: attackers choose the path.",
    fix="set responseHeadersPolicyId in every cache behaviour.",
)
def every_response_carries_security_headers(distribution: Resource) -> Findings:
    """One finding for each behaviour without, where another has one."""
    if not some(behaviours(distribution), lambda behaviour: behaviour.at("responseHeadersPolicyId").present()):
        raise NotApplicable("no behaviour has one, which is W2's")
    return check_each(behaviours(distribution), _check)


def _check(behaviour: Node) -> Findings:
    if not behaviour.at("responseHeadersPolicyId").present():
        yield behaviour.at("responseHeadersPolicyId").fail("The behaviour adds no security headers")

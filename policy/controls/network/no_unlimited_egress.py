"""N2: no security group lets everything out to everywhere."""

from guard.control import Severity, resource_control
from guard.egress import EGRESS_TYPES, egress_rules
from guard.ingress import from_anywhere, is_every_port
from guard.node import Findings, Node, all_of, check_each
from guard.resource import Resource


@resource_control(
    id="N2",
    title="No security group lets everything out to everywhere",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_382",),
    types=EGRESS_TYPES,
    why="Whoever breaks in can carry data out by any protocol, to any address.",
    fix="open HTTPS alone, or name the group, prefix list or addresses that are called.",
)
def no_unlimited_egress(resource: Resource) -> Findings:
    """Protocol -1, or ports -1, to every IPv4 or IPv6 address. Ports 0 to 65535 of TCP or UDP are N2.2's."""
    return check_each(egress_rules(resource), _check_rule)


def _check_rule(rule: Node) -> Findings:
    if all_of(lambda: from_anywhere(rule), lambda: is_every_port(rule)):
        yield rule.fail("Everything may leave to everywhere")

"""N2.2: no security group opens every port out to everywhere."""

from guard.control import Severity, resource_control
from guard.egress import EGRESS_TYPES, egress_rules
from guard.ingress import from_anywhere, is_every_port, reaches
from guard.node import Findings, Node, all_of, check_each
from guard.resource import Resource


@resource_control(
    id="N2.2",
    title="No security group opens every port out to everywhere",
    severity=Severity.MEDIUM,
    types=EGRESS_TYPES,
    why="Ports 0 to 65535 of TCP or UDP are protocol -1 under another name.",
    fix="open HTTPS alone, or name the group, prefix list or addresses that are called.",
)
def no_egress_by_every_port(resource: Resource) -> Findings:
    """Judged by the two ends of the range, 1 and 65535."""
    return check_each(egress_rules(resource), _check_rule)


def _check_rule(rule: Node) -> Findings:
    if all_of(
        lambda: from_anywhere(rule),
        lambda: not is_every_port(rule),
        lambda: reaches(rule, 1),
        lambda: reaches(rule, 65535),
    ):
        yield rule.fail("Every port is open to everywhere")

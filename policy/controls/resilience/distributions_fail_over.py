"""R11: distributions fail over to another origin."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_SEVERAL = 2


@resource_control(
    id="R11",
    title="Distributions fail over to another origin",
    severity=Severity.LOW,
    fsbp=("CloudFront.4",),
    checkov=("CKV_AWS_310",),
    types=("aws:cloudfront/distribution:Distribution",),
    why="Losing the origin's region otherwise loses the distribution.",
    fix="add an origin group with failoverCriteria and two members.",
)
def distributions_fail_over(distribution: Resource) -> Findings:
    """Every group has to be whole."""
    groups = list(distribution.each("originGroups"))
    if not groups:
        yield distribution.at("originGroups").fail("The distribution has no origin group")
    yield from check_each(groups, _check_group)


def _check_group(group: Node) -> Findings:
    if not group.at("failoverCriteria").present():
        yield group.at("failoverCriteria").fail("The group never fails over")
    members = group.at("members")
    members.known()
    if len(list(members.each())) < _SEVERAL:
        yield members.fail("The group has fewer than two members")

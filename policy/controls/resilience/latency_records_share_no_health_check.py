"""R12.4: no two latency records share a health check."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource, Stack

_CHECK: Final = "aws:route53/healthCheck:HealthCheck"


@stack_control(
    id="R12.4",
    title="Latency records share no health check",
    severity=Severity.HIGH,
    types=("aws:route53/record:Record",),
    why="A check that watches one region would take the others out with it.",
    fix="give each region's record a health check of its own.",
)
def latency_records_share_no_health_check(record: Resource, stack: Stack) -> Findings:
    """By value; one that is not known yet by the checks that flow into it."""
    health = record.at("healthCheckId")
    if record.at("latencyRoutingPolicies").is_absent or health.is_absent:
        raise NotApplicable("the record is not routed by latency with a health check")
    latency = [other for other in stack.of_type(record.type) if other is not record and not other.at("latencyRoutingPolicies").is_absent]
    checked = [other for other in latency if not other.at("healthCheckId").is_absent]
    others = [other for other in checked if other.at("name").value == record.at("name").value]
    if not others:
        raise NotApplicable("no other record of the name has a health check")
    mine = _identity(record, stack)
    if not mine:
        health.known()
    if any(_identity(other, stack) & mine for other in others):
        yield health.fail("Another region's record has the same health check")


def _identity(record: Resource, stack: Stack) -> set[str]:
    """A plan of ARC Region switch makes a check for each of its regions: that two checks come from one plan does not make them one."""
    value = record.at("healthCheckId").value
    if isinstance(value, str):
        return {value}
    sources = record.property_dependencies.get("healthCheckId", ())
    return {urn for urn in sources if urn in stack.by_urn and stack.by_urn[urn].type == _CHECK}

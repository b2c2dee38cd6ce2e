"""R12.2: health checks are in force."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="R12.2",
    title="Health checks are in force",
    severity=Severity.HIGH,
    types=("aws:route53/healthCheck:HealthCheck",),
    why="A disabled check calls its target well, an inverted one calls a dead one well.",
    fix="drop disabled and invertHealthcheck.",
)
def health_checks_in_force(check: Resource) -> Findings:
    """One finding for each flag."""

    def check_flag(flag: Node) -> Findings:
        if flag.flag():
            yield flag.fail("The check does not tell whether its target is well")

    return check_each((check.at("disabled"), check.at("invertHealthcheck")), check_flag)

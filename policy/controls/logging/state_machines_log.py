"""L9.4: state machines log."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="L9.4",
    title="State machines log",
    severity=Severity.MEDIUM,
    fsbp=("StepFunctions.1",),
    types=("aws:sfn/stateMachine:StateMachine",),
    why="Express workflows keep no history but their log; of standard ones it is gone after 90 days.",
    fix="set loggingConfiguration.level to ALL or ERROR, and logDestination.",
)
def state_machines_log(machine: Resource) -> Findings:
    """Absent means OFF."""
    level = machine.at("loggingConfiguration", "level")
    if level.text("OFF") == "OFF":
        yield level.fail("The state machine does not log")

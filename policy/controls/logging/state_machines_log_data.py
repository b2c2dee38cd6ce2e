"""L9.3: state machines log what they pass on."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="L9.3",
    title="State machines log execution data",
    severity=Severity.LOW,
    checkov=("CKV_AWS_285",),
    types=("aws:sfn/stateMachine:StateMachine",),
    why="Without it nobody can tell on which input an execution failed.",
    fix="set loggingConfiguration.includeExecutionData to true.",
)
def state_machines_log_data(machine: Resource) -> Findings:
    """Absent means off. Secrets have no place in a state machine's data."""
    if not machine.at("loggingConfiguration", "includeExecutionData").flag():
        yield machine.at("loggingConfiguration", "includeExecutionData").fail("Input and output of the states are not logged")

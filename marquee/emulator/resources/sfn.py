"""Step Functions state machines."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:sfn/stateMachine:StateMachine")
def state_machine(aws: Aws, given: Inputs) -> Made:
    """A state machine; its id is its ARN."""
    logging = _logging(given.section("loggingConfiguration")) if "loggingConfiguration" in given else None
    made = aws.call("stepfunctions", "create_state_machine", given, name=aws.physical(given), loggingConfiguration=logging)
    return made["stateMachineArn"], {
        **state_machine_state(aws, made["stateMachineArn"]),
        "stateMachineVersionArn": made.get("stateMachineVersionArn", ""),
    }


@reads("aws:sfn/stateMachine:StateMachine")
def state_machine_state(aws: Aws, id: str) -> Outputs:
    """A state machine as Step Functions describes it."""
    found = aws.client("stepfunctions").describe_state_machine(stateMachineArn=id)
    return {
        "arn": id,
        "name": found["name"],
        "status": found["status"],
        "type": found["type"],
        "revisionId": found.get("revisionId", ""),
        "creationDate": found["creationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _logging(wanted: Inputs) -> dict[str, Any]:
    """The provider names one log group where the API takes a list of destinations, and sends no `false`."""
    group = wanted.get("logDestination")
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}] if group else []
    given = {name: wanted[name] for name in ("level", "includeExecutionData") if wanted.get(name)}
    return {**given, "destinations": destinations}

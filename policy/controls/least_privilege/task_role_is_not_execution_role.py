"""I9: a task's own role is not the role that starts it."""

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource, Stack


@stack_control(
    id="I9",
    title="A task's role is not its execution role",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_249",),
    types=("aws:ecs/taskDefinition:TaskDefinition",),
    why="The execution role reads images and secrets for the agent; as the task's role it hands them to the code inside.",
    fix="make a role of its own for taskRoleArn.",
)
def task_role_is_not_execution_role(task: Resource, stack: Stack) -> Findings:
    """ARNs that are not known yet are told apart by the resources they come from."""
    own, execution = task.at("taskRoleArn"), task.at("executionRoleArn")
    if own.is_absent or execution.is_absent:
        raise NotApplicable("the task has one role or none")
    if own.is_unreadable and execution.is_unreadable:
        sources = [_source(task, stack, name) for name in ("taskRoleArn", "executionRoleArn")]
        if not all(sources):
            raise own.unread()
        same = sources[0] == sources[1]
    else:
        same = own.known() == execution.known()
    if same:
        yield own.fail("The task's role is its execution role")


def _source(task: Resource, stack: Stack, name: str) -> str:
    """URN of the one role that the property comes from; empty if there is no such."""
    roles = [urn for urn in task.property_dependencies.get(name, ()) if urn in stack.by_urn and "role" in stack.by_urn[urn].type]
    return roles[0] if len(roles) == 1 else ""

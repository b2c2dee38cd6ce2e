"""R13.3: backup plans select something."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack


@stack_control(
    id="R13.3",
    title="Backup plans select something",
    severity=Severity.HIGH,
    types=("aws:backup/plan:Plan",),
    why="A plan without a selection backs up nothing, and looks as if it did.",
    fix="attach a Selection by its planId.",
)
def backup_plans_select_something(plan: Resource, stack: Stack) -> Findings:
    """What it selects is the selection's own matter."""
    if not stack.attached(plan, ("aws:backup/selection:Selection",), "planId"):
        yield plan.fail("Nothing is selected for the plan")

"""W2.4: who pays for Shield Advanced protects every public entrance with it."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource, Stack
from guard.tokens import DISTRIBUTION, LOAD_BALANCER

_SUBSCRIPTION: Final = "aws:shield/subscription:Subscription"
_PROTECTION: Final = ("aws:shield/protection:Protection",)


@stack_control(
    id="W2.4",
    title="Shield Advanced covers every public entrance",
    severity=Severity.MEDIUM,
    types=(*DISTRIBUTION, *LOAD_BALANCER),
    why="The subscription protects nothing by itself, and the entrance that was left out is the one that is flooded.",
    fix="add a shield.Protection whose resourceArn is the resource's.",
)
def shield_covers_every_entrance(entrance: Resource, stack: Stack) -> Findings:
    """Asked only of stacks that subscribe: it costs thousands of dollars a month, which no control decides to spend."""
    if not stack.of_type(_SUBSCRIPTION):
        raise NotApplicable("the stack does not subscribe to Shield Advanced")
    if entrance.type not in DISTRIBUTION and entrance.at("internal").flag():
        raise NotApplicable("the load balancer is internal")
    if not stack.attached(entrance, _PROTECTION, "resourceArn", identity="arn"):
        yield entrance.fail("Shield Advanced does not protect this entrance")

"""S4: users can sign in with a second factor."""

from guard.control import Env, Param, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="S4",
    title="User pools offer a second factor",
    severity=Severity.MEDIUM,
    fsbp=("Cognito.5",),
    types=("aws:cognito/userPool:UserPool",),
    params=(
        Param(
            name="required",
            default=False,
            schema={"type": "boolean", "description": "Whether every user must have a second factor: right for staff, hard on viewers."},
        ),
    ),
    why="Passwords are reused, and lists of them are for sale.",
    fix="set mfaConfiguration to ON, or to OPTIONAL where users may choose.",
)
def user_pools_offer_a_second_factor(pool: Resource, *, env: Env) -> Findings:
    """Cognito's default is OFF."""
    wanted = ("ON",) if env.params.get("required") is True else ("ON", "OPTIONAL")
    if pool.at("mfaConfiguration").text("OFF") not in wanted:
        yield pool.at("mfaConfiguration").fail("No second factor is asked for")

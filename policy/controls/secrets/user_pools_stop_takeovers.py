"""S4.3: a user pool acts on signs of a takeover."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="S4.3",
    title="User pools act on threats",
    severity=Severity.MEDIUM,
    fsbp=("Cognito.1",),
    types=("aws:cognito/userPool:UserPool",),
    why="Leaked passwords and sign-ins from odd places are blocked, not merely logged.",
    fix="set userPoolAddOns.advancedSecurityMode to ENFORCED.",
)
def user_pools_stop_takeovers(pool: Resource) -> Findings:
    """AUDIT only writes metrics."""
    mode = pool.at("userPoolAddOns", "advancedSecurityMode")
    if mode.text("OFF") != "ENFORCED":
        yield mode.fail("Threat protection is not enforced")

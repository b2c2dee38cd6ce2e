"""S4.2: a user pool takes strong passwords only."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings, NotApplicable, check_each
from guard.params import whole_number
from guard.resource import Resource


@resource_control(
    id="S4.2",
    title="User pools want strong passwords",
    severity=Severity.MEDIUM,
    fsbp=("Cognito.3",),
    types=("aws:cognito/userPool:UserPool",),
    params=(
        whole_number("minimumLength", "Characters that a password must have at least.", 8),
        whole_number("temporaryDays", "Days for which a temporary password may be valid.", 7),
    ),
    why="Short and simple passwords are guessed.",
    fix="ask for length, both cases, a number and a symbol in passwordPolicy.",
)
def user_pools_want_strong_passwords(pool: Resource, *, env: Env) -> Findings:
    """A pool without a policy has Cognito's own: 8 characters of all four kinds, temporary ones for 7 days."""
    policy = pool.at("passwordPolicy")
    if policy.is_absent:
        raise NotApplicable("Cognito's own policy holds, which is strong")
    kinds = [policy.at(name) for name in ("requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols")]
    yield from check_each(kinds, lambda kind: iter(()) if kind.flag() else iter((kind.fail("Passwords need none of these characters"),)))
    length, shortest = policy.at("minimumLength"), env.number("minimumLength")
    days, longest = policy.at("temporaryPasswordValidityDays"), env.number("temporaryDays")
    yield from check_each(
        [length], lambda node: iter(()) if (node.number(8) or 0) >= shortest else iter((node.fail("Passwords may be too short"),))
    )
    yield from check_each(
        [days], lambda node: iter(()) if (node.number(7) or 0) <= longest else iter((node.fail("Temporary passwords last too long"),))
    )

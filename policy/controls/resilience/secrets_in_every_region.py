"""R14.5: secrets are in every region."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings
from guard.params import strings
from guard.places import missing_from, must_stay, require_several_regions, residency
from guard.resource import Resource, Stack


@stack_control(
    id="R14.5",
    title="Secrets are in every region",
    severity=Severity.HIGH,
    types=("aws:secretsmanager/secret:Secret",),
    why="A region without the secret cannot start anything when the others are gone.",
    fix="add a replica for each region of the stack, or a secret of the same name there.",
    params=(
        strings("regions", "Regions that the stack must cover; the stack file's if empty."),
        strings("resident", "Patterns of names of what stays within the stack file's security.residency.", "*pii*"),
    ),
)
def secrets_in_every_region(secret: Resource, stack: Stack, *, env: Env) -> Findings:
    """Replicas, or secrets of the same name in other regions."""
    regions = require_several_regions(env)
    wanted = residency(env) if must_stay(secret, env) else regions
    name = secret.at("name").value
    twins = [twin for twin in stack.of_type(secret.type) if isinstance(name, str) and twin.at("name").value == name]
    present = [secret.region, *secret.each("replicas", "region"), *(twin.region for twin in twins)]
    missing = missing_from(wanted, present)
    if missing:
        yield secret.at("replicas").fail(f"No replica in {', '.join(missing)}")

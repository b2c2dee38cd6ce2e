"""R14.4: multi-region keys have a replica in every region."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.params import strings
from guard.places import missing_from, must_stay, require_several_regions, residency
from guard.resource import Resource, Stack


@stack_control(
    id="R14.4",
    title="Multi-region keys are in every region",
    severity=Severity.HIGH,
    types=("aws:kms/key:Key",),
    why="A region without the key cannot read what was encrypted under it when the others are gone.",
    fix="add a ReplicaKey for each region of the stack.",
    params=(
        strings("regions", "Regions that the stack must cover; the stack file's if empty."),
        strings("resident", "Patterns of names of what stays within the stack file's security.residency.", "*pii*"),
    ),
)
def multi_region_keys_in_every_region(key: Resource, stack: Stack, *, env: Env) -> Findings:
    """Keys of personal data have to be where that data may be. Keys that are not multi-region stay where they are on purpose."""
    if not key.at("multiRegion").flag():
        raise NotApplicable("the key is of one region")
    regions = require_several_regions(env)
    wanted = residency(env) if must_stay(key, env) else regions
    replicas = stack.attached(key, ("aws:kms/replicaKey:ReplicaKey",), "primaryKeyArn", identity="arn") if len(wanted) > 1 else []
    missing = missing_from(wanted, [key.region, *(replica.region for replica in replicas)])
    if missing:
        yield key.fail(f"No replica in {', '.join(missing)}")

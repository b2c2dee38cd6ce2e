"""R3: tables are replicated to every region of the stack."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings
from guard.params import strings
from guard.places import missing_from, must_stay, require_several_regions, residency
from guard.resource import Resource, Stack


@stack_control(
    id="R3",
    title="Tables have a replica in every region",
    severity=Severity.HIGH,
    types=("aws:dynamodb/table:Table",),
    why="A region without the table cannot serve when the others are gone.",
    fix="add a replica for each region of the stack.",
    params=(
        strings("regions", "Regions that the stack must cover; the stack file's if empty."),
        strings("resident", "Patterns of names of what stays within the stack file's security.residency.", "*pii*"),
    ),
)
def tables_replicated_to_every_region(table: Resource, stack: Stack, *, env: Env) -> Findings:
    """The table's own region counts, and replicas that are resources of their own. Personal data has to be where it may be."""
    regions = require_several_regions(env)
    wanted = residency(env) if must_stay(table, env) else regions
    apart = stack.attached(table, ("aws:dynamodb/tableReplica:TableReplica",), "globalTableArn", identity="arn")
    present = [table.region, *table.each("replicas", "regionName"), *(replica.region for replica in apart)]
    missing = missing_from(wanted, present)
    if missing:
        yield table.at("replicas").fail(f"No replica in {', '.join(missing)}")

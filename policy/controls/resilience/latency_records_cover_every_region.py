"""R12.3: latency records cover every region."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.params import strings
from guard.places import missing_from, require_several_regions, standby_regions
from guard.resource import Resource, Stack


@stack_control(
    id="R12.3",
    title="Latency records cover every region",
    severity=Severity.MEDIUM,
    types=("aws:route53/record:Record",),
    why="A region that no record names serves nobody. Those of role standby wait behind a failover, in records of their own.",
    fix="add a record of the same name with a latencyRoutingPolicies entry for each region.",
    params=(strings("regions", "Regions that the stack must cover; the stack file's if empty."),),
)
def latency_records_cover_every_region(record: Resource, stack: Stack, *, env: Env) -> Findings:
    """Records of one name and type belong together."""
    if record.at("latencyRoutingPolicies").is_absent:
        raise NotApplicable("the record is not routed by latency")
    regions = require_several_regions(env)
    name, kind = record.at("name").text(), record.at("type").text()
    together = [other for other in stack.of_type(record.type) if other.at("name").value == name and other.at("type").value == kind]
    named = [region for other in together for region in other.each("latencyRoutingPolicies", "region")]
    standby = standby_regions(env)
    waits = bool(named) and all(region.is_unreadable or region.text() in standby for region in named)
    missing = missing_from([name for name in regions if (name in standby) == waits], named)
    if missing:
        yield record.at("latencyRoutingPolicies").fail(f"No record for {', '.join(missing)}")

"""A person's way to take a region out of service, or back into it: an ARC Region switch plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, InvokeOptions, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.refs import ZoneRef
from marquee.domain.names import Names

_APPROACH = "activeActive"
_GOAL_MINUTES = 15  # that recovery should take at most; ARC reports against it


@dataclass(frozen=True, kw_only=True)
class RegionSwitchArgs:
    """Arguments of `RegionSwitch`."""

    names: Names
    boundary_arn: Input[str]
    zone: ZoneRef
    record: str
    """Name of the records, one a region under the region's name as set identifier, that the plan's health checks are for."""
    regions: tuple[str, str]
    """The primary region and another: a plan has two, no more and no fewer. Source: ARC Region switch API Reference, CreatePlan."""


class RegionSwitch(ComponentResource):
    """ARC makes a health check a region, which a run of the plan turns; the data plane that turns it stands in both regions.

    So recovery needs neither this program nor a change of any record. Health checks of the regions themselves move viewers without a
    person; the plan is for when a person knows better, or drills it.
    """

    plan_arn: Output[str]
    checks: dict[str, Output[str | None]]
    """Region → id of its health check. None until ARC has made it: the next deployment then finds it."""

    def __init__(self, name: str, args: RegionSwitchArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:RegionSwitch", name, {}, opts)
        child = ResourceOptions(parent=self)
        role = Role(
            name,
            RoleArgs(
                role_name=args.names.role("region-switch", args.regions[1]),
                trust=assume_role_policy("arc-region-switch.amazonaws.com", account=args.names.account),
                statements=[
                    allow("route53:ListResourceRecordSets", on=Output.concat("arn:aws:route53:::hostedzone/", args.zone.id)),
                ],
                boundary_arn=args.boundary_arn,
                description=f"Reads the records that a switch between {' and '.join(args.regions)} is for",
            ),
            opts=child,
        )
        plan = aws.arcregionswitch.Plan(
            name,
            name=args.names.region_switch(args.regions[1]),
            description=f"Take {' or '.join(args.regions)} out of service, or back into it",
            execution_role=role.ready,
            recovery_approach=_APPROACH,
            regions=list(args.regions),
            recovery_time_objective_minutes=_GOAL_MINUTES,
            workflows=[_workflow(action, region, args) for region in args.regions for action in ("activate", "deactivate")],  # pyright: ignore[reportArgumentType]
            opts=child,
        )
        self.plan_arn = plan.arn
        made = aws.arcregionswitch.get_route53_health_checks_output(plan_arn=plan.arn, opts=InvokeOptions(parent=self))
        self.checks = {region: made.health_checks.apply(lambda found, region=region: _check_of(found, region)) for region in args.regions}
        self.register_outputs({"plan_arn": self.plan_arn})


def _workflow(action: str, region: str, args: RegionSwitchArgs) -> dict[str, Any]:
    step = {
        "name": "turn-health-check",
        "execution_block_type": "Route53HealthCheck",
        "route53_health_check_configs": [
            {
                "hosted_zone_id": args.zone.id,
                "record_name": args.record,
                "record_sets": [{"record_set_identifier": each, "region": each} for each in args.regions],
                "timeout_minutes": 10,
            }
        ],
    }
    return {"workflow_target_action": action, "workflow_target_region": region, "steps": [step]}


def _check_of(found: Sequence[Any] | None, region: str) -> str | None:
    """Nothing as long as ARC has made none. What the SDK hands over is a dictionary too, but under other names than the wire's."""
    return next((check.health_check_id for check in found or () if getattr(check, "region", None) == region), None)

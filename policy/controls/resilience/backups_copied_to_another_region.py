"""R13: backups are copied to another region."""

from guard.control import Env, Severity, stack_control
from guard.keys import region_of_arn
from guard.node import Findings, Node, NotApplicable, check_each, some
from guard.params import strings
from guard.places import stack_regions
from guard.resource import Resource, Stack

_VAULTS = ("aws:backup/vault:Vault", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault")


@stack_control(
    id="R13",
    title="Backups are copied to another region",
    severity=Severity.HIGH,
    types=("aws:backup/plan:Plan",),
    why="Backups that are lost with their region are none.",
    fix="add to each rule a copyActions entry whose destinationVaultArn is a vault of another region.",
    params=(strings("regions", "Regions that the stack must cover; the stack file's if empty."),),
)
def backups_copied_to_another_region(plan: Resource, stack: Stack, *, env: Env) -> Findings:
    """Every rule. A stack of one region may keep its backups there."""
    if len(stack_regions(env)) == 1:
        raise NotApplicable("the stack has one region")
    home = plan.region.text()
    return check_each(plan.each("rules"), lambda rule: _check_rule(rule, home, plan, stack))


def _check_rule(rule: Node, home: str, plan: Resource, stack: Stack) -> Findings:
    vaults = rule.each("copyActions", "destinationVaultArn")
    if not some(vaults, lambda vault: _is_elsewhere(vault, home, plan, stack)):
        yield rule.at("copyActions").fail("The rule copies no backup to another region")


def _is_elsewhere(vault: Node, home: str, plan: Resource, stack: Stack) -> bool:
    """An ARN that is not known yet is judged by the vaults of the stack that flow into the rules."""
    if not vault.is_unreadable:
        return region_of_arn(vault.text()) not in ("", home)
    flowing = [stack.by_urn[urn] for urn in plan.property_dependencies.get("rules", ()) if urn in stack.by_urn]
    regions = [source.region.text() for source in flowing if source.type in _VAULTS]
    if not regions:
        raise vault.unread()
    return any(region != home for region in regions)

"""L10: logs are kept a year."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.params import whole_number
from guard.places import may_be_small, whole
from guard.resource import Resource

_STEPS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""What CloudWatch Logs accepts. Source: Amazon CloudWatch Logs API Reference, PutRetentionPolicy."""


def _keep(group: Resource, *, env: Env) -> Iterator[Edit]:
    _require_a_choice(group)
    days = group.at("retentionInDays").number()
    if days is None or (not may_be_small(env) and 0 < days < whole(env, "days")):
        yield Edit(("retentionInDays",), next((step for step in _STEPS if step >= whole(env, "days")), 0))


@resource_control(
    id="L10",
    title="Logs are kept for a year",
    severity=Severity.MEDIUM,
    fsbp=("CloudWatch.16",),
    checkov=("CKV_AWS_338",),
    types=("aws:cloudwatch/logGroup:LogGroup",),
    why="Many break-ins are found only months later.",
    fix="set retentionInDays to 365 or more; in a starter stack, to anything.",
    params=(whole_number("days", "Days that logs are kept at least.", 365),),
    remediate=_keep,
)
def logs_kept_a_year(group: Resource, *, env: Env) -> Findings:
    """0 keeps for ever. A starter stack must only say how long; DELIVERY groups keep two days whatever they say."""
    _require_a_choice(group)
    days = group.at("retentionInDays").number()
    if days is None:
        yield group.at("retentionInDays").fail("The group does not say how long it keeps logs")
    elif not may_be_small(env) and 0 < days < whole(env, "days"):
        yield group.at("retentionInDays").fail("Logs are not kept long enough")


def _require_a_choice(group: Resource) -> None:
    if group.at("logGroupClass").value == "DELIVERY":
        raise NotApplicable("CloudWatch keeps DELIVERY groups for two days")

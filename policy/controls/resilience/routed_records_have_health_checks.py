"""R12: records that choose among targets know which are well."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, some
from guard.resource import Resource

_POLICIES = (
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "latencyRoutingPolicies",
    "weightedRoutingPolicies",
)


@resource_control(
    id="R12",
    title="Routed records have a health check",
    severity=Severity.HIGH,
    types=("aws:route53/record:Record",),
    why="Without one Route 53 goes on sending viewers to a region that is gone.",
    fix="set healthCheckId, or evaluateTargetHealth of the alias.",
)
def routed_records_have_health_checks(record: Resource) -> Findings:
    """Either is enough. Simple records choose nothing."""
    if all(record.at(policy).is_absent for policy in _POLICIES) and not _is_multivalue(record):
        raise NotApplicable("the record chooses among no targets")
    settings = (record.at("healthCheckId"), *record.each("aliases", "evaluateTargetHealth"))
    if not some(settings, lambda setting: setting.present() if setting.path == "healthCheckId" else setting.flag()):
        yield record.at("healthCheckId").fail("Nothing tells whether the record's target is well")


def _is_multivalue(record: Resource) -> bool:
    return record.at("multivalueAnswerRoutingPolicy").value is True

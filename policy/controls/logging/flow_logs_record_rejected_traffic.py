"""L2.2: flow logs record rejected traffic."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="L2.2",
    title="Flow logs record rejected traffic",
    severity=Severity.LOW,
    types=("aws:ec2/flowLog:FlowLog",),
    why="Rejected traffic shows who probes, and which rule breaks what.",
    fix="set trafficType to ALL.",
)
def flow_logs_record_rejected_traffic(log: Resource) -> Findings:
    """Transit gateways record everything and take no type."""
    if not all(log.at(target).is_absent for target in ("transitGatewayId", "transitGatewayAttachmentId")):
        raise NotApplicable("transit gateways record everything")
    if log.at("trafficType").text() not in ("ALL", "REJECT"):
        yield log.at("trafficType").fail("Rejected traffic is not recorded")

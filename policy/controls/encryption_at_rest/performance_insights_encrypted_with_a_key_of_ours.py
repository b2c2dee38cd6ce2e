"""E4: Performance Insights are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, all_of
from guard.resource import Resource


@resource_control(
    id="E4",
    title="Performance Insights encrypt with a key of ours",
    severity=Severity.LOW,
    checkov=("CKV_AWS_354",),
    types=("aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"),
    why="They hold the text of queries, and with it data.",
    fix="set performanceInsightsKmsKeyId to the ARN of a KMS key.",
)
def performance_insights_encrypted_with_a_key_of_ours(instance: Resource) -> Findings:
    """Asked only where Performance Insights is on."""
    insights = instance.at("performanceInsightsEnabled")
    if not insights.is_unreadable and not insights.flag():
        raise NotApplicable("Performance Insights is off")
    if all_of(insights.flag, lambda: not instance.at("performanceInsightsKmsKeyId").present()):
        yield instance.at("performanceInsightsKmsKeyId").fail("Performance Insights are not encrypted with a key of ours")

"""E4.2: Performance Insights are encrypted with a key of ours, on the cluster's level too."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, all_of
from guard.resource import Resource


@resource_control(
    id="E4.2",
    title="Performance Insights of clusters encrypt with a key of ours",
    severity=Severity.LOW,
    types=("aws:rds/cluster:Cluster",),
    why="They hold the text of queries, and with it data.",
    fix="set performanceInsightsKmsKeyId to the ARN of a KMS key.",
)
def cluster_performance_insights_encrypted_with_a_key_of_ours(cluster: Resource) -> Findings:
    """Asked only where Performance Insights is on."""
    insights = cluster.at("performanceInsightsEnabled")
    if not insights.is_unreadable and not insights.flag():
        raise NotApplicable("Performance Insights is off")
    if all_of(insights.flag, lambda: not cluster.at("performanceInsightsKmsKeyId").present()):
        yield cluster.at("performanceInsightsKmsKeyId").fail("Performance Insights are not encrypted with a key of ours")

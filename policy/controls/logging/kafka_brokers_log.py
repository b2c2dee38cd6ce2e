"""L9.2: Kafka brokers log."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, some
from guard.resource import Resource


@resource_control(
    id="L9.2",
    title="MSK brokers log",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_80",),
    types=("aws:msk/cluster:Cluster",),
    why="Without it nobody can tell why a broker failed or refused a client.",
    fix="enable cloudwatchLogs, firehose or s3 in loggingInfo.brokerLogs.",
)
def kafka_brokers_log(cluster: Resource) -> Findings:
    """One destination is enough. Serverless clusters have no such logs."""
    logs = cluster.at("loggingInfo", "brokerLogs")
    if not some([logs.at(where, "enabled") for where in ("cloudwatchLogs", "firehose", "s3")], Node.flag):
        yield logs.fail("Brokers do not log")

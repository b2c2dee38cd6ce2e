"""N1.3: no security group lets the internet reach a port that is for insiders."""

from typing import Final

from guard.control import Severity, resource_control
from guard.ingress import INGRESS_TYPES, from_anywhere, ingress_rules, reaches
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_PORTS: Final = {
    20: "FTP", 21: "FTP", 23: "Telnet", 25: "SMTP", 110: "POP3", 135: "RPC", 143: "IMAP", 445: "SMB", 1433: "SQL Server",
    1434: "SQL Server", 3000: "development servers", 3306: "MySQL", 4333: "mSQL", 5000: "development servers", 5432: "Postgres",
    5439: "Redshift", 5500: "fcp-addr-srvr1", 5601: "OpenSearch Dashboards", 6379: "Redis", 8080: "HTTP proxies",
    8088: "legacy HTTP", 8888: "legacy HTTP", 9092: "Kafka", 9094: "Kafka", 9200: "OpenSearch", 9300: "OpenSearch", 27017: "MongoDB",
}  # fmt: skip
"""EC2.19's list (Security Hub User Guide), and the ports of the stores that we use. 22 and 3389 are N1's and N1.2's."""


@resource_control(
    id="N1.3",
    title="No security group lets the internet reach a port for insiders",
    severity=Severity.HIGH,
    fsbp=("EC2.19",),
    types=INGRESS_TYPES,
    why="Databases, caches and file services were not made to face attackers, and scanners try these ports first.",
    fix="name the source group or prefix list that needs the port.",
)
def no_open_risky_ports(resource: Resource) -> Findings:
    """One finding for each rule, which names the first such port."""
    return check_each(ingress_rules(resource), _check_rule)


def _check_rule(rule: Node) -> Findings:
    if not from_anywhere(rule):
        return
    for port, service in _PORTS.items():
        if reaches(rule, port):
            yield rule.fail(f"Anybody on the internet can reach {service} (port {port})")
            return

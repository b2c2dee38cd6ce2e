"""I12: database clusters let roles sign in."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _enable(_cluster: Resource) -> Iterator[Edit]:
    yield Edit(("iamDatabaseAuthenticationEnabled",), True)


@resource_control(
    id="I12",
    title="Database clusters take IAM authentication",
    severity=Severity.MEDIUM,
    fsbp=("RDS.12",),
    checkov=("CKV_AWS_162",),
    types=("aws:rds/cluster:Cluster",),
    why="Tokens of 15 minutes take the place of passwords that applications share and keep.",
    fix="set iamDatabaseAuthenticationEnabled to true.",
    remediate=_enable,
)
def clusters_take_iam_authentication(cluster: Resource) -> Findings:
    """Switching it on restarts nothing."""
    if not cluster.at("iamDatabaseAuthenticationEnabled").flag():
        yield cluster.at("iamDatabaseAuthenticationEnabled").fail("The cluster takes no IAM authentication")

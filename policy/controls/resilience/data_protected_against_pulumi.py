"""R14.6: what bears data is protected against a destroy."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.places import require_kept_data
from guard.resource import Resource
from guard.tokens import S3_BUCKET, SEARCH_DOMAIN

_BEARING = (
    *S3_BUCKET,
    *SEARCH_DOMAIN,
    "aws:backup/vault:Vault",
    "aws:cognito/userPool:UserPool",
    "aws:docdb/cluster:Cluster",
    "aws:dynamodb/table:Table",
    "aws:efs/fileSystem:FileSystem",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:neptune/cluster:Cluster",
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/namespace:Namespace",
    "aws:route53/zone:Zone",
)
"""Types whose deletion loses data, or the only way to read it. A new hosted zone gets other name servers."""


@resource_control(
    id="R14.6",
    title="What bears data is protected in Pulumi",
    severity=Severity.HIGH,
    types=_BEARING,
    why="A rename or a destroy deletes the data, or the only key to it.",
    fix="set the option protect, and leave out forceDestroy.",
)
def data_protected_against_pulumi(resource: Resource, *, env: Env) -> Findings:
    """Asked of stacks whose data outlives them."""
    require_kept_data(env)
    if not resource.protect:
        yield resource.fail("The resource is not protected")
    if resource.at("forceDestroy").flag():
        yield resource.at("forceDestroy").fail("Its content goes with it")

"""Where resources name a KMS key for their own data, and of which region that key is."""

from typing import Final

from guard.node import Node
from guard.resource import Resource, Stack
from guard.tokens import S3_ENCRYPTION, SEARCH_DOMAIN

KEY: Final = (
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
_ALIAS: Final = "aws:kms/alias:Alias"
_ALGORITHM: Final = "applyServerSideEncryptionByDefault|applyServerSideEncryptionByDefaults"

KEY_PATHS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    **dict.fromkeys(S3_ENCRYPTION, (("rules", _ALGORITHM, "kmsMasterKeyId"),)),
    **dict.fromkeys(SEARCH_DOMAIN, (("encryptAtRest", "kmsKeyId"),)),
    _ALIAS: (("targetKeyId",),),
    "aws:athena/workgroup:Workgroup": (("configuration", "resultConfiguration", "encryptionConfiguration", "kmsKeyArn"),),
    "aws:backup/vault:Vault": (("kmsKeyArn",),),
    "aws:cloudtrail/trail:Trail": (("kmsKeyId",),),
    "aws:cloudwatch/logGroup:LogGroup": (("kmsKeyId",),),
    "aws:dynamodb/table:Table": (("serverSideEncryption", "kmsKeyArn"),),
    "aws:dynamodb/tableReplica:TableReplica": (("kmsKeyArn",),),
    "aws:ebs/defaultKmsKey:DefaultKmsKey": (("keyArn",),),
    "aws:ebs/volume:Volume": (("kmsKeyId",),),
    "aws:ecr/repository:Repository": (("encryptionConfigurations", "kmsKey"),),
    "aws:efs/fileSystem:FileSystem": (("kmsKeyId",),),
    "aws:eks/cluster:Cluster": (("encryptionConfig", "provider", "keyArn"),),
    "aws:elasticache/replicationGroup:ReplicationGroup": (("kmsKeyId",),),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (("serverSideEncryption", "keyArn"),),
    "aws:kinesis/stream:Stream": (("kmsKeyId",),),
    "aws:lambda/function:Function": (("kmsKeyArn",),),
    "aws:msk/cluster:Cluster": (("encryptionInfo", "encryptionAtRestKmsKeyArn"),),
    "aws:rds/cluster:Cluster": (("kmsKeyId",), ("performanceInsightsKmsKeyId",), ("masterUserSecretKmsKeyId",)),
    "aws:rds/clusterInstance:ClusterInstance": (("performanceInsightsKmsKeyId",),),
    "aws:rds/instance:Instance": (("kmsKeyId",), ("performanceInsightsKmsKeyId",), ("masterUserSecretKmsKeyId",)),
    "aws:redshift/cluster:Cluster": (("kmsKeyId",),),
    "aws:redshiftserverless/namespace:Namespace": (("kmsKeyId",),),
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": (("kmsKeyArn",),),
    "aws:secretsmanager/secret:Secret": (("kmsKeyId",),),
    "aws:sfn/stateMachine:StateMachine": (("encryptionConfiguration", "kmsKeyId"),),
    "aws:sns/topic:Topic": (("kmsMasterKeyId",),),
    "aws:sqs/queue:Queue": (("kmsMasterKeyId",),),
    "aws:ssm/parameter:Parameter": (("keyId",),),
}
"""Type → paths of keys that have to be of the resource's own region."""


def is_of_region(key: Node, region: str, resource: Resource, stack: Stack) -> bool:
    """Whether a key, as `resource` names it, is of `region`.

    An ARN says so itself; ids and aliases are looked up in the resource's own region, so that they are. One that is not known yet
    is judged by the keys of the stack that flow into the property: raises `Deferred` if there are none.
    """
    if not key.is_unreadable:
        text = key.text()
        return not text.startswith("arn:") or region_of_arn(text) == region
    flowing = _flowing(resource, key.path.split(".")[0].split("[")[0], stack)
    if not flowing:
        raise key.unread()
    return any(source.region.text() == region for source in flowing)


def region_of_arn(arn: str) -> str:
    """The fourth part of an ARN; empty where there is none."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 else ""


def _flowing(resource: Resource, prop: str, stack: Stack) -> list[Resource]:
    """Keys whose outputs flow into an input, aliases standing for their keys' regions."""
    sources = [stack.by_urn[urn] for urn in resource.property_dependencies.get(prop, ()) if urn in stack.by_urn]
    return [source for source in sources if source.type in KEY or source.type == _ALIAS]

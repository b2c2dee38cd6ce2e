"""Where the provider's types keep policy documents: the table behind `guard.iam.documents`."""

from enum import StrEnum
from typing import Final

from guard.tokens import S3_BUCKET


class Kind(StrEnum):
    """What a document is attached to; it decides which elements it may have."""

    IDENTITY = "identity"
    """What somebody may do: inline, managed and session policies. No Principal."""
    TRUST = "trust"
    """Who may assume a role. No Resource."""
    KEY = "key"
    """Who may use a KMS key; `Resource: *` means this key."""
    RESOURCE = "resource"
    """Who may use any other resource; `Resource: *` means this one."""
    ENDPOINT = "endpoint"
    """What may pass through a VPC endpoint."""


Place = tuple[Kind, tuple[str, ...]]
"""Kind of the document, and the property path that leads to it; paths go through lists."""

ROLE: Final = "aws:iam/role:Role"


def _kms(*names: str) -> dict[str, tuple[Place, ...]]:
    return {f"aws:kms/{name[0].lower()}{name[1:]}:{name}": ((Kind.KEY, ("policy",)),) for name in names}


def _at(kind: Kind, *path: str, types: tuple[str, ...]) -> dict[str, tuple[Place, ...]]:
    return dict.fromkeys(types, ((kind, path),))


PLACES: Final[dict[str, tuple[Place, ...]]] = {
    ROLE: ((Kind.TRUST, ("assumeRolePolicy",)), (Kind.IDENTITY, ("inlinePolicies", "policy"))),
    **_at(
        Kind.IDENTITY,
        "policy",
        types=(
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "aws:iam/groupPolicy:GroupPolicy",
            "aws:iam/policy:Policy",
            "aws:iam/rolePolicy:RolePolicy",
            "aws:iam/userPolicy:UserPolicy",
            "aws:transfer/access:Access",
            "aws:transfer/user:User",
        ),
    ),
    **_at(Kind.IDENTITY, "inlinePolicy", types=("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",)),
    **_at(Kind.IDENTITY, "sessionPolicy", types=("aws:rolesanywhere/profile:Profile",)),
    **_kms("ExternalKey", "Key", "KeyPolicy", "ReplicaExternalKey", "ReplicaKey"),
    **_at(
        Kind.ENDPOINT,
        "policy",
        types=("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"),
    ),
    **_at(
        Kind.RESOURCE,
        "policy",
        types=(
            *S3_BUCKET,
            "aws:acmpca/policy:Policy",
            "aws:apigateway/domainName:DomainName",
            "aws:apigateway/restApi:RestApi",
            "aws:apigateway/restApiPolicy:RestApiPolicy",
            "aws:backup/vaultPolicy:VaultPolicy",
            "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy",
            "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
            "aws:codebuild/resourcePolicy:ResourcePolicy",
            "aws:dsql/clusterPolicy:ClusterPolicy",
            "aws:dynamodb/resourcePolicy:ResourcePolicy",
            "aws:ecr/registryPolicy:RegistryPolicy",
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
            "aws:efs/fileSystemPolicy:FileSystemPolicy",
            "aws:glacier/vaultLock:VaultLock",
            "aws:glue/resourcePolicy:ResourcePolicy",
            "aws:kinesis/resourcePolicy:ResourcePolicy",
            "aws:lambda/resourcePolicy:ResourcePolicy",
            "aws:mediastore/containerPolicy:ContainerPolicy",
            "aws:msk/clusterPolicy:ClusterPolicy",
            "aws:networkfirewall/resourcePolicy:ResourcePolicy",
            "aws:oam/sinkPolicy:SinkPolicy",
            "aws:opensearchingest/resourcePolicy:ResourcePolicy",
            "aws:redshift/resourcePolicy:ResourcePolicy",
            "aws:redshiftserverless/resourcePolicy:ResourcePolicy",
            "aws:s3/accessPoint:AccessPoint",
            "aws:s3/bucketPolicy:BucketPolicy",
            "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy",
            "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy",
            "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy",
            "aws:s3control/accessPointPolicy:AccessPointPolicy",
            "aws:s3control/bucketPolicy:BucketPolicy",
            "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
            "aws:schemas/registryPolicy:RegistryPolicy",
            "aws:secretsmanager/secret:Secret",
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            "aws:ses/identityPolicy:IdentityPolicy",
            "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy",
            "aws:sns/topic:Topic",
            "aws:sns/topicPolicy:TopicPolicy",
            "aws:sqs/queue:Queue",
            "aws:sqs/queuePolicy:QueuePolicy",
            "aws:vpclattice/authPolicy:AuthPolicy",
            "aws:vpclattice/resourcePolicy:ResourcePolicy",
        ),
    ),
    **_at(
        Kind.RESOURCE,
        "policyDocument",
        types=(
            "aws:amp/resourcePolicy:ResourcePolicy",
            "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
            "aws:codeartifact/domainPermissions:DomainPermissions",
            "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
            "aws:xray/resourcePolicy:ResourcePolicy",
        ),
    ),
    **_at(
        Kind.RESOURCE,
        "accessPolicies",
        types=(
            "aws:elasticsearch/domain:Domain",
            "aws:elasticsearch/domainPolicy:DomainPolicy",
            "aws:opensearch/domain:Domain",
            "aws:opensearch/domainPolicy:DomainPolicy",
        ),
    ),
    **_at(
        Kind.RESOURCE,
        "accessPolicy",
        types=("aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", "aws:glacier/vault:Vault"),
    ),
    **_at(
        Kind.RESOURCE,
        "resourcePolicy",
        types=(
            "aws:s3tables/tableBucketPolicy:TableBucketPolicy",
            "aws:s3tables/tablePolicy:TablePolicy",
            "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy",
        ),
    ),
    **_at(
        Kind.RESOURCE,
        "deliveryDestinationPolicy",
        types=("aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy",),
    ),
    **_at(Kind.RESOURCE, "details", "policy", types=("aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy",)),
    **_at(Kind.RESOURCE, "repositoryPolicy", types=("aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",)),
}
"""Every type that carries a document of the IAM policy language, except those whose language only looks like it (IoT, SCPs)."""


def types_with(*kinds: Kind) -> tuple[str, ...]:
    """Type tokens that carry a document of one of the kinds; of any kind if none is named."""
    return tuple(type_ for type_, places in PLACES.items() if any(not kinds or kind in kinds for kind, _ in places))

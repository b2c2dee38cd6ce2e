"""Type tokens that come in twins, so that a control names them once."""

S3_BUCKET = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
S3_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
S3_VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
S3_ACL = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
S3_LOGGING = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
S3_LIFECYCLE = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
S3_OBJECT_LOCK = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
S3_PUBLIC_ACCESS_BLOCK = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)
S3_POLICY = ("aws:s3/bucketPolicy:BucketPolicy",)
LOAD_BALANCER = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
LISTENER = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
TARGET_GROUP = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
IAM_POLICY = ("aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy")
PERMISSION_SET_POLICY = ("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",)
S3_REPLICATION = ("aws:s3/bucketReplicationConfig:BucketReplicationConfig",)
SEARCH_DOMAIN = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
DISTRIBUTION = ("aws:cloudfront/distribution:Distribution",)
API_DOMAIN = ("aws:apigateway/domainName:DomainName", "aws:apigatewayv2/domainName:DomainName")
RDS_INSTANCE = ("aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance")
S3_OWNERSHIP = ("aws:s3/bucketOwnershipControls:BucketOwnershipControls",)

_RENAMED = {"applicationloadbalancing": "alb", "elasticloadbalancing": "elb", "elasticloadbalancingv2": "lb"}
"""Modules of the provider by the names that state written years ago still holds."""


def canonical(type_: str) -> str:
    """The token as today's provider calls it: `aws:elasticloadbalancingv2/listener:Listener` is `aws:lb/listener:Listener`."""
    package, colon, rest = type_.partition(":")
    module, slash, name = rest.partition("/")
    return f"{package}{colon}{_RENAMED.get(module, module)}{slash}{name}" if package == "aws" else type_

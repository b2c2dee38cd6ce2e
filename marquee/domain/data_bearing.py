"""The one table of data-bearing types: what the program keeps, and what an upgrade may not lose."""

from typing import Final

DATA_BEARING: Final = frozenset(
    {
        "aws:cognito/userPool:UserPool",
        "aws:dynamodb/table:Table",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
    }
)
"""Types whose deletion loses data, or the only way to read it. The hosted zone is here because a new one gets other name servers."""

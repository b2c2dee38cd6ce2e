"""The one table of data-bearing types, and the options that keep them."""

from pulumi import Resource, ResourceOptions

DATA_BEARING = frozenset(
    {
        "aws:dynamodb/table:Table",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:s3/bucket:Bucket",
        "aws:route53/zone:Zone",
    }
)
"""Types whose deletion loses data, or the only way to read it. The hosted zone is here because a new one gets other name servers."""


def data_opts(parent: Resource, *, keep_data: bool, provider: Resource | None = None) -> ResourceOptions:
    """Options of a data-bearing child: kept by `pulumi destroy` and by a replacement if `keep_data`, else gone with the stack."""
    return ResourceOptions(parent=parent, provider=provider, protect=keep_data, retain_on_delete=keep_data)  # pyright: ignore[reportArgumentType]

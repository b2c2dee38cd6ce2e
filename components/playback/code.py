"""What the functions of `runtime/playback` share beside secrets."""

from typing import Final, Literal

from pulumi import Input

from components.identity.statement import Statement, allow

Workload = Literal["playback", "authorise", "revoke", "beacon", "rotate", "prune"]

_STORE_READS: Final = ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:GetKey")


def write_store(arn: Input[str]) -> tuple[Statement, ...]:
    """Read and change the edge's key-value store."""
    return (allow(*_STORE_READS, "cloudfront-keyvaluestore:ListKeys", "cloudfront-keyvaluestore:UpdateKeys", on=arn),)

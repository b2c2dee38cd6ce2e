"""P2: no ACL lets the public read."""

from typing import Final

from guard.acls import check_acls
from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET

_ACLS: Final = frozenset({"authenticated-read", "public-read", "public-read-write", "website"})
_PERMISSIONS: Final = frozenset({"READ", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"})
"""Whoever may write the list may let himself read."""


@stack_control(
    id="P2",
    title="No ACL lets the public read a bucket",
    severity=Severity.CRITICAL,
    fsbp=("S3.2",),
    checkov=("CKV_AWS_20",),
    types=S3_BUCKET,
    why="Anybody lists the bucket's objects and, where theirs say so, reads them.",
    fix="drop the ACL, and let CloudFront read the bucket by origin access control.",
)
def bucket_acl_is_not_readable(bucket: Resource, stack: Stack) -> Findings:
    """Canned ACLs and single grants, inside the bucket and beside it."""
    return check_acls(bucket, stack, _ACLS, _PERMISSIONS, "The ACL lets the public read")

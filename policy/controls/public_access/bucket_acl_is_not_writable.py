"""P2.2: no ACL lets the public write."""

from typing import Final

from guard.acls import check_acls
from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET

_ACLS: Final = frozenset({"public-read-write"})
_PERMISSIONS: Final = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})


@stack_control(
    id="P2.2",
    title="No ACL lets the public write to a bucket",
    severity=Severity.CRITICAL,
    fsbp=("S3.3",),
    checkov=("CKV_AWS_57",),
    types=S3_BUCKET,
    why="Anybody replaces what viewers get, or stores what they like at our cost and in our name.",
    fix="drop the ACL, and give the writers a policy.",
)
def bucket_acl_is_not_writable(bucket: Resource, stack: Stack) -> Findings:
    """Canned ACLs and single grants, inside the bucket and beside it."""
    return check_acls(bucket, stack, _ACLS, _PERMISSIONS, "The ACL lets the public write")

"""P2.4: no ACL lets in whoever has an AWS account."""

from typing import Final

from guard.acls import SIGNED_IN, check_acls
from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET

_ACLS: Final = frozenset({"authenticated-read"})
_PERMISSIONS: Final = frozenset({"READ", "READ_ACP", "WRITE", "WRITE_ACP", "FULL_CONTROL"})


@stack_control(
    id="P2.4",
    title="No ACL lets every AWS account into a bucket",
    severity=Severity.CRITICAL,
    fsbp=("S3.2", "S3.3"),
    types=S3_BUCKET,
    why="Anybody opens an AWS account within minutes: to let in those who are signed in is to let in everybody.",
    fix="drop the ACL, and name the accounts in a policy.",
)
def bucket_acl_trusts_no_stranger(bucket: Resource, stack: Stack) -> Findings:
    """Canned ACLs and single grants, inside the bucket and beside it."""
    return check_acls(bucket, stack, _ACLS, _PERMISSIONS, "The ACL lets in every AWS account", group=SIGNED_IN)

"""Grants of S3's access control lists, which a bucket has inside or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.node import Findings, Node, all_of, check_each, some
from guard.resource import Resource, Stack
from guard.tokens import S3_ACL

EVERYBODY: Final = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN: Final = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
"""Everybody with any AWS account: hardly fewer."""


def check_acls(
    bucket: Resource, stack: Stack, names: frozenset[str], permissions: frozenset[str], message: str, *, group: str = EVERYBODY
) -> Findings:
    """A finding for each canned ACL of the bucket that is one of `names`, and each grant of `permissions` to the group."""

    def check_name(acl: Node) -> Findings:
        if acl.text() in names:
            yield acl.fail(message)

    def check_grant(grant: Node) -> Findings:
        if all_of(lambda: _group(grant) == group, lambda: some(_permissions(grant), lambda node: node.text() in permissions)):
            yield grant.fail(message)

    beside = stack.attached(bucket, S3_ACL, "bucket")
    yield from check_each((acl for holder in (bucket, *beside) for acl in holder.each("acl")), check_name)
    yield from check_each(bucket.each("grants"), check_grant)
    yield from check_each((grant for acl in beside for grant in acl.each("accessControlPolicy", "grants")), check_grant)


def _group(grant: Node) -> str:
    inside = grant.at("uri")
    return (grant.at("grantee", "uri") if inside.is_absent else inside).text()


def _permissions(grant: Node) -> Iterator[Node]:
    """Inside a bucket a grant has several, beside it one."""
    yield from grant.each("permissions")
    yield from grant.each("permission")

"""P1.6: the account's own block holds for every bucket in it."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_FLAGS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _raise_flags(block: Resource) -> Iterator[Edit]:
    for flag in _FLAGS:
        if block.at(flag).value is not True and not block.at(flag).is_unreadable:
            yield Edit((flag,), True)


@resource_control(
    id="P1.6",
    title="The account blocks public access to S3",
    severity=Severity.HIGH,
    fsbp=("S3.1",),
    cis=("2.1.4",),
    types=("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",),
    why="It holds for buckets that nobody thought of, in every region.",
    fix="set all four flags to true.",
    remediate=_raise_flags,
)
def account_blocks_public_access(block: Resource) -> Findings:
    """One finding for each flag that is off."""
    return check_each((block.at(flag) for flag in _FLAGS), _check)


def _check(flag: Node) -> Findings:
    if not flag.flag():
        yield flag.fail("The account does not block this kind of public access")

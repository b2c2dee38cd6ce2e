"""P: public access."""

from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ALL = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}


def _block(*, refs: tuple[str, ...] = ("subject",), **flags: Any) -> Item:
    return Item(BLOCK, {"bucket": UNKNOWN, **ALL, **flags}, "block", {"bucket": refs})


CASES = (
    passes("P1", "blocked", Item(BUCKET, {}), _block()),
    passes(
        "P1",
        "through the ownership controls",
        Item(BUCKET, {}),
        Item(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            {"bucket": UNKNOWN, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
            "owner",
            {"bucket": ["subject"]},
        ),
        _block(refs=("owner",)),
    ),
    fails("P1", "no block", Item(BUCKET, {})),
    fails("P1", "policies not blocked", Item(BUCKET, {}), _block(blockPublicPolicy=False)),
    fails("P1", "flag missing", Item(BUCKET, {}), _block(blockPublicAcls=None)),
    fails("P1", "another bucket's", Item(BUCKET, {}), Item(BUCKET, {}, "other"), _block(refs=("other",))),
    not_applicable("P1", "no bucket", Item(BLOCK, {"bucket": "b"}, "block")),
    unknown("P1", "flag not known yet", Item(BUCKET, {}), _block(blockPublicAcls=UNKNOWN), at="blockPublicAcls"),
)

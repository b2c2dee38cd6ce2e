"""E: encryption at rest."""

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def _rule(algorithm: str, **rule: object) -> dict[str, object]:
    return {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}, **rule}


def _split(*rules: dict[str, object], bucket: str = UNKNOWN, refs: bool = True) -> Item:
    return Item(ENCRYPTION, {"bucket": bucket, "rules": list(rules)}, "sse", {"bucket": ["subject"]} if refs else {})


def _v2(algorithm: str) -> Item:
    rule = {"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": algorithm}]}
    return Item(BUCKET_V2, {"serverSideEncryptionConfigurations": [{"rules": [rule]}]})


CASES = (
    passes("E1", "split", Item(BUCKET, {}), _split(_rule("aws:kms"))),
    passes("E1", "dsse", Item(BUCKET, {}), _split(_rule("aws:kms:dsse"))),
    passes("E1", "joined by a literal name", Item(BUCKET, {"bucket": "b1"}), _split(_rule("aws:kms"), bucket="b1", refs=False)),
    passes("E1", "inside the bucket", Item(BUCKET, {"serverSideEncryptionConfiguration": {"rule": _rule("aws:kms")}})),
    passes("E1", "inside the older twin", _v2("aws:kms")),
    passes(
        "E1",
        "key not known yet",
        Item(BUCKET, {}),
        _split({"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": UNKNOWN}}),
    ),
    fails("E1", "nothing configured", Item(BUCKET, {})),
    fails("E1", "AES256", Item(BUCKET, {}), _split(_rule("AES256"))),
    fails("E1", "AES256 inside the older twin", _v2("AES256")),
    fails("E1", "another bucket's", Item(BUCKET, {"bucket": "b1"}), _split(_rule("aws:kms"), bucket="b2", refs=False)),
    not_applicable("E1", "no bucket", _split(_rule("AES256"), bucket="b2", refs=False)),
    unknown("E1", "algorithm not known yet", Item(BUCKET, {}), _split(_rule(UNKNOWN)), at="sseAlgorithm"),
    unknown("E1", "whose configuration is not known yet", Item(BUCKET, {}), _split(_rule("aws:kms"), refs=False), at="sse.bucket"),
    passes("E1.2", "on", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms", bucketKeyEnabled=True)]})),
    fails("E1.2", "missing", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms")]}), at="rules[0].bucketKeyEnabled"),
    fails(
        "E1.2",
        "off beside an unknown",
        Item(ENCRYPTION, {"bucket": "b", "rules": [_rule(UNKNOWN), _rule("aws:kms", bucketKeyEnabled=False)]}),
        at="rules[1]",
    ),
    not_applicable("E1.2", "AES256", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("AES256")]})),
    unknown(
        "E1.2",
        "flag not known yet",
        Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms", bucketKeyEnabled=UNKNOWN)]}),
        at="bucketKeyEnabled",
    ),
)

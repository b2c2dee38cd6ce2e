"""E1.2: KMS-encrypted buckets use a bucket key."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource
from guard.tokens import S3_ENCRYPTION

_ALGORITHM = ("applyServerSideEncryptionByDefault|applyServerSideEncryptionByDefaults", "sseAlgorithm")


def _set_flag(configuration: Resource) -> Iterator[Edit]:
    for index, rule in enumerate(configuration.each("rules")):
        if not rule.is_unreadable and rule.at(*_ALGORITHM).value == "aws:kms":
            yield Edit(("rules", index, "bucketKeyEnabled"), True)


@resource_control(
    id="E1.2",
    title="KMS-encrypted buckets use a bucket key",
    severity=Severity.LOW,
    types=S3_ENCRYPTION,
    why="Without a bucket key each object costs a KMS request: dear, and throttled under load.",
    fix="set bucketKeyEnabled to true in the rule.",
    remediate=_set_flag,
)
def bucket_key_enabled(configuration: Resource) -> Findings:
    """Bucket keys exist for aws:kms alone, neither for AES256 nor for dsse."""
    rules = list(configuration.each("rules"))
    if rules and all(rule.at(*_ALGORITHM).value in ("AES256", "aws:kms:dsse") for rule in rules):
        raise NotApplicable("only aws:kms has bucket keys")
    return check_each(rules, _check_rule)


def _check_rule(rule: Node) -> Findings:
    if rule.at(*_ALGORITHM).text() == "aws:kms" and not rule.at("bucketKeyEnabled").flag(default=False):
        yield rule.at("bucketKeyEnabled").fail("The rule has no bucket key")

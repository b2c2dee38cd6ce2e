"""T: encryption in transit."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, unknown

POLICY = "aws:s3/bucketPolicy:BucketPolicy"
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def _policy(*statements: dict[str, Any]) -> Item:
    return Item(POLICY, {"bucket": "b", "policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})


CASES = (
    passes("T7", "denied", _policy(DENY)),
    passes("T7", "principal as an object", _policy({**DENY, "Principal": {"AWS": "*"}})),
    passes("T7", "as an object", Item(POLICY, {"bucket": "b", "policy": {"Statement": DENY}})),
    passes("T7", "beside a statement that is not known yet", Item(POLICY, {"bucket": "b", "policy": {"Statement": [UNKNOWN, DENY]}})),
    fails("T7", "no statement", _policy(), at="policy"),
    fails("T7", "allows instead", _policy({**DENY, "Effect": "Allow"})),
    fails("T7", "reads alone", _policy({**DENY, "Action": "s3:GetObject"})),
    fails("T7", "the bucket without its objects", _policy({**DENY, "Resource": "arn:aws:s3:::b"})),
    fails("T7", "one principal", _policy({**DENY, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}})),
    fails("T7", "denies TLS", _policy({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})),
    fails(
        "T7",
        "narrowed by a second condition",
        _policy({**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:PrincipalOrgID": "o-1"}}}),
    ),
    not_applicable("T7", "another type", Item("aws:s3/bucket:Bucket", {})),
    unknown("T7", "one ARN makes the text unknown", Item(POLICY, {"bucket": "b", "policy": UNKNOWN}), at="policy"),
    unknown("T7", "secret", Item(POLICY, {"bucket": "b", "policy": secret(json.dumps({"Statement": [DENY]}))}), at="policy is secret"),
)

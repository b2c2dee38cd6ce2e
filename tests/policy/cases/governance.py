"""G: whose a resource is, and when its data goes."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, unknown

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
TAGS = {"Project": "p", "Stack": "dev", "Owner": "o", "CostCentre": "c"}


def _queue(provider: Any = None, **props: Any) -> Item:
    return Item("aws:sqs/queue:Queue", props, provider={"defaultTags": provider} if provider is not None else {})


def _lifecycle(bucket: str = UNKNOWN, *refs: str) -> Item:
    return Item(LIFECYCLE, {"bucket": bucket, "rules": []}, "lifecycle", {"bucket": refs} if refs else {})


CASES = (
    not_applicable("G1", "a type without tags", Item("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b", "policy": "{}"})),
    passes("G1", "its own", _queue(tags=TAGS)),
    passes("G1", "the provider's", _queue({"tags": TAGS})),
    passes("G1", "the provider's, as the SDK sends them", _queue(json.dumps({"tags": TAGS}))),
    passes("G1", "both together", _queue({"tags": {"Project": "p", "Stack": "dev"}}, tags={"Owner": "o", "CostCentre": "c"})),
    passes("G1", "a value that is not known yet", _queue(tags={**TAGS, "Owner": UNKNOWN})),
    passes("G1", "a secret value", _queue(tags={**TAGS, "Owner": secret("o")})),
    passes("G1", "other tags wanted", _queue(tags={"team": "t"}), tags=["team"]),
    passes(
        "G1",
        "a list, of an auto scaling group",
        Item(
            "aws:autoscaling/group:Group",
            {"maxSize": 1, "minSize": 1, "tags": [{"key": k, "value": v, "propagateAtLaunch": True} for k, v in TAGS.items()]},
        ),
    ),
    passes("G1", "unknown tags over complete ones", _queue({"tags": TAGS}, tags=UNKNOWN)),
    fails("G1", "none", _queue(), at="tags.Owner"),
    fails("G1", "one missing", _queue(tags={**TAGS, "CostCentre": None}), at="tags.CostCentre"),
    fails("G1", "one empty", _queue({"tags": TAGS}, tags={"Owner": ""}), at="tags.Owner"),
    fails("G1", "no JSON from the provider", _queue("{")),
    unknown("G1", "tags that are not known yet", _queue(tags=UNKNOWN), at="tags"),
    unknown("G1", "of a provider that is not known yet", _queue({"tags": UNKNOWN}, tags={"Owner": "o"}), at="defaultTags.tags"),
    unknown("G1", "unknown tags over incomplete ones", _queue({"tags": {"Owner": "o"}}, tags=UNKNOWN), at="tags"),
    not_applicable("G1.2", "no bucket", _lifecycle("b")),
    passes("G1.2", "split", Item(BUCKET, {}), _lifecycle(UNKNOWN, "subject")),
    passes("G1.2", "by name", Item(BUCKET, {"bucket": "b"}), _lifecycle("b")),
    passes("G1.2", "inside the bucket", Item(BUCKET, {"lifecycleRules": [{"enabled": True, "expiration": {"days": 7}}]})),
    fails("G1.2", "none", Item(BUCKET, {})),
    fails("G1.2", "another bucket's", Item(BUCKET, {"bucket": "b"}), _lifecycle("c")),
    fails("G1.2", "of the older twin", Item("aws:s3/bucketV2:BucketV2", {})),
    unknown("G1.2", "whose lifecycle is not known yet", Item(BUCKET, {}), _lifecycle(), at="lifecycle.bucket"),
)

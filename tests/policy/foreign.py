"""A stack of somebody else's, as `pulumi stack export` and `pulumi preview --json --show-sames` print it, with known violations."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.policy.harness import UNKNOWN

Raw = dict[str, Any]

CIPHERTEXT: Raw = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:AAAA:hunter2"}
AWS = "pulumi:providers:aws"
BUCKET = "aws:s3/bucketV2:BucketV2"
SSE = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DATABASE = "aws:rds/instance:Instance"


def urn(type_: str, name: str) -> str:
    """As the engine builds it."""
    return f"urn:pulumi:live::shop::{type_}::{name}"


def resource(type_: str, name: str, inputs: Mapping[str, Any], refs: Mapping[str, list[str]] | None = None, **more: Any) -> Raw:
    """One resource of a state."""
    found: Raw = {"urn": urn(type_, name), "type": type_, "custom": True, "id": f"{name}-id", "inputs": {"__defaults": [], **inputs}}
    found |= {"outputs": {"id": f"{name}-id", **inputs}, "provider": f"{urn(AWS, 'here')}::some-id"}
    return found | ({"propertyDependencies": refs} if refs else {}) | more


def resources(*, bucket: Any = "data-4f1") -> list[Raw]:
    """Two buckets, one encrypted by a resource of its own; an open group; a database with a secret; something waiting for removal."""
    encrypted = {"bucket": bucket, "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}]}
    closed = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
    open_group = {"ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}]}
    return [
        {"urn": urn("pulumi:pulumi:Stack", "shop-live"), "type": "pulumi:pulumi:Stack", "custom": False},
        {"urn": urn(AWS, "here"), "type": AWS, "custom": True, "id": "some-id", "inputs": {"region": "eu-west-1"}},
        resource(BUCKET, "data", {}),
        resource(SSE, "data-sse", encrypted, {"bucket": [urn(BUCKET, "data")]}),
        resource(BLOCK, "data-block", {"bucket": bucket, **closed}, {"bucket": [urn(BUCKET, "data")]}),
        resource(BUCKET, "bare", {"tags": {"a|b": "<script>alert(1)</script>"}}),
        resource(GROUP, "<b>open|door</b>", open_group),
        resource(DATABASE, "db", {"storageEncrypted": True, "password": CIPHERTEXT, "instanceClass": "db.t4g.small"}),
        resource(DATABASE, "old", {"storageEncrypted": False}, delete=True),
    ]


def state(found: list[Raw] | None = None) -> Raw:
    """What `pulumi stack export` prints."""
    return {"version": 3, "deployment": {"manifest": {}, "resources": resources() if found is None else found}}


def preview(found: list[Raw] | None = None) -> Raw:
    """What `pulumi preview --json --show-sames` prints; the bucket's name is not known yet."""
    states = [item for item in (found or resources(bucket=UNKNOWN)) if not item.get("delete")]
    steps: list[Raw] = [{"op": "create", "urn": item["urn"], "newState": item} for item in states]
    return {
        "config": {"aws:region": "eu-west-1", "shop:key": {"value": "hunter2", "secret": True}, "shop:size": {"value": {"a": 1}}},
        "steps": [*steps, {"op": "delete", "urn": urn(BUCKET, "gone"), "oldState": resource(BUCKET, "gone", {})}],
        "changeSummary": {"create": len(steps), "delete": 1},
    }


def written(folder: Path, document: Any) -> Path:
    """The document as a file; text as it is."""
    path = folder / "export.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path

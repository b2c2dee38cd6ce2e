"""S3 replicates to every destination, by the role, and under the replica's own key.

MiniStack applies the first matching rule alone, asks no role, and leaves the source's key on the replica. Sources: Amazon S3 User Guide,
"Replication configuration file elements" (several destinations), "Setting up permissions for live replication" and "Replicating
encrypted objects"; the last says that objects under KMS keys are left out unless the rule selects them.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marquee.emulator.services.enforcement import Attempt, Enforcement
from marquee.emulator.services.sessions import session_of
from marquee.emulator.upstream import module

_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
_READ = ("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging")

_current = contextvars.ContextVar[tuple[dict[str, Any] | None, str]]("current", default=(None, ""))
"""What MiniStack's own replication is told when it asks for its rule and role."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One change of an object on its way to one other bucket."""

    rule: dict[str, Any]
    role: str
    source: str
    key: str

    @property
    def destination(self) -> str:
        """Name of the bucket that it goes to."""
        return str(self.rule["Destination"]["Bucket"]).rpartition(":::")[2]

    @property
    def replica_key(self) -> str:
        """ARN of the key that the replica comes under; empty if the rule names none."""
        return _text(self.rule, "Destination", "EncryptionConfiguration", "ReplicaKmsKeyID")

    @property
    def marks_deletions(self) -> bool:
        """True if delete markers are copied too: always by a rule of the old form, which has no filter."""
        return "Filter" not in self.rule or _text(self.rule, "DeleteMarkerReplication", "Status") == "Enabled"


@dataclass(frozen=True)
class Replication:
    """Takes the place of MiniStack's replication of new objects and of delete markers."""

    enforcement: Enforcement

    def install(self) -> None:
        """Once."""
        s3 = module("ministack.services.s3")
        replicate = s3._maybe_replicate

        def maybe_replicate(bucket: str, key: str, obj: dict[str, Any], data: Any, tags: dict[str, str] | None = None) -> None:
            statuses: list[str] = []
            stored: dict[str, str] = obj["preserved_headers"]
            for copy in _copies(s3, bucket, key, tags):
                under = {**stored, _KEY_HEADER: copy.replica_key} if _KEY_HEADER in stored else stored
                replica: dict[str, Any] = {**obj, "preserved_headers": under, "replication_status": "FAILED"}
                if self._may(copy, "s3:ReplicateObject", "s3:ReplicateTags") and self._may_use_keys(copy, stored.get(_KEY_HEADER, "")):
                    _current.set((copy.rule, copy.role))
                    replicate(bucket, key, replica, data, tags)
                    _tag(s3, key, replica.get("_replica"), tags)
                statuses.append(replica["replication_status"])
            if statuses:
                obj["replication_status"] = "FAILED" if "FAILED" in statuses else "COMPLETED"

        def replicate_marker(bucket: str, key: str) -> None:
            for copy in _copies(s3, bucket, key, None):
                allowed = copy.marks_deletions and self._may(copy, "s3:ReplicateDelete")
                target = s3._replication_destination(bucket, key, copy.rule, copy.role) if allowed else None
                if target is not None:
                    name, account, record = target
                    with s3._in_account(account):
                        s3._record_delete_marker(name, key, record["objects"].get(key))
                        record["objects"].pop(key, None)

        s3._replication_rule_for = _told
        s3._maybe_replicate, s3._maybe_replicate_delete_marker = maybe_replicate, replicate_marker

    def _may(self, copy: Copy, *writes: str) -> bool:
        """Whether the role may read here and take `writes` there."""
        here, there = f"arn:aws:s3:::{copy.source}", f"arn:aws:s3:::{copy.destination}"
        needed = [(action, here) for action in ("s3:GetReplicationConfiguration", "s3:ListBucket")]
        needed += [(action, f"{here}/{copy.key}") for action in _READ]
        needed += [(action, f"{there}/{copy.key}") for action in writes]
        attempt = Attempt(access_key=session_of(copy.role, "s3-replication"), action="", service="s3", region=_region(copy.source))
        return all(self.enforcement.judge(replace(attempt, action=action, resource=arn)) is None for action, arn in needed)

    def _may_use_keys(self, copy: Copy, source_key: str) -> bool:
        """Whether the role may decrypt here and encrypt there, each through S3 of that region; nothing to ask for SSE-S3."""
        uses = [("kms:Decrypt", source_key, copy.source)]
        uses += [(action, copy.replica_key, copy.destination) for action in ("kms:Encrypt", "kms:GenerateDataKey")]
        return not source_key or all(self._may_use(copy.role, *use) for use in uses)

    def _may_use(self, role: str, action: str, key_arn: str, bucket: str) -> bool:
        region = _region(bucket)
        # Buckets of ours have bucket keys, so that the context is the bucket.
        context = {"kms:viaservice": f"s3.{region}.amazonaws.com", "kms:encryptioncontext:aws:s3:arn": f"arn:aws:s3:::{bucket}"}
        session = session_of(role, "s3-replication")
        attempt = Attempt(access_key=session, action=action, service="kms", region=region, resource=key_arn, context=context)
        return self.enforcement.judge(attempt) is None


def _copies(s3: Any, bucket: str, key: str, tags: Mapping[str, str] | None) -> list[Copy]:
    """For each destination that a rule names for this object, one copy by the rule of the highest priority."""
    config: Any = s3._bucket_replication.get(bucket)
    if not config or s3._bucket_versioning.get(bucket) != "Enabled":
        return []
    stored: Any = s3._buckets[bucket]["objects"].get(key) or {"preserved_headers": {}}
    chosen: dict[str, Copy] = {}
    for rule in sorted(config["Rules"], key=lambda rule: -int(rule.get("Priority") or 0)):
        wanted: dict[str, str] = s3._replication_rule_tags(rule)
        covered = key.startswith(s3._replication_rule_prefix(rule)) and wanted.items() <= (tags or {}).items()
        selected = _text(rule, "SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status") == "Enabled"
        if rule["Status"] == "Enabled" and covered and (selected or _KEY_HEADER not in stored["preserved_headers"]):
            copy = Copy(rule=rule, role=str(config["Role"]), source=bucket, key=key)
            chosen.setdefault(copy.destination, copy)
    return list(chosen.values())


def _told(*_: Any) -> tuple[dict[str, Any] | None, str]:
    return _current.get()


def _text(rule: Any, *path: str) -> str:
    for name in path:
        rule = rule.get(name) or {}
    return str(rule or "")


def _tag(s3: Any, key: str, replica: tuple[str, str, str] | None, tags: Mapping[str, str] | None) -> None:
    if replica is not None and tags is not None:
        name, version, account = replica
        with s3._in_account(account):
            s3._object_tags[name, key, version] = dict(tags)


def _region(bucket: str) -> str:
    record: Any = module("ministack.services.s3")._buckets.get(bucket)
    return str(record.get("region") or "us-east-1") if record else "us-east-1"

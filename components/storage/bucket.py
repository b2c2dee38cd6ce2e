"""The project's one bucket: private, versioned, TLS-only, SSE-KMS by default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.statement import Statement, allow, deny_insecure_transport, document, through_bucket
from components.protection import data_opts
from components.refs import BucketRef
from components.storage import lifecycle
from components.storage.lifecycle import Transition


@dataclass(frozen=True, kw_only=True)
class ObjectLock:
    """Default retention of every new version. `GOVERNANCE` yields to who holds `s3:BypassGovernanceRetention`, `COMPLIANCE` to nobody."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: int


@dataclass(frozen=True, kw_only=True)
class EncryptedBucketArgs:
    """Arguments of `EncryptedBucket`."""

    bucket_name: str
    key_arn: Input[str] | None
    """Full key ARN. S3 would resolve an alias in the requester's account, not ours. None only for a log
    target whose writer supports no KMS key (Elastic Load Balancing): SSE-S3 then."""
    region: str
    keep_data: bool
    noncurrent_days: int = 30
    """Days a replaced or deleted version is kept; ValueError below 1."""
    expire_days: Mapping[str, int] | None = None
    """Key prefix → days after which its objects expire; the empty prefix means every object."""
    expire_tagged: Mapping[tuple[str, str], int] | None = None
    """Key and value of a tag → days after an object's creation, not its tagging, at which it expires."""
    transitions: Sequence[Transition] = ()
    """Colder classes for every object, the earliest first."""
    lock: ObjectLock | None = None
    """Enabled when the bucket is made. One that exists gets it too, and is not replaced; none ever loses it."""
    statements: Sequence[Mapping[str, Any]] = ()
    """Further statements of the bucket's policy, for AWS services that write to it."""
    notify_event_bridge: bool = False
    """True: every change of an object is an event on the region's default bus."""

    def __post_init__(self) -> None:
        if self.noncurrent_days < 1:
            raise ValueError(f"noncurrent_days must be at least 1, not {self.noncurrent_days}")


class EncryptedBucket(ComponentResource):
    """A bucket whose objects default to SSE-KMS under `args.key_arn`.

    S3 stores that ARN unchecked: a wrong one deploys cleanly and fails the first write.
    Source: Amazon S3 API Reference, PutBucketEncryption.
    """

    bucket_name: str
    bucket_arn: str
    """Known before the bucket exists, since its name is fixed."""
    ready: Output[str]
    """The bucket's name, once its policy stands and it is versioned: what a service that writes to it at creation must wait for."""

    def __init__(self, name: str, args: EncryptedBucketArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:storage:EncryptedBucket", name, {}, opts)
        child = ResourceOptions(parent=self)
        keep = data_opts(self, keep_data=args.keep_data)
        keep.ignore_changes = ["object_lock_enabled"]  # a bucket in use is locked by `_lock` alone; the provider would replace it
        bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket_name,
            force_destroy=not args.keep_data,
            object_lock_enabled=True if args.lock else None,
            opts=keep,
        )
        self._args = args
        self.bucket_name, self.bucket_arn = args.bucket_name, f"arn:aws:s3:::{args.bucket_name}"
        algorithm = (
            {"sse_algorithm": "aws:kms", "kms_master_key_id": args.key_arn} if args.key_arn is not None else {"sse_algorithm": "AES256"}
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.id,
            rules=[{"bucket_key_enabled": args.key_arn is not None, "apply_server_side_encryption_by_default": algorithm}],  # pyright: ignore[reportArgumentType]
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=child)
        aws.s3.BucketOwnershipControls(name, bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child)
        closed = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        rules = lifecycle.rules(
            noncurrent_days=args.noncurrent_days,
            expire_days=args.expire_days or {},
            expire_tagged=args.expire_tagged or {},
            transitions=args.transitions,
        )
        aws.s3.BucketLifecycleConfiguration(name, bucket=bucket.id, rules=rules, opts=child)  # pyright: ignore[reportArgumentType]
        if args.lock is not None:
            _lock(name, versioning.id, args.lock, child)
        tls_only = deny_insecure_transport(self.bucket_arn, f"{self.bucket_arn}/*", action="s3:*")
        policy = aws.s3.BucketPolicy(
            name,
            bucket=bucket.id,
            policy=document(tls_only, *args.statements),
            # S3 answers 409 to two bucket-level writes at once.
            opts=ResourceOptions(parent=self, depends_on=[closed]),
        )
        if args.notify_event_bridge:
            aws.s3.BucketNotification(name, bucket=bucket.id, eventbridge=True, opts=child)
        self.ready = Output.all(bucket.bucket, policy.id, versioning.id).apply(lambda values: values[0])
        self.register_outputs({"bucket_name": self.bucket_name, "bucket_arn": self.bucket_arn})

    @property
    def ref(self) -> BucketRef:
        """Plain handle for others; raises ValueError for a bucket without a key of ours."""
        if self._args.key_arn is None:
            raise ValueError(f"{self.bucket_name} has no key of ours")
        return BucketRef(name=self.bucket_name, arn=self.bucket_arn, region=self._args.region, key_arn=self._args.key_arn, ready=self.ready)

    def read(self, *prefixes: str) -> tuple[Statement, ...]:
        """Read objects below any of `prefixes`, all of them without one, in any version."""
        return self._objects(prefixes, "s3:GetObject", "s3:GetObjectVersion", key_actions=("kms:Decrypt",))

    def list(self, prefix: str = "") -> tuple[Statement, ...]:
        """List the keys below `prefix`. Without it S3 answers 403 and not 404 for a key that does not exist."""
        return (allow("s3:ListBucket", on=self.bucket_arn, when={"StringLike": {"s3:prefix": f"{prefix}*"}}),)

    def write(self, *prefixes: str) -> tuple[Statement, ...]:
        """Write objects below any of `prefixes`, all of them without one; large ones in parts, which S3 decrypts when it joins them."""
        return self._objects(prefixes, "s3:AbortMultipartUpload", "s3:PutObject", key_actions=("kms:Decrypt", "kms:GenerateDataKey"))

    def delete(self, prefix: str = "") -> tuple[Statement, ...]:
        """Delete objects below `prefix`: a delete marker, never a version."""
        return self._objects((prefix,), "s3:DeleteObject", key_actions=())

    def _objects(self, prefixes: tuple[str, ...], *actions: str, key_actions: tuple[str, ...]) -> tuple[Statement, ...]:
        objects = allow(*actions, on=[f"{self.bucket_arn}/{prefix}*" for prefix in prefixes or ("",)])
        if self._args.key_arn is None or not key_actions:
            return (objects,)
        return objects, allow(*key_actions, on=self._args.key_arn, when=through_bucket(self.bucket_arn, self._args.region))


def _lock(name: str, versioned: Input[str], lock: ObjectLock, opts: ResourceOptions) -> None:
    """S3 locks only a versioned bucket, so that the lock waits for `versioned`, the bucket's name once it is."""
    aws.s3.BucketObjectLockConfiguration(
        name,
        bucket=versioned,
        object_lock_enabled="Enabled",
        rule={"default_retention": {"mode": lock.mode, "days": lock.days}},
        opts=opts,
    )

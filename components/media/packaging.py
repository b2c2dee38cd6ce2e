"""Just-in-time packaging: MediaPackage VOD encrypts and packages clear renditions when a viewer asks for them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from pulumi import ComponentResource, InvokeOptions, Output, Resource, ResourceOptions

from components.cloud_control import CloudControlResource, tag_list
from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy, through, through_bucket
from components.protection import data_opts
from components.refs import BucketRef, KeyProviderRef, PackagingRef, Placement
from marquee.domain import titles
from marquee.domain.ladder.drm import SYSTEM_IDS, Protection
from marquee.domain.packaging import CDN_SECRET_KEY

_LOGS: Final = "/aws/MediaPackage/"
"""MediaPackage writes to no group whose name begins otherwise. Source: its schema's pattern of `LogGroupName`."""
_CONFIGURATIONS: Final = ("cmaf", "dash")
"""HLS over CMAF, and DASH. Transport streams are left out: there MediaPackage VOD speaks SPEKE 1 alone, which knows one key a title."""


@dataclass(frozen=True, kw_only=True)
class PackagingArgs:
    """Arguments of `Packaging`."""

    placement: Placement
    segment_seconds: int
    """Of the renditions, in whole seconds."""
    protection: Protection
    key_provider: KeyProviderRef | None
    """None serves renditions clear."""
    renditions: BucketRef
    tags: Mapping[str, str]
    """Provider tags do not reach what Cloud Control makes."""


class Packaging(ComponentResource):
    """A packaging group, open to who sends the edge's secret header, and a configuration for each kind of player."""

    ref: PackagingRef

    def __init__(self, name: str, args: PackagingArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:Packaging", name, {}, opts)
        self._args, child = args, ResourceOptions(parent=self)
        place = args.placement
        source = _role(f"{name}-source", args, "packaging", _reading(args.renditions), child)
        secret, value = self._secret(name)
        reads = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds")
        asked = [allow(*reads, on=secret.arn)]
        asked.append(allow("kms:Decrypt", on=place.keys.secrets, when=through("secretsmanager", place.region)))
        if args.key_provider is not None and args.key_provider.invoke_arn is not None:
            asked.append(allow("execute-api:Invoke", on=args.key_provider.invoke_arn))
        keys = _role(f"{name}-keys", args, "packaging-keys", asked, child)
        logs = aws.cloudwatch.LogGroup(
            name,
            name=f"{_LOGS}{place.names.packaging_group()}",
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        group_id = place.names.packaging_group()
        group = CloudControlResource(
            name,
            "AWS::MediaPackage::PackagingGroup",
            {
                "Id": group_id,
                "Authorization": {"CdnIdentifierSecret": secret.arn, "SecretsRoleArn": keys.ready},
                "EgressAccessLogs": {"LogGroupName": logs.name},
                "Tags": tag_list(args.tags),
            },
            opts=self._made_once([value]),  # the secret is read at once
        )
        suffixes = [f"{kind}-{self._digest(kind)}" for kind in _CONFIGURATIONS]
        for suffix, package in zip(suffixes, (self._cmaf(keys), self._dash(keys)), strict=True):
            CloudControlResource(
                f"{name}-{suffix}",
                "AWS::MediaPackage::PackagingConfiguration",
                {"Id": f"{group_id}-{suffix}", "PackagingGroupId": group_id, **package, "Tags": tag_list(args.tags)},
                opts=self._made_once([group]),
            )
        self.ref = PackagingRef(
            region=place.region,
            group_id=group_id,
            configurations=tuple(f"{group_id}-{suffix}" for suffix in suffixes),
            source_role_arn=source.ready,
            origin_domain=group.read("DomainName").apply(lambda address: address.removeprefix("https://")),  # AWS answers with an address
            cdn_identifier=_identifier(value),
        )
        self.ready = group.id
        self.register_outputs({"origin_domain": self.ref.origin_domain})

    def _made_once(self, after: Sequence[Resource]) -> ResourceOptions:
        """Options of what MediaPackage changes in nothing, its tags neither: an attempt would fail, and a replacement end all playback.

        Data outlives the stack where the stack file says so, and what plays it then does too.
        Source: the types' published schemas, whose configurations have no update, and whose group's tags are for its creation alone.
        """
        kept = self._args.placement.keep_data
        return ResourceOptions(parent=self, depends_on=after, ignore_changes=["desiredState"], retain_on_delete=kept)

    def _digest(self, kind: str) -> str:
        """Of what the stack file says of a configuration: with other settings there is another one, beside which the old one goes on."""
        args = self._args
        url = args.key_provider.url if args.key_provider is not None else None
        told = [kind, args.segment_seconds, args.protection.systems, url if url is None or isinstance(url, str) else "reference"]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]

    def _secret(self, name: str) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
        """The header's value is drawn once: a new one would lock the edge out until it is told."""
        place = self._args.placement
        secret = aws.secretsmanager.Secret(
            name,
            name=place.names.secret("packaging"),
            description="What the edge sends MediaPackage to be let in: X-MediaPackage-CDNIdentifier",
            kms_key_id=place.keys.secrets,
            recovery_window_in_days=30 if place.keep_data else 0,
            opts=data_opts(self, keep_data=place.keep_data),
        )
        drawn = aws.secretsmanager.get_random_password_output(password_length=64, exclude_punctuation=True, opts=InvokeOptions(parent=self))
        value = drawn.random_password.apply(lambda text: json.dumps({CDN_SECRET_KEY: text}))
        kept = ResourceOptions(parent=self, ignore_changes=["secretString"])
        version = aws.secretsmanager.SecretVersion(name, secret_id=secret.id, secret_string=Output.secret(value), opts=kept)
        return secret, version

    def _cmaf(self, keys: Role) -> dict[str, Any]:
        package: dict[str, Any] = {
            "HlsManifests": [{"ManifestName": "index", "IncludeIframeOnlyStream": True}],
            "SegmentDurationSeconds": self._args.segment_seconds,
        }
        return {"CmafPackage": package | self._encryption(keys, ("fairplay", "widevine", "playready"))}

    def _dash(self, keys: Role) -> dict[str, Any]:
        package: dict[str, Any] = {
            "DashManifests": [{"ManifestName": "index", "ManifestLayout": "FULL"}],
            "SegmentDurationSeconds": self._args.segment_seconds,
            "SegmentTemplateFormat": "NUMBER_WITH_TIMELINE",
        }
        return {"DashPackage": package | self._encryption(keys, ("widevine", "playready"))}  # FairPlay has no DASH

    def _encryption(self, keys: Role, systems: tuple[str, ...]) -> dict[str, Any]:
        args = self._args
        if args.key_provider is None:
            return {}
        provider = {
            "EncryptionContractConfiguration": {"PresetSpeke20Audio": "PRESET-AUDIO-1", "PresetSpeke20Video": "PRESET-VIDEO-3"},
            "RoleArn": keys.ready,
            "SystemIds": [SYSTEM_IDS[system] for system in args.protection.systems if system in systems],
            "Url": args.key_provider.url,
        }
        return {"Encryption": {"SpekeKeyProvider": provider}}


def _identifier(version: aws.secretsmanager.SecretVersion) -> Output[str]:
    """The value that stands, which is the first one drawn, and none that a later run has drawn and left out."""
    return Output.secret(version.secret_string.apply(lambda text: _value_in(text or "")))


def _value_in(secret: str) -> str:
    """A stand-in provider answers with anything at all; the program must come to its end all the same."""
    try:
        return str(json.loads(secret)[CDN_SECRET_KEY])
    except (ValueError, LookupError, TypeError):
        return secret


def _role(name: str, args: PackagingArgs, workload: Any, statements: list[Statement], opts: ResourceOptions) -> Role:
    place = args.placement
    return Role(
        name,
        RoleArgs(
            role_name=place.names.role(workload, place.region),
            trust=assume_role_policy("mediapackage.amazonaws.com", account=place.account),
            statements=statements,
            boundary_arn=place.boundary_arn,
            description=f"What MediaPackage may do for just-in-time {workload}",
        ),
        opts=opts,
    )


def _reading(bucket: BucketRef) -> list[Statement]:
    """Source: MediaPackage User Guide, "Amazon S3 access for VOD workflows"."""
    return [
        allow("s3:GetObject", on=f"{bucket.arn}/{titles.CLEAR}*"),
        allow("s3:GetBucketLocation", "s3:GetBucketRequestPayment", on=bucket.arn),
        allow("s3:ListBucket", on=bucket.arn, when={"StringLike": {"s3:prefix": f"{titles.CLEAR}*"}}),
        allow("kms:Decrypt", on=bucket.key_arn, when=through_bucket(bucket.arn, bucket.region)),
    ]

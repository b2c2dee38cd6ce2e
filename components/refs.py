"""Frozen handles of plain outputs: all that global parts, regions and the edge know of each other.

A handle never holds a resource or a component, so that a later stack may hold one region and
read the others' handles through stack references.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input, Output

from marquee.domain.names import BusRule, Names


@dataclass(frozen=True, kw_only=True)
class KeyRefs:
    """Key ARNs of one region, by data class. Full ARNs: an alias would resolve in the caller's account."""

    media: Input[str]
    data: Input[str]
    secrets: Input[str]
    logs: Input[str]
    content: Input[str]
    """HMAC key that content keys are made with. It encrypts nothing."""
    pii: Input[str] | None = None
    """None where `security.residency` keeps personal data out of the region."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a resource is made and by which house rules: what every leaf component needs to know."""

    region: str
    names: Names
    boundary_arn: Input[str]
    """Permissions boundary of every role."""
    keys: KeyRefs
    keep_data: bool
    """True: data-bearing resources are protected and outlive the stack. False: they go with it."""
    log_retention_days: int

    @property
    def account(self) -> str:
        """The 12-digit account id, known before anything is deployed."""
        return self.names.account

    def bus_rule_arn(self, rule: BusRule) -> str:
        """ARN of a rule on the platform's own bus, known before the rule exists."""
        return f"arn:aws:events:{self.region}:{self.account}:rule/{self.names.event_bus()}/{self.names.event_rule(rule)}"


@dataclass(frozen=True, kw_only=True)
class QueueRef:
    """A queue that others send to."""

    name: str
    arn: str
    """Known before the queue exists, since its name is fixed."""
    ready: Output[str]
    """The ARN, once the queue exists: for what AWS checks at creation."""
    url: Output[str]


@dataclass(frozen=True, kw_only=True)
class TopicRef:
    """A topic that alarms are published to."""

    arn: str


@dataclass(frozen=True, kw_only=True)
class TableRef:
    """A table, or the replica of a global table in this region."""

    name: str
    arn: str
    key_arn: Input[str]
    """Key of the replica in this region."""
    key_attributes: tuple[str, ...]
    """Partition key and, if the table has one, sort key. Both are strings."""


@dataclass(frozen=True, kw_only=True)
class BucketRef:
    """A bucket encrypted under a key of ours."""

    name: str
    arn: str
    """Known before the bucket exists, since its name is fixed."""
    region: str
    key_arn: Input[str]
    ready: Output[str]
    """The name, once the bucket is versioned and its policy stands."""


@dataclass(frozen=True, kw_only=True)
class MediaRefs:
    """The buckets of a region that other regions copy to and from."""

    region: str
    masters: BucketRef
    renditions: BucketRef


@dataclass(frozen=True, kw_only=True)
class ZoneRef:
    """The public hosted zone."""

    id: Input[str]
    domain: str


@dataclass(frozen=True, kw_only=True)
class NetworkRef:
    """A region's VPC, made here or given by the account's owner."""

    vpc_id: Input[str]
    vpc_cidr: str
    public_subnet_ids: tuple[Input[str], ...]
    application_subnet_ids: tuple[Input[str], ...]
    data_subnet_ids: tuple[Input[str], ...]


@dataclass(frozen=True, kw_only=True)
class LiveRef:
    """A region's live origin, MediaPackage v2. It answers CloudFront's signed requests (origin access control) and nobody else's.

    What viewers ask for below `/_live/` is `<origin_path>/` there: `/_live/<channel>/cmaf/index.mpd` is
    `https://<origin_domain><origin_path>/<channel>/cmaf/index.mpd`. Manifests name their segments relatively.
    """

    region: str
    origin_domain: Output[str]
    """Egress domain of the region's channel group."""
    origin_path: str
    """`/out/v1/<channel group>`, without a slash at its end."""
    channels: tuple[str, ...]
    """Names of the region's channels, each a title id."""


@dataclass(frozen=True, kw_only=True)
class PackagingRef:
    """Just-in-time packaging: the MediaPackage VOD group that a title version's asset is created in.

    What viewers ask for below `_jit/<region>/` of a version's prefix is `https://<origin_domain>/out/v1/` there, as
    `marquee.domain.packaging` has it.
    """

    region: str
    group_id: str
    configurations: tuple[str, ...]
    """Ids of its packaging configurations: each gives an asset one egress URL."""
    source_role_arn: Output[str]
    """`SourceRoleArn` of an asset: reads the clear renditions."""
    origin_domain: Output[str]
    """Domain that the edge reads from, with the header `X-MediaPackage-CDNIdentifier`; a bare name."""
    cdn_identifier: Output[str]
    """That header's value, a secret."""


@dataclass(frozen=True, kw_only=True)
class IssuerRef:
    """Who vouches for viewers."""

    issuer: Output[str]
    """OIDC issuer, an `https` address."""
    audience: tuple[Input[str], ...]
    """Client ids whose tokens count."""
    user_pool_id: Output[str] | None
    """Of the Cognito pool; None for an issuer of somebody else's."""


@dataclass(frozen=True, kw_only=True)
class SecretRef:
    """A secret under one name in every region."""

    name: str
    ready: Output[str]
    """ARN in the primary region, once it has a value."""


@dataclass(frozen=True, kw_only=True)
class PlaybackRef:
    """A region's playback API. All regions answer to one name, so that DNS moves viewers between them and CloudFront has one origin.

    Routes: `/playback*`, `/sessions/*`, `/licence/*`, `/beacon`, each behind an authoriser.
    """

    region: str
    origin_domain: str
    """`api-origin.<domain>`, the same in every region: CloudFront's API origin (HTTPS only). Latency records lead it to the targets."""
    target_domain: Output[str]
    """API Gateway's regional name behind `origin_domain`, for an alias record."""
    target_zone_id: Output[str]
    """Its hosted zone."""
    api_id: Output[str]


@dataclass(frozen=True, kw_only=True)
class KeyProviderRef:
    """The SPEKE v2 server that encryptors ask for content keys."""

    url: Input[str]
    """Where they POST their CPIX documents."""
    invoke_arn: Input[str] | None
    """What an encryptor's role needs `execute-api:Invoke` on; None if the provider asks for no AWS signature."""


@dataclass(frozen=True, kw_only=True)
class GlobalRefs:
    """What the global parts hand to each region."""

    boundary_arn: Output[str]
    zone: ZoneRef
    keys: Mapping[str, KeyRefs]
    """Region → its keys."""
    edge_logs_key: Output[str]
    """Key of logs in the edge's region, which may be none of the stack's."""
    catalogue: Mapping[str, TableRef]
    """Region → the replica of the title catalogue there."""
    content_keys: Mapping[str, TableRef]
    """Region → the index of content keys there, by key id: a key that is not in it gets no licence."""
    invalidations: Mapping[str, TableRef]
    """Region → the table of what invalidations have cost there."""
    entitlements: Mapping[str, TableRef]
    """Region → who may watch what, and what is revoked."""


@dataclass(frozen=True, kw_only=True)
class RegionRefs:
    """What a region hands to the edge and to the exports."""

    region: str
    load_balancer_dns_name: Output[str]
    load_balancer_zone_id: Output[str]
    origin_domain: str
    """Stable name of the region's ingress, `origin.<code>.<domain>`."""
    load_balancer_arn: Output[str]
    errors_alarm: Output[str]
    """Name of the alarm of failed requests: what DNS asks beside the deep health check."""


@dataclass(frozen=True, kw_only=True)
class DistributionRef:
    """A CloudFront distribution."""

    id: Output[str]
    arn: Output[str]
    domain_name: Output[str]
    """`<id>.cloudfront.net`, the target of alias records."""
    zone_id: Output[str]
    """Hosted zone for alias records: CloudFront's own."""
    alias: str
    """The name that viewers use."""


@dataclass(frozen=True, kw_only=True)
class EdgeRefs:
    """What the edge hands to the regions' workloads, to DNS and to the exports."""

    media: DistributionRef
    api: DistributionRef
    store_arn: Output[str]
    """KeyValueStore of the functions at the edge."""
    web_acl_arn: Output[str]

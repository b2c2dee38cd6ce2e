"""Distributions as the edge needs them; `reading` gets them from the emulated CloudFront."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Which of a kind (headers, cookies, query parameters) belong to a key or reach the origin."""

    behaviour: str = "none"
    """`none`, `whitelist`, `all`, `allExcept`, `allViewer`, `allViewerAndWhitelistCloudFront`."""
    names: frozenset[str] = frozenset()
    """Lower case for headers."""

    def keeps(self, name: str) -> bool:
        """Whether `name` is one of them."""
        match self.behaviour:
            case "whitelist":
                return name in self.names
            case "allExcept":
                return name not in self.names
            case "allViewerAndWhitelistCloudFront":
                return name in self.names or not name.startswith("cloudfront-")
            case other:
                return other in {"all", "allViewer"}


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """Times in seconds, and what the key holds."""

    min_ttl: int
    default_ttl: int
    max_ttl: int
    headers: Kept
    cookies: Kept
    queries: Kept
    gzip: bool
    brotli: bool


@dataclass(frozen=True, kw_only=True)
class RequestPolicy:
    """What reaches the origin beside the key."""

    headers: Kept
    cookies: Kept
    queries: Kept


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What happens to requests whose path a pattern fits."""

    pattern: str
    """`*` for the default."""
    target: str
    """An origin or a group."""
    methods: frozenset[str]
    cached_methods: frozenset[str]
    compress: bool
    cache: CachePolicy
    request: RequestPolicy | None
    responses: Mapping[str, Any]
    """`ResponseHeadersPolicyConfig`, empty without one."""
    key_groups: tuple[str, ...]
    functions: Mapping[str, str]
    """`viewer-request` or `viewer-response` → name."""
    realtime_log: str = ""
    """ARN of the real-time log configuration; empty without one."""

    def fits(self, path: str) -> bool:
        """Whether the pattern fits. `*` and `?` as CloudFront has them, over slashes too, and case counts."""
        pattern = self.pattern if self.pattern.startswith(("/", "*")) else f"/{self.pattern}"
        return re.match(translate(pattern.replace("[", "[[]")), path) is not None

    def forwards(self, header: str) -> bool:
        """Whether a policy names a header that CloudFront itself adds. Those for all of the viewer's headers mean none of these."""
        policies = (self.cache, *([self.request] if self.request else []))
        named = [policy.headers for policy in policies if policy.headers.behaviour in {"whitelist", "allViewerAndWhitelistCloudFront"}]
        return any(header in one.names for one in named)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where content comes from."""

    id: str
    domain: str
    path: str
    control: str | None
    """Kind of access control (`s3`, `mediapackagev2`) that CloudFront signs for; None if it does not."""
    shield: str | None
    attempts: int
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Two origins, and the statuses on which the second is asked."""

    members: tuple[str, ...]
    statuses: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A distribution."""

    id: str
    arn: str
    domain: str
    """`<id>.cloudfront.net`."""
    web_acl: str = ""
    """ARN; empty without one."""
    countries_allowed: frozenset[str] = frozenset()
    """Empty: all but those that are blocked."""
    countries_blocked: frozenset[str] = frozenset()
    aliases: tuple[str, ...]
    origins: Mapping[str, Origin]
    groups: Mapping[str, Group]
    behaviours: tuple[Behaviour, ...]
    """In their order, the default last."""
    error_ttls: Mapping[int, int]
    """Status → seconds."""
    staging: bool = False
    """Whether it answers only whom a primary distribution's policy sends to it."""
    deployment_policy: str = ""
    """Id; empty without one."""

    def behaviour(self, path: str) -> Behaviour:
        """The first that fits."""
        return next(one for one in self.behaviours if one.fits(path))

    def serves(self, country: str) -> bool:
        """Whether the distribution's own list lets viewers of a country in."""
        return country in self.countries_allowed if self.countries_allowed else country not in self.countries_blocked

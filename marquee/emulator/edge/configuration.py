"""Distributions as the edge needs them, read from the emulated CloudFront: there are no settings of the edge's own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Any

from marquee.errors import MarqueeError


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

    def behaviour(self, path: str) -> Behaviour:
        """The first that fits."""
        return next(one for one in self.behaviours if one.fits(path))

    def serves(self, country: str) -> bool:
        """Whether the distribution's own list lets viewers of a country in."""
        return country in self.countries_allowed if self.countries_allowed else country not in self.countries_blocked


def read_distributions(client: Any) -> list[Distribution]:
    """All enabled distributions, staging ones aside. `client`: boto3's of CloudFront. Raises MarqueeError if there is none."""
    reader = _Reader(client)
    listed: Sequence[Any] = client.list_distributions().get("DistributionList", {}).get("Items", [])
    found = [reader.distribution(item["Id"]) for item in listed]
    enabled = [one for one in found if one is not None]
    if not enabled:
        raise MarqueeError("the stack has no distribution, so there is no edge to serve", fix="deploy a stack first: `marquee local up`")
    return enabled


class _Reader:
    """Reads each policy once, however many behaviours use it."""

    def __init__(self, client: Any):
        self._client = client
        self._cache: dict[str, CachePolicy] = {}
        self._request: dict[str, RequestPolicy] = {}
        self._responses: dict[str, Any] = {}
        self._controls: dict[str, str] = {}

    def distribution(self, id: str) -> Distribution | None:
        made = self._client.get_distribution(Id=id)["Distribution"]
        config = made["DistributionConfig"]
        if not config["Enabled"] or config.get("Staging"):
            return None
        origins = [self._origin(item) for item in _items(config["Origins"])]
        behaviours = [*_items(config.get("CacheBehaviors")), {**config["DefaultCacheBehavior"], "PathPattern": "*"}]
        return Distribution(
            id=id,
            arn=made["ARN"],
            domain=made["DomainName"],
            web_acl=config.get("WebACLId", ""),
            countries_allowed=_countries(config, "whitelist"),
            countries_blocked=_countries(config, "blacklist"),
            aliases=tuple(_items(config.get("Aliases"))),
            origins={origin.id: origin for origin in origins},
            groups={item["Id"]: _group(item) for item in _items(config.get("OriginGroups"))},
            behaviours=tuple(self._behaviour(item) for item in behaviours),
            error_ttls={
                int(item["ErrorCode"]): int(item.get("ErrorCachingMinTTL", 10)) for item in _items(config.get("CustomErrorResponses"))
            },
        )

    def _origin(self, item: Mapping[str, Any]) -> Origin:
        control, shield = item.get("OriginAccessControlId"), item.get("OriginShield", {})
        return Origin(
            id=item["Id"],
            domain=item["DomainName"],
            path=item.get("OriginPath", ""),
            control=self._control(control) if control else None,
            shield=shield.get("OriginShieldRegion") if shield.get("Enabled") else None,
            attempts=int(item.get("ConnectionAttempts", 3)),
            headers={header["HeaderName"]: header["HeaderValue"] for header in _items(item.get("CustomHeaders"))},
        )

    def _control(self, id: str) -> str:
        if id not in self._controls:
            answer = self._client.get_origin_access_control(Id=id)
            self._controls[id] = answer["OriginAccessControl"]["OriginAccessControlConfig"]["OriginAccessControlOriginType"]
        return self._controls[id]

    def _behaviour(self, item: Mapping[str, Any]) -> Behaviour:
        allowed = item.get("AllowedMethods", {"Items": ["GET", "HEAD"]})
        groups = item.get("TrustedKeyGroups", {})
        associations = _items(item.get("FunctionAssociations"))
        return Behaviour(
            pattern=item["PathPattern"],
            target=item["TargetOriginId"],
            methods=frozenset(_items(allowed)),
            cached_methods=frozenset(_items(allowed.get("CachedMethods"))) or frozenset({"GET", "HEAD"}),
            compress=bool(item.get("Compress")),
            cache=self._cache_policy(item["CachePolicyId"]),
            request=self._request_policy(item.get("OriginRequestPolicyId")),
            responses=self._response_policy(item.get("ResponseHeadersPolicyId")),
            key_groups=tuple(_items(groups)) if groups.get("Enabled") else (),
            functions={one["EventType"]: one["FunctionARN"].rpartition("/")[2] for one in associations},
        )

    def _cache_policy(self, id: str) -> CachePolicy:
        if id not in self._cache:
            config = self._client.get_cache_policy(Id=id)["CachePolicy"]["CachePolicyConfig"]
            key = config["ParametersInCacheKeyAndForwardedToOrigin"]
            self._cache[id] = CachePolicy(
                min_ttl=int(config["MinTTL"]),
                default_ttl=int(config.get("DefaultTTL", 86_400)),
                max_ttl=int(config.get("MaxTTL", 31_536_000)),
                gzip=bool(key.get("EnableAcceptEncodingGzip")),
                brotli=bool(key.get("EnableAcceptEncodingBrotli")),
                **_kept(key),
            )
        return self._cache[id]

    def _request_policy(self, id: str | None) -> RequestPolicy | None:
        if not id:
            return None
        if id not in self._request:
            config = self._client.get_origin_request_policy(Id=id)["OriginRequestPolicy"]["OriginRequestPolicyConfig"]
            self._request[id] = RequestPolicy(**_kept(config))
        return self._request[id]

    def _response_policy(self, id: str | None) -> Mapping[str, Any]:
        if not id:
            return {}
        if id not in self._responses:
            answer = self._client.get_response_headers_policy(Id=id)
            self._responses[id] = answer["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
        return self._responses[id]


def _group(item: Mapping[str, Any]) -> Group:
    statuses = _items(item["FailoverCriteria"]["StatusCodes"])
    return Group(members=tuple(member["OriginId"] for member in _items(item["Members"])), statuses=frozenset(map(int, statuses)))


def _kept(config: Mapping[str, Any]) -> dict[str, Any]:
    def kind(section: str, behaviour: str, names: str) -> Kept:
        given = config.get(section, {})
        listed = _items(given.get(names))
        return Kept(
            behaviour=given.get(behaviour, "none"),
            names=frozenset(name.lower() if names == "Headers" else name for name in listed),
        )

    return {
        "headers": kind("HeadersConfig", "HeaderBehavior", "Headers"),
        "cookies": kind("CookiesConfig", "CookieBehavior", "Cookies"),
        "queries": kind("QueryStringsConfig", "QueryStringBehavior", "QueryStrings"),
    }


def _countries(config: Mapping[str, Any], kind: str) -> frozenset[str]:
    given = config.get("Restrictions", {}).get("GeoRestriction", {})
    return frozenset(_items(given)) if given.get("RestrictionType") == kind else frozenset()


def _items(counted: Mapping[str, Any] | None) -> list[Any]:
    return list((counted or {}).get("Items") or [])

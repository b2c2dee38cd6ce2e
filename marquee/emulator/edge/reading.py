"""Distributions, read from the emulated CloudFront: there are no settings of the edge's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from marquee.emulator.edge.configuration import Behaviour, CachePolicy, Distribution, Group, Kept, Origin, RequestPolicy
from marquee.emulator.services.distribution_rules import items
from marquee.errors import MarqueeError


def read_distributions(client: Any) -> list[Distribution]:
    """All enabled distributions, staging ones too. `client`: boto3's of CloudFront. Raises MarqueeError if there is none."""
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
        if not config["Enabled"]:
            return None
        origins = [self._origin(item) for item in items(config["Origins"])]
        behaviours = [*items(config.get("CacheBehaviors")), {**config["DefaultCacheBehavior"], "PathPattern": "*"}]
        return Distribution(
            id=id,
            arn=made["ARN"],
            domain=made["DomainName"],
            web_acl=config.get("WebACLId", ""),
            countries_allowed=_countries(config, "whitelist"),
            countries_blocked=_countries(config, "blacklist"),
            aliases=tuple(items(config.get("Aliases"))),
            origins={origin.id: origin for origin in origins},
            groups={item["Id"]: _group(item) for item in items(config.get("OriginGroups"))},
            behaviours=tuple(self._behaviour(item) for item in behaviours),
            error_ttls={
                int(item["ErrorCode"]): int(item.get("ErrorCachingMinTTL", 10)) for item in items(config.get("CustomErrorResponses"))
            },
            staging=bool(config.get("Staging")),
            deployment_policy=config.get("ContinuousDeploymentPolicyId", ""),
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
            headers={header["HeaderName"]: header["HeaderValue"] for header in items(item.get("CustomHeaders"))},
        )

    def _control(self, id: str) -> str:
        if id not in self._controls:
            answer = self._client.get_origin_access_control(Id=id)
            self._controls[id] = answer["OriginAccessControl"]["OriginAccessControlConfig"]["OriginAccessControlOriginType"]
        return self._controls[id]

    def _behaviour(self, item: Mapping[str, Any]) -> Behaviour:
        allowed = item.get("AllowedMethods", {"Items": ["GET", "HEAD"]})
        groups = item.get("TrustedKeyGroups", {})
        associations = items(item.get("FunctionAssociations"))
        return Behaviour(
            pattern=item["PathPattern"],
            target=item["TargetOriginId"],
            methods=frozenset(items(allowed)),
            cached_methods=frozenset(items(allowed.get("CachedMethods"))) or frozenset({"GET", "HEAD"}),
            compress=bool(item.get("Compress")),
            cache=self._cache_policy(item["CachePolicyId"]),
            request=self._request_policy(item.get("OriginRequestPolicyId")),
            responses=self._response_policy(item.get("ResponseHeadersPolicyId")),
            key_groups=tuple(items(groups)) if groups.get("Enabled") else (),
            functions={one["EventType"]: one["FunctionARN"].rpartition("/")[2] for one in associations},
            realtime_log=item.get("RealtimeLogConfigArn", ""),
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
    statuses = items(item["FailoverCriteria"]["StatusCodes"])
    return Group(members=tuple(member["OriginId"] for member in items(item["Members"])), statuses=frozenset(map(int, statuses)))


def _kept(config: Mapping[str, Any]) -> dict[str, Any]:
    def kind(section: str, behaviour: str, names: str) -> Kept:
        given = config.get(section, {})
        listed = items(given.get(names))
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
    return frozenset(items(given)) if given.get("RestrictionType") == kind else frozenset()

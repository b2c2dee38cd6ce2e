"""What is cached under which key, what reaches an origin, and which headers a viewer gets."""

from collections.abc import Sequence
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from marquee.domain.edge import DEVICE_HEADER, DRM_HEADER

_YEAR = 31_536_000  # seconds, the longest that CloudFront keeps anything
_DAY = 86_400
_LOW_LATENCY = ["_HLS_msn", "_HLS_part", "_HLS_skip"]
"""What a player asks of a low-latency playlist. Source: RFC 8216bis, section 6.2.5. CMCD is logged, and no part of a key."""
_NONE: Any = {
    "cookies_config": {"cookie_behavior": "none"},
    "headers_config": {"header_behavior": "none"},
    "query_strings_config": {"query_string_behavior": "none"},
}
_HIDDEN = (
    "server",
    "x-amz-replication-status",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-version-id",
)
"""Headers of origins that tell a viewer nothing but how the platform is built."""


class EdgePolicies(ComponentResource):
    """Policies of both distributions. A key holds the path, and for manifests what kind of device asks: not cookies, not queries."""

    segments: Output[str]
    """Ids of cache policies."""
    manifests: Output[str]
    live: Output[str]
    uncached: Output[str]
    api_requests: Output[str]
    """Id of the origin request policy of the API."""
    media_responses: Output[str]
    """Ids of response headers policies."""
    api_responses: Output[str]

    def __init__(self, name: str, *, player_origins: Sequence[str], opts: ResourceOptions | None = None):
        """`player_origins`: origins such as `https://player.example.org` whose pages may read what the edge answers."""
        super().__init__("marquee:edge:EdgePolicies", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.segments = _cache(f"{name}-segments", "Immutable segments, by path alone", _kept(_NONE, compressed=False), child)
        by_device = {**_NONE, "headers_config": _headers("whitelist", [DEVICE_HEADER, DRM_HEADER])}
        self.manifests = _cache(
            f"{name}-manifests", "Immutable manifests, by path and device class", _kept(by_device, compressed=True), child
        )
        self.live = _cache(
            f"{name}-live",
            "Live: as long as the origin says, a second if it does not say",
            {"min_ttl": 0, "default_ttl": 1, "max_ttl": _DAY, "key": _compressed({
                **_NONE,
                "query_strings_config": {"query_string_behavior": "whitelist", "query_strings": {"items": _LOW_LATENCY}},
            })},
            child,
        )  # fmt: skip
        self.uncached = _cache(f"{name}-uncached", "Nothing", {"min_ttl": 0, "default_ttl": 0, "max_ttl": 0, "key": _NONE}, child)
        self.api_requests = aws.cloudfront.OriginRequestPolicy(
            f"{name}-api-requests",
            comment="All that the viewer sent but the host, which is the region's own",
            cookies_config={"cookie_behavior": "all"},
            headers_config=_headers("allExcept", ["host"]),
            query_strings_config={"query_string_behavior": "all"},
            opts=child,
        ).id
        self.media_responses = _responses(f"{name}-media-responses", player_origins, ["GET", "HEAD"], child)
        methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
        self.api_responses = _responses(f"{name}-api-responses", player_origins, methods, child)
        self.register_outputs({})


def _kept(key: Any, *, compressed: bool) -> Any:
    """Renditions never change under a path, so that only a takedown ends what is cached."""
    return {"min_ttl": 1, "default_ttl": _YEAR, "max_ttl": _YEAR, "key": _compressed(key) if compressed else key}


def _compressed(key: Any) -> Any:
    return {**key, "enable_accept_encoding_gzip": True, "enable_accept_encoding_brotli": True}


def _headers(behaviour: str, names: list[str]) -> Any:
    return {"header_behavior": behaviour, "headers": {"items": names}}


def _cache(name: str, comment: str, spec: Any, opts: ResourceOptions) -> Output[str]:
    return aws.cloudfront.CachePolicy(
        name,
        comment=comment,
        min_ttl=spec["min_ttl"],
        default_ttl=spec["default_ttl"],
        max_ttl=spec["max_ttl"],
        parameters_in_cache_key_and_forwarded_to_origin={  # pyright: ignore[reportArgumentType]
            "enable_accept_encoding_gzip": False,
            "enable_accept_encoding_brotli": False,
            **spec["key"],
        },
        opts=opts,
    ).id


def _responses(name: str, origins: Sequence[str], methods: list[str], opts: ResourceOptions) -> Output[str]:
    """Headers that override the origin's. Credentials go with a named origin alone, so that no list here is `*`."""
    return aws.cloudfront.ResponseHeadersPolicy(
        name,
        cors_config={
            "access_control_allow_credentials": True,
            "access_control_allow_headers": {"items": ["authorization", "content-type", "range"]},
            "access_control_allow_methods": {"items": methods},
            "access_control_allow_origins": {"items": list(origins)},
            "access_control_expose_headers": {"items": ["age", "content-length", "content-range", "date", "server-timing", "x-cache"]},
            "access_control_max_age_sec": 600,
            "origin_override": True,
        },
        security_headers_config={
            "content_security_policy": {"content_security_policy": "default-src 'none'; frame-ancestors 'none'", "override": True},
            "content_type_options": {"override": True},
            "frame_options": {"frame_option": "DENY", "override": True},
            "referrer_policy": {"referrer_policy": "no-referrer", "override": True},
            "strict_transport_security": {
                "access_control_max_age_sec": 2 * _YEAR,
                "include_subdomains": True,
                "preload": True,
                "override": True,
            },
        },
        custom_headers_config={
            "items": [
                {"header": "cross-origin-resource-policy", "value": "cross-origin", "override": True},
                {"header": "timing-allow-origin", "value": ", ".join(origins), "override": True},
            ]
        },
        remove_headers_config={"items": [{"header": header} for header in _HIDDEN]},
        server_timing_headers_config={"enabled": True, "sampling_rate": 100},  # percent
        opts=opts,
    ).id

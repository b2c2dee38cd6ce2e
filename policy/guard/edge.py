"""CloudFront distributions: their behaviours and origins."""

from __future__ import annotations

from collections.abc import Iterator

from guard.node import Node
from guard.resource import Resource


def behaviours(distribution: Resource) -> Iterator[Node]:
    """The default cache behaviour, then the ordered ones."""
    yield from distribution.each("defaultCacheBehavior")
    yield from distribution.each("orderedCacheBehaviors")


def own_origins(distribution: Resource) -> Iterator[Node]:
    """Origins that CloudFront reaches by HTTP like any other client, rather than through S3's API or a VPC origin."""
    for origin in distribution.each("origins"):
        if origin.is_unreadable or not origin.at("customOriginConfig").is_absent:
            yield origin

"""What the edge and those who build for it agree on: paths, headers, and the region of each origin's shield."""

from typing import Final

from marquee.domain import packaging, tokens

REGION: Final = "us-east-1"
"""CloudFront reads its certificates, web ACLs and real-time log streams from here, whatever the platform's own regions are."""

MEDIA: Final = "/t/*"
"""Titles, below a token: `/t/<token>/titles/<title id>/<version>/…`. The function at the viewer's request takes the token off."""
MANIFESTS: Final = ("/t/*.m3u8", "/t/*.mpd")
LIVE: Final = f"/t/*/{tokens.LIVE}*"
"""Live channels, below a token: `/t/<token>/_live/<channel>/…`. A pattern's `*` spans slashes, and a title id has no underscore."""

DEVICE_HEADER: Final = "x-marquee-device"
"""Device class, set by the function at the viewer's request to one of a few values: a part of a manifest's cache key."""
DRM_HEADER: Final = "x-marquee-drm"
"""DRM system that the device plays, likewise."""
VIEWER_HEADER: Final = "x-marquee-viewer"
"""The viewer's address as CloudFront saw it; what a viewer sends under this name never arrives."""

SHIELDS: Final[dict[str, str]] = {
    "ap-northeast-1": "ap-northeast-1",
    "ap-northeast-2": "ap-northeast-2",
    "ap-south-1": "ap-south-1",
    "ap-southeast-1": "ap-southeast-1",
    "ap-southeast-2": "ap-southeast-2",
    "eu-central-1": "eu-central-1",
    "eu-west-1": "eu-west-1",
    "eu-west-2": "eu-west-2",
    "sa-east-1": "sa-east-1",
    "us-east-1": "us-east-1",
    "us-east-2": "us-east-2",
    "us-west-2": "us-west-2",
    # These have no shield of their own.
    "af-south-1": "eu-west-1",
    "ap-east-1": "ap-southeast-1",
    "ca-central-1": "us-east-1",
    "eu-north-1": "eu-west-2",
    "eu-south-1": "eu-central-1",
    "eu-west-3": "eu-west-2",
    "me-south-1": "ap-south-1",
    "us-west-1": "us-west-2",
    # Nor have these, which AWS's table leaves out: the nearest, since latency follows distance.
    "ap-east-2": "ap-northeast-1",
    "ap-northeast-3": "ap-northeast-1",
    "ap-south-2": "ap-south-1",
    "ap-southeast-3": "ap-southeast-1",
    "ap-southeast-4": "ap-southeast-2",
    "ap-southeast-5": "ap-southeast-1",
    "ap-southeast-6": "ap-southeast-2",
    "ap-southeast-7": "ap-southeast-1",
    "ca-west-1": "us-west-2",
    "eu-central-2": "eu-central-1",
    "eu-south-2": "eu-west-2",
    "il-central-1": "eu-central-1",
    "me-central-1": "ap-south-1",
    "mx-central-1": "us-east-1",
}
"""Region of an origin → region of its Origin Shield, the one with the lowest latency. Source: Amazon CloudFront Developer Guide,
"Use Amazon CloudFront Origin Shield", section "Choose the AWS Region for Origin Shield"."""


def packaged(region: str) -> tuple[str, str, str]:
    """Patterns of what is packaged just in time in a region: both manifests, and everything else."""
    below = f"/t/*/{packaging.PREFIX}{region}/*"
    return f"{below}.m3u8", f"{below}.mpd", below


def media_bucket_domain(bucket: str, region: str) -> str:
    """The regional name: under the global one S3 may answer with a redirect, which a shield would keep."""
    return f"{bucket}.s3.{region}.amazonaws.com"

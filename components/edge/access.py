"""What lets CloudFront, and nobody else, read an origin."""

from collections.abc import Mapping
from typing import Any

from marquee.domain import titles


def distributions_of(account: str) -> str:
    """ARN pattern of the account's distributions.

    A distribution's own ARN is known only after it was made, and it is made with the bucket as its origin: an exact ARN would be a cycle.
    Whoever may make distributions in this account may read its renditions. Source: Amazon CloudFront Developer Guide, "Restrict access to
    an Amazon S3 origin", section "SSE-KMS", which gives the pattern for this case.
    """
    return f"arn:aws:cloudfront::{account}:distribution/*"


def read_by_cloudfront(bucket_arn: str, account: str) -> Mapping[str, Any]:
    """Statement of the bucket policy of renditions. No listing: what does not exist is 403, on which the other region is asked."""
    return {
        "Sid": "ReadByCloudFront",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{bucket_arn}/{titles.RENDITIONS}*",
        "Condition": {"ArnLike": {"aws:SourceArn": distributions_of(account)}},
    }

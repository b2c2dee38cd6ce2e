"""What lets MediaPackage write harvests."""

from collections.abc import Mapping
from typing import Any

from marquee.domain import titles


def written_by_harvests(bucket_arn: str, account: str) -> Mapping[str, Any]:
    """Statement of the bucket policy of renditions: MediaPackage writes harvests as itself. Its key's policy must let it, too."""
    return {
        "Sid": "WriteHarvests",
        "Effect": "Allow",
        "Principal": {"Service": "mediapackagev2.amazonaws.com"},
        "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:PutObject"],
        "Resource": [bucket_arn, f"{bucket_arn}/{titles.RENDITIONS}*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": account}},
    }

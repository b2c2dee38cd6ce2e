"""What the edge writes down: every request for later, and a share of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy, through
from components.refs import Placement
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs
from marquee.domain import edge
from marquee.domain.names import Names

REALTIME_FIELDS = (
    "timestamp", "time-to-first-byte", "sc-status", "sc-bytes", "cs-method", "cs-host", "cs-uri-stem", "x-edge-location",
    "x-edge-request-id", "time-taken", "cs-protocol-version", "cs-user-agent", "x-edge-response-result-type", "ssl-protocol",
    "x-edge-result-type", "sc-content-type", "sc-content-len", "x-edge-detailed-result-type", "c-country",
    "cache-behavior-path-pattern", "origin-fbl", "origin-lbl", "asn",
    "cmcd-encoded-bitrate", "cmcd-buffer-length", "cmcd-buffer-starvation", "cmcd-content-id", "cmcd-object-duration", "cmcd-deadline",
    "cmcd-measured-throughput", "cmcd-next-object-request", "cmcd-next-range-request", "cmcd-object-type", "cmcd-playback-rate",
    "cmcd-requested-maximum-throughput", "cmcd-streaming-format", "cmcd-session-id", "cmcd-stream-type", "cmcd-startup",
    "cmcd-top-bitrate", "cmcd-version",
)  # fmt: skip
"""No cookies and no query, which hold signatures: CMCD has fields of its own, which CloudFront reads from the query. No address either:
the stream is where CloudFront wants it, and personal data may have to be elsewhere.
Source: Amazon CloudFront Developer Guide, "Use real-time logs", section "Fields"."""
_ACCESS_FIELDS = (
    "timestamp(ms)", "DistributionId", "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem",
    "sc-status", "cs(Referer)", "cs(User-Agent)", "x-edge-result-type", "x-edge-request-id", "x-host-header", "cs-protocol", "cs-bytes",
    "time-taken", "ssl-protocol", "ssl-cipher", "x-edge-response-result-type", "cs-protocol-version", "c-port", "time-to-first-byte",
    "x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start", "sc-range-end", "c-country",
    "cache-behavior-path-pattern", "origin-fbl", "origin-lbl", "asn",
)  # fmt: skip
"""Without `cs-uri-query` and `cs(Cookie)`, for the same reason."""


class AccessLogs(ComponentResource):
    """A bucket in the primary region for the edge's logs. Give it the provider of that region."""

    destination: str
    """ARN of the bucket."""
    ready: Output[str]
    """The same, once it can be written to."""

    def __init__(self, name: str, place: Placement, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:AccessLogs", name, {}, opts)
        bucket = place.names.bucket("edge-logs", place.region)
        sources = f"arn:aws:logs:{edge.REGION}:{place.account}:delivery-source:*"
        delivery: dict[str, Any] = {
            "Sid": "DeliverAccessLogs",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            # Source: Amazon CloudWatch Logs User Guide, "Logs sent to Amazon S3" of "V2 permissions".
            "Condition": {
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": sources},
            },
        }
        made = EncryptedBucket(
            name,
            EncryptedBucketArgs(
                bucket_name=bucket,
                key_arn=place.keys.logs,
                region=place.region,
                keep_data=place.keep_data,
                expire_days={"": place.log_retention_days},
                statements=[delivery],
            ),
            opts=ResourceOptions(parent=self),
        )
        self.destination = made.bucket_arn
        self.ready = made.ready.apply(lambda _: made.bucket_arn)
        self.register_outputs({"bucket": made.bucket_name})


Distribution = Literal["media", "api", "canary"]


class AccessLogDelivery(ComponentResource):
    """Standard logs of distributions, to a bucket of any region. CloudFront's older way needs a bucket with ACLs.

    One delivery is made after the other: CloudWatch Logs answers `ConflictException` to two at once that share a destination.
    Source: hashicorp/terraform-provider-aws, issue 42194.
    """

    def __init__(
        self,
        name: str,
        distributions: Mapping[Distribution, Input[str]],
        *,
        names: Names,
        bucket: Input[str],
        opts: ResourceOptions | None = None,
    ):
        """`distributions`: what each is called → its ARN. `bucket`: ARN."""
        super().__init__("marquee:edge:AccessLogDelivery", name, {}, opts)
        child = ResourceOptions(parent=self)
        destination = aws.cloudwatch.LogDeliveryDestination(
            name,
            name=names.log_delivery("edge"),
            output_format="json",
            delivery_destination_configuration={"destination_resource_arn": bucket},
            opts=child,
        )
        made: list[aws.cloudwatch.LogDelivery] = []
        for what, arn in distributions.items():
            source = aws.cloudwatch.LogDeliverySource(
                f"{name}-{what}",
                name=names.log_delivery(what),
                log_type="ACCESS_LOGS",
                resource_arn=arn,
                opts=child,
            )
            delivery = aws.cloudwatch.LogDelivery(
                f"{name}-{what}",
                delivery_source_name=source.name,
                delivery_destination_arn=destination.arn,
                record_fields=list(_ACCESS_FIELDS),
                s3_delivery_configurations=[
                    {"suffix_path": f"cloudfront/{what}/{{yyyy}}/{{MM}}/{{dd}}/{{HH}}", "enable_hive_compatible_path": False}
                ],
                opts=ResourceOptions(parent=self, depends_on=list(made)),
            )
            made.append(delivery)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class RealtimeLogsArgs:
    """Arguments of `RealtimeLogs`."""

    names: Names
    boundary_arn: Input[str]
    key_arn: Input[str]
    """Key of logs in the edge's region."""
    percent: int
    """Of requests, 1 to 100."""


class RealtimeLogs(ComponentResource):
    """A stream in us-east-1 that a share of the requests is on within seconds, each with what its player said of itself (CMCD)."""

    config_arn: Output[str]
    stream_arn: Output[str]

    def __init__(self, name: str, args: RealtimeLogsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:RealtimeLogs", name, {}, opts)
        child = ResourceOptions(parent=self)
        names = args.names
        stream_name = names.stream("realtime-logs")
        stream = aws.kinesis.Stream(
            name,
            name=stream_name,
            stream_mode_details={"stream_mode": "ON_DEMAND"},  # a premiere needs no shard to be added in time
            retention_period=24,  # hours
            encryption_type="KMS",
            kms_key_id=args.key_arn,
            opts=child,
        )
        arn = f"arn:aws:kinesis:{edge.REGION}:{names.account}:stream/{stream_name}"
        role = Role(
            name,
            RoleArgs(
                role_name=names.role("realtime-logs"),
                trust=assume_role_policy("cloudfront.amazonaws.com", account=names.account),
                # Source: Amazon CloudFront Developer Guide, "Use real-time logs", section "Real-time log configuration IAM role".
                statements=[
                    allow("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords", on=arn),
                    allow("kms:GenerateDataKey", on=args.key_arn, when=through("kinesis", edge.REGION)),
                ],
                boundary_arn=args.boundary_arn,
                description=f"Writes real-time logs to {stream_name}",
            ),
            opts=child,
        )
        self.config_arn = aws.cloudfront.RealtimeLogConfig(
            name,
            name=stream_name,
            sampling_rate=args.percent,
            fields=list(REALTIME_FIELDS),
            endpoint={
                "stream_type": "Kinesis",
                "kinesis_stream_config": {"role_arn": role.ready, "stream_arn": stream.arn},
            },
            opts=child,
        ).arn
        self.stream_arn = stream.arn
        self.register_outputs({"stream_arn": stream.arn})

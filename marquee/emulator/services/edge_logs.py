"""The logs of edges that run beside the emulator, delivered as AWS delivers them: real-time lines by the role of their configuration into
its stream, files of access logs by CloudWatch Logs' delivery service into a bucket.

Sources: Amazon CloudFront Developer Guide, "Use real-time logs", section "IAM role"; Amazon CloudWatch Logs User Guide, "Logs sent to
Amazon S3" of "V2 permissions".
"""
# pyright: reportMissingTypeStubs=false

import base64
import json
import os
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from marquee.emulator.clients import Clients
from marquee.emulator.services.realtime_logs import RealtimeLogConfigs
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.services.service_roles import MissingRoleError, UntrustedError, take_on
from marquee.emulator.upstream import module

EDGE_LOGS_PATH: Final = "/_marquee/edge/logs"
"""Where an edge posts `{"realtime": [{"config", "distribution", "lines"}], "files": [{"source", "bucket", "key", "body"}]}`: ARNs of a
configuration, a distribution and a delivery source, text lines, and gzip in Base64. The answer is `{"realtime", "files", "problems"}`: how
many lines and files were written, and why the others were not. No bucket can have that name."""
_REGION: Final = "us-east-1"
_BATCH: Final = 500
"""Records of a request. Source: Amazon Kinesis Data Streams API Reference, PutRecords."""
_PRINCIPAL: Final = "delivery.logs.amazonaws.com"
_ACL: Final = "bucket-owner-full-control"


class EdgeLogs:
    """Delivers."""

    def __init__(self, configs: RealtimeLogConfigs, service_calls: ServiceCalls):
        self._configs, self._calls = configs, service_calls
        self._streams: dict[str, Any] = {}
        self._clients: Clients | None = None

    def control(self, body: bytes) -> bytes:
        """Deliver what an edge posts."""
        asked: dict[str, Any] = json.loads(body)
        problems: list[str] = []
        lines = sum(self._put_lines(**each, problems=problems) for each in asked.get("realtime", []))
        files = sum(self._put_file(**each, problems=problems) for each in asked.get("files", []))
        return json.dumps({"realtime": lines, "files": files, "problems": sorted(set(problems))}).encode()

    def _put_lines(self, *, config: str, distribution: str, lines: list[str], problems: list[str]) -> int:
        found = self._configs.by_arn(config)
        if found is None:
            problems.append(f"{config} does not exist")
            return 0
        stream = found["EndPoints"][0]["KinesisStreamConfig"]
        written = 0
        try:
            client = self._stream_of(stream["RoleARN"], distribution)
            for start in range(0, len(lines), _BATCH):
                records = [{"Data": f"{line}\n".encode(), "PartitionKey": str(hash(line))} for line in lines[start : start + _BATCH]]
                answer = client.put_records(StreamARN=stream["StreamARN"], Records=records)
                written += len(records) - int(answer["FailedRecordCount"])
        except (MissingRoleError, UntrustedError) as error:
            problems.append(f"CloudFront cannot take on {error}")
        except (BotoCoreError, ClientError) as error:
            problems.append(f"{stream['StreamARN']}: {error}")
        return written

    def _stream_of(self, role: str, distribution: str) -> Any:
        """A client as the role. Kept: making one takes longer than writing."""
        session = take_on(role, service="cloudfront.amazonaws.com", source_arn=distribution, region=_REGION, session="realtime-logs")
        if role not in self._streams:
            self._streams[role] = session.client("kinesis")
        return self._streams[role]

    def _put_file(self, *, source: str, bucket: str, key: str, body: str, problems: list[str]) -> int:
        account = source.split(":")[4]
        try:
            region = self._s3(account, _REGION).get_bucket_location(Bucket=bucket)["LocationConstraint"] or _REGION
            if not self._may_write(source, f"arn:aws:s3:::{bucket}/{key}", account, region):
                problems.append(f"{_PRINCIPAL} may not write to {bucket}, or not use its key")
                return 0
            content = base64.b64decode(body)
            self._s3(account, region).put_object(Bucket=bucket, Key=key, Body=content, ContentType="application/gzip", ACL=_ACL)
        except (BotoCoreError, ClientError) as error:
            problems.append(f"{bucket}: {error}")
            return 0
        return 1

    def _may_write(self, source: str, resource: str, account: str, region: str) -> bool:
        """Whether the policies of the bucket and of its key let the service in. Both are in the bucket's region, wherever the source is."""
        responses = module("ministack.core.responses")
        responses.set_request_account_id(account)
        responses.set_request_region(region)
        call = ServiceCall(
            principal=_PRINCIPAL,
            action="s3:PutObject",
            resource=resource,
            source_arn=source,
            account=account,
            region=region,
            conditions={"s3:x-amz-acl": _ACL},
        )
        return self._calls.allowed(call)

    def _s3(self, account: str, region: str) -> Any:
        if self._clients is None:
            self._clients = Clients(endpoint=os.environ["AWS_ENDPOINT_URL"], ca_bundle=os.environ["AWS_CA_BUNDLE"])
        return self._clients.client("s3", region=region, account=account)

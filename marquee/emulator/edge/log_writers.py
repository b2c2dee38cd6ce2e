"""Logs on their way out: taken in at once, within bounds, and delivered in the background."""

import base64
import gzip
import json
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from marquee.emulator.edge.exchange import Exchange
from marquee.emulator.edge.log_text import encoded, line
from marquee.emulator.edge.statistics import LogStatistics

WAITING: Final = 20_000
"""Lines and records that wait at most, each: a stream that is gone must not fill the memory."""

Deliver = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Hands over what `EDGE_LOGS_PATH` takes, and gives its answer. Raises OSError."""


class RealtimeLogs:
    """Lines for Kinesis. Of a configuration's share every so-manieth request is taken, where CloudFront draws lots."""

    def __init__(self, cloudfront: Any, deliver: Deliver, statistics: LogStatistics):
        """`cloudfront`: boto3's client."""
        self._cloudfront, self._deliver, self._statistics = cloudfront, deliver, statistics
        self._configs: dict[str, Mapping[str, Any]] = {}
        self._seen: Counter[str] = Counter()
        self._waiting: deque[tuple[str, str, str]] = deque()

    def read(self, arns: Sequence[str]) -> None:
        """Read the configurations as they are now."""
        self._configs = {arn: self._cloudfront.get_realtime_log_config(ARN=arn)["RealtimeLogConfig"] for arn in set(arns)}

    def add(self, exchange: Exchange) -> None:
        """Take a request in, if its behaviour has a configuration and it is in the share."""
        arn = exchange.behaviour.realtime_log
        config = self._configs.get(arn)
        if config is None:
            return
        self._seen[arn] += 1
        rate, number = int(config["SamplingRate"]), self._seen[arn]
        if number * rate // 100 == (number - 1) * rate // 100:
            return
        if len(self._waiting) >= WAITING:
            self._statistics.realtime_lost += 1
            return
        self._waiting.append((arn, exchange.distribution.arn, line(config["Fields"], exchange.realtime())))

    def flush(self) -> None:
        """Deliver what waits. What is not taken is lost: CloudFront delivers at best effort too."""
        batches: dict[tuple[str, str], list[str]] = defaultdict(list)
        for _ in range(len(self._waiting)):
            arn, distribution, text = self._waiting.popleft()
            batches[arn, distribution].append(text)
        for (arn, distribution), lines in batches.items():
            batch = {"config": arn, "distribution": distribution, "lines": lines}
            written = _handed(self._deliver, {"realtime": [batch]}, "realtime", self._statistics)
            self._statistics.realtime_written += written
            self._statistics.realtime_lost += len(lines) - written


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where the access log of one distribution goes, and what of it."""

    source: str
    """ARN of the delivery source."""
    destination: str
    """ARN of a bucket, with a prefix behind it or without."""
    suffix: str
    fields: tuple[str, ...]

    def key(self, distribution: str, hour: datetime) -> str:
        """Of a new file. Without a prefix of its own a bucket gets AWS's. Source: Amazon CloudFront Developer Guide, "Configure standard
        logging (v2)", section "Send logs to Amazon S3"."""
        account = self.source.split(":")[4]
        prefix = self.destination.partition(":::")[2].partition("/")[2] or "AWSLogs/{account-id}/CloudFront"
        known = {"DistributionId": distribution, "distributionid": distribution, "accountid": account, "account-id": account}
        moment = {"yyyy": f"{hour:%Y}", "MM": f"{hour:%m}", "dd": f"{hour:%d}", "HH": f"{hour:%H}"}
        path = "/".join(part.strip("/") for part in (prefix, self.suffix) if part.strip("/"))
        for name, value in {**known, **moment}.items():
            path = path.replace(f"{{{name}}}", value)
        return f"{path}/{distribution}.{hour:%Y-%m-%d-%H}.{secrets.token_hex(4)}.gz"

    @property
    def bucket(self) -> str:
        """Name."""
        return self.destination.partition(":::")[2].partition("/")[0]


class AccessLogs:
    """Files of JSON lines for S3, one for each delivery and hour. Values are texts, encoded as in the other formats."""

    def __init__(self, logs: Any, deliver: Deliver, statistics: LogStatistics):
        """`logs`: boto3's client of CloudWatch Logs."""
        self._logs, self._deliver, self._statistics = logs, deliver, statistics
        self._deliveries: dict[str, list[Delivery]] = {}
        self._waiting: deque[tuple[Delivery, str, datetime, str]] = deque()

    def read(self) -> None:
        """Read the deliveries as they are now. A kind that is not written here is told of in the statistics."""
        sources = {one["name"]: one for one in self._logs.describe_delivery_sources()["deliverySources"]}
        destinations = {one["arn"]: one for one in self._logs.describe_delivery_destinations()["deliveryDestinations"]}
        found: dict[str, list[Delivery]] = defaultdict(list)
        for one in self._logs.describe_deliveries()["deliveries"]:
            source, destination = sources[one["deliverySourceName"]], destinations[one["deliveryDestinationArn"]]
            place: dict[str, Any] = one.get("s3DeliveryConfiguration") or {}
            kind = destination["deliveryDestinationType"], destination.get("outputFormat"), place.get("enableHiveCompatiblePath", False)
            if source["logType"] != "ACCESS_LOGS":
                continue
            if kind != ("S3", "json", False):
                self._statistics.problems.add(f"{source['name']}: only JSON in S3 without Hive's paths is written here")
                continue
            made = Delivery(
                source=source["arn"],
                destination=destination["deliveryDestinationConfiguration"]["destinationResourceArn"],
                suffix=place.get("suffixPath", ""),
                fields=tuple(one["recordFields"]),
            )
            for arn in source["resourceArns"]:
                found[arn].append(made)
        self._deliveries = found

    def add(self, exchange: Exchange) -> None:
        """Take a request in, once for each delivery of its distribution."""
        for delivery in self._deliveries.get(exchange.distribution.arn, []):
            if len(self._waiting) >= WAITING:
                self._statistics.access_lost += 1
                continue
            values = exchange.access()
            record = json.dumps({name: encoded(values.get(name, "")) for name in delivery.fields})
            hour = datetime.fromtimestamp(exchange.finished, UTC).replace(minute=0, second=0, microsecond=0)
            self._waiting.append((delivery, exchange.distribution.id, hour, record))

    def flush(self) -> None:
        """Write a file for each delivery and hour of which something waits."""
        files: dict[tuple[Delivery, str, datetime], list[str]] = defaultdict(list)
        for _ in range(len(self._waiting)):
            delivery, distribution, hour, record = self._waiting.popleft()
            files[delivery, distribution, hour].append(record)
        for (delivery, distribution, hour), records in files.items():
            body = gzip.compress(("\n".join(records) + "\n").encode(), mtime=0)
            key = delivery.key(distribution, hour)
            file = {"source": delivery.source, "bucket": delivery.bucket, "key": key, "body": base64.b64encode(body).decode()}
            if _handed(self._deliver, {"files": [file]}, "files", self._statistics):
                self._statistics.access_written += len(records)
            else:
                self._statistics.access_lost += len(records)


def _handed(deliver: Deliver, what: Mapping[str, Any], kind: str, statistics: LogStatistics) -> int:
    """How many of `what` were written."""
    try:
        answer = deliver(what)
    except OSError as error:
        statistics.problems.add(f"the emulator does not take logs: {error}")
        return 0
    statistics.problems.update(answer["problems"])
    return int(answer[kind])

"""CloudFront's real-time log configurations, which MiniStack lacks.

Sources: Amazon CloudFront API Reference, CreateRealtimeLogConfig and its neighbours; Developer Guide, "Use real-time logs".
"""

from collections.abc import Mapping
from typing import Any, Final

from marquee.emulator.services.own import ApiError

FIELDS: Final = (
    "timestamp", "c-ip", "s-ip", "time-to-first-byte", "sc-status", "sc-bytes", "cs-method", "cs-protocol", "cs-host", "cs-uri-stem",
    "cs-bytes", "x-edge-location", "x-edge-request-id", "x-host-header", "time-taken", "cs-protocol-version", "c-ip-version",
    "cs-user-agent", "cs-referer", "cs-cookie", "cs-uri-query", "x-edge-response-result-type", "x-forwarded-for", "ssl-protocol",
    "ssl-cipher", "x-edge-result-type", "fle-encrypted-fields", "fle-status", "sc-content-type", "sc-content-len", "sc-range-start",
    "sc-range-end", "c-port", "x-edge-detailed-result-type", "c-country", "cs-accept-encoding", "cs-accept",
    "cache-behavior-path-pattern", "cs-headers", "cs-header-names", "cs-headers-count", "primary-distribution-id",
    "primary-distribution-dns-name", "origin-fbl", "origin-lbl", "asn", "cmcd-encoded-bitrate", "cmcd-buffer-length",
    "cmcd-buffer-starvation", "cmcd-content-id", "cmcd-object-duration", "cmcd-deadline", "cmcd-measured-throughput",
    "cmcd-next-object-request", "cmcd-next-range-request", "cmcd-object-type", "cmcd-playback-rate",
    "cmcd-requested-maximum-throughput", "cmcd-streaming-format", "cmcd-session-id", "cmcd-stream-type", "cmcd-startup",
    "cmcd-top-bitrate", "cmcd-version", "r-host", "sr-reason", "x-edge-mqcs", "distribution-tenant-id", "connection-id",
)  # fmt: skip
"""Every field, in the order in which records have them, whatever the order in a configuration. Source: the same guide, section "Fields"."""
_STREAM: Final = "arn:aws:kinesis:us-east-1:"

Config = dict[str, Any]


class RealtimeLogConfigs:
    """The configurations of all accounts."""

    def __init__(self) -> None:
        self._kept: dict[str, Config] = {}

    def by_arn(self, arn: str) -> Config | None:
        """One of any account."""
        return self._kept.get(arn)

    def create(self, account: str, given: Mapping[str, Any]) -> Config:
        """A new one. ApiError for a name that exists, or for settings that fit not."""
        arn = f"arn:aws:cloudfront::{account}:realtime-log-config/{given['Name']}"
        if arn in self._kept:
            raise ApiError(409, "RealtimeLogConfigAlreadyExists", "A real-time log configuration with this name already exists.")
        self._kept[arn] = {"ARN": arn, "Name": given["Name"], **_checked(given)}
        return self._kept[arn]

    def find(self, account: str, named: Mapping[str, Any]) -> Config:
        """By ARN or by name. ApiError without one."""
        if not named.get("ARN") and not named.get("Name"):
            raise ApiError(400, "InvalidArgument", "Name or ARN is required.")
        arn = named.get("ARN") or f"arn:aws:cloudfront::{account}:realtime-log-config/{named['Name']}"
        if arn not in self._kept or arn.split(":")[4] != account:
            raise ApiError(404, "NoSuchRealtimeLogConfig", "The real-time log configuration does not exist.")
        return self._kept[arn]

    def update(self, account: str, given: Mapping[str, Any]) -> Config:
        """Change all but name and ARN, as one: what is not given is not kept either."""
        found = self.find(account, given)
        found |= _checked(given)
        return found

    def delete(self, account: str, named: Mapping[str, Any], used: bool) -> None:
        """Forget one. `used`: whether a cache behaviour names it."""
        found = self.find(account, named)
        if used:
            raise ApiError(400, "RealtimeLogConfigInUse", "The configuration is attached to one or more cache behaviors.")
        del self._kept[found["ARN"]]

    def list(self, account: str) -> list[Config]:
        """An account's."""
        return [config for arn, config in self._kept.items() if arn.split(":")[4] == account]


def _checked(given: Mapping[str, Any]) -> Config:
    fields: list[str] = given.get("Fields") or []
    endpoints: list[Config] = given.get("EndPoints") or []
    rate = given.get("SamplingRate")
    unknown = sorted(set(fields) - set(FIELDS))
    if not fields or unknown:
        raise ApiError(400, "InvalidArgument", f"Fields: {', '.join(unknown) if unknown else 'at least one is required'}")
    if not isinstance(rate, int) or not 1 <= rate <= 100:
        raise ApiError(400, "InvalidArgument", "SamplingRate is a whole number between 1 and 100.")
    if len(endpoints) != 1 or endpoints[0].get("StreamType") != "Kinesis" or "KinesisStreamConfig" not in endpoints[0]:
        raise ApiError(400, "InvalidArgument", "EndPoints: exactly one, of the type Kinesis.")
    if not endpoints[0]["KinesisStreamConfig"]["StreamARN"].startswith(_STREAM):
        raise ApiError(400, "InvalidArgument", "EndPoints: the stream is in us-east-1.")
    return {"Fields": [name for name in FIELDS if name in fields], "EndPoints": endpoints, "SamplingRate": rate}

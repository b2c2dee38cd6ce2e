"""The web ACLs that distributions name, before the edge: read from the emulated WAF, judging, logged."""
# pyright: reportMissingTypeStubs=false

import asyncio
import contextlib
import secrets
import time
from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee.emulator.edge.viewer import Viewed
from marquee.emulator.firewall import records
from marquee.emulator.firewall.inspected import Inspected, sections
from marquee.emulator.firewall.log_writer import LogWriter
from marquee.emulator.firewall.reading import Described, read, read_logging
from marquee.emulator.firewall.statistics import FirewallStatistics
from marquee.emulator.firewall.web_acl import Verdict, WebAcl
from marquee.errors import MarqueeError

_EVERY = 1.0
"""Seconds until a change of an ACL is in force and records are written; on AWS either takes longer."""
_LOG_GROUP = ":log-group:"


class Firewall:
    """Judges for distributions. An ACL whose settings change begins to count anew, as on AWS."""

    def __init__(self, wafv2: Any, logs: Any, statistics: FirewallStatistics):
        """`wafv2` and `logs`: boto3's clients in us-east-1, where everything of CloudFront's is."""
        self._client, self._statistics = wafv2, statistics
        self._writer = LogWriter(logs)
        self._described: dict[str, Described] = {}
        self._acls: dict[str, WebAcl] = {}
        self._logging: dict[str, Mapping[str, Any] | None] = {}

    async def begin(self, arns: Collection[str]) -> None:
        """Read the ACLs. Raises MarqueeError for one that does not exist: CloudFront would not have taken it."""
        try:
            await asyncio.to_thread(self._read, arns)
        except ClientError as error:
            raise MarqueeError(f"a distribution names a web ACL that cannot be read: {error}", fix="deploy the stack anew") from error

    async def follow(self) -> None:
        """Read what changes and write what waits, for ever."""
        while True:
            await asyncio.sleep(_EVERY)
            with contextlib.suppress(OSError, BotoCoreError, ClientError):  # what was read last stands
                await asyncio.to_thread(self._read, list(self._described))
            await self.flush()

    async def flush(self) -> None:
        """Write what waits to be logged."""
        await asyncio.to_thread(self._writer.flush)
        self._statistics.logged, self._statistics.lost = self._writer.written, self._writer.lost

    def judge(self, arn: str, source: str, request: Viewed, country: str) -> Verdict:
        """What the ACL makes of a request to the distribution `source`; counted, and logged in the background."""
        acl = self._acls[arn]
        inspected = Inspected(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            cookies=request.cookies,
            body=request.body,
            address=request.address,
            country=country,
        )
        verdict = acl.judge(inspected, time.monotonic())
        self._count(verdict)
        logging = self._logging[arn]
        if logging is not None and records.is_kept(verdict, logging.get("LoggingFilter")):
            made = records.record(
                acl, inspected, verdict, source=source, id=secrets.token_urlsafe(42), milliseconds=int(time.time() * 1000)
            )
            self._log(acl, logging, records.redacted(made, sections(logging, "RedactedFields")))
        return verdict

    def _count(self, verdict: Verdict) -> None:
        if verdict.action == "BLOCK":
            self._statistics.blocked[verdict.terminating] += 1
        self._statistics.counted.update(verdict.counted)
        self._statistics.counted.update(f"{group.id}/{each.name}" for group, found in verdict.groups for each in found.counted)
        self._statistics.unknown.update(verdict.unknown)

    def _log(self, acl: WebAcl, logging: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        for destination in logging["LogDestinationConfigs"]:
            if _LOG_GROUP in destination:
                group = destination.partition(_LOG_GROUP)[2].removesuffix(":*")
                self._writer.add(group, f"cloudfront_{acl.name}_0", record)
            else:
                self._statistics.unwritten[destination] += 1

    def _read(self, arns: Collection[str]) -> None:
        for arn in arns:
            described = read(self._client, arn)
            self._logging[arn] = read_logging(self._client, arn)
            if self._described.get(arn) != described:
                acl = described.judge()
                self._acls[arn], self._described[arn] = acl, described
                self._statistics.not_judged[acl.name] = acl.not_judged

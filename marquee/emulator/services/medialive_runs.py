"""A channel while it runs: an encoder that writes to the origin if its role may, and perhaps a contributor."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marquee.emulator.live import commands
from marquee.emulator.live.process import Kept
from marquee.emulator.live.work import LiveWork
from marquee.emulator.media.tools import ffmpeg
from marquee.emulator.services.live_access import LiveAccess
from marquee.emulator.services.mediapackage import MediaPackage, OriginChannel
from marquee.emulator.upstream import module

_LISTENS_AFTER: Final = 0.3  # seconds; a connection to try it would be taken for the contribution
RUNNING_FILE: Final = "running.json"
"""Says to the origin what a channel's folder holds."""


@dataclass(kw_only=True)
class Run:
    """One start of a channel."""

    channel_id: str
    arn: str
    role: str
    url: str
    """First ingest URL."""
    contribution: str
    work: LiveWork
    encoder: Kept | None = None
    contributor: Kept | None = None
    origin: OriginChannel | None = None


class Runner:
    """Begins and ends runs."""

    def __init__(self, origin: MediaPackage, access: LiveAccess):
        self._origin, self._access = origin, access
        self._sources: dict[str, Path | None] = {}

    def begin(self, run: Run) -> None:
        """Start the encoder. What keeps it from writing is an alert, as on AWS: the channel runs, is billed, and nothing comes out."""
        channel = self._origin.ingested_at(run.url)
        if channel is None:
            tell_alert(run.arn, f"nothing takes in what is sent to {run.url}")
            return
        _, refused = self._access.encoder(run.role, run.arn, channel)
        if refused:
            tell_alert(run.arn, refused)
            return
        run.origin = channel
        note = {"asked": run.work.asked, "encoded": len(run.work.pictures), "seconds": run.work.segment_seconds}
        clear(channel.folder)
        (channel.folder / RUNNING_FILE).write_text(json.dumps(note))
        tool, started = ffmpeg(), int(time.time())
        run.encoder = Kept(
            "encoder",
            lambda number: commands.encoder(tool, run.work, run.contribution, run=started + number),
            channel.folder,
        )
        time.sleep(_LISTENS_AFTER)
        if run.contribution in self._sources:
            self._contribute(run, self._sources[run.contribution])

    def end(self, run: Run) -> None:
        """Stop both. What was recorded stays until the next start."""
        for process in (run.contributor, run.encoder):
            if process is not None:
                process.stop()
        if run.origin is not None:
            (run.origin.folder / RUNNING_FILE).unlink(missing_ok=True)

    def feed(self, contribution: str, source: Path | None, run: Run | None) -> None:
        """Send `source`, or a test picture, to the address now if its channel runs, and at each of its starts."""
        self._sources[contribution] = source
        if run is not None and run.encoder is not None:
            if run.contributor is not None:
                run.contributor.stop()
            self._contribute(run, source)

    def _contribute(self, run: Run, source: Path | None) -> None:
        if run.origin is not None:
            tool = ffmpeg()
            run.contributor = Kept("contributor", lambda _: commands.contributor(tool, source, run.contribution), run.origin.folder)


def clear(folder: Path) -> None:
    """Remove what an earlier run recorded."""
    for path in folder.iterdir():
        path.unlink()


def tell_alert(arn: str, message: str) -> None:
    """`MediaLive Channel Alert`. Source: MediaLive User Guide, "Channel alert events"."""
    detail = {"channel_arn": arn, "alarm_state": "SET", "alert_type": "Failed to Access Destination", "message": message, "pipeline": "0"}
    tell(arn, "MediaLive Channel Alert", detail)


def tell(arn: str, detail_type: str, detail: dict[str, Any]) -> None:
    """An event of MediaLive's on the default bus of the resource's account and region."""
    region, account = arn.split(":")[3:5]
    responses = module("ministack.core.responses")
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    entry = {"Source": "aws.medialive", "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": [arn]}
    module("ministack.services.eventbridge")._put_events({"Entries": [entry]}, allow_aws_source=True)  # noqa: SLF001 MiniStack has no public way in

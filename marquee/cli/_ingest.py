"""What `marquee ingest` shows: bars while it waits, and what has come of it at the end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from marquee.cli import _encoding
from marquee.cli._output import notes
from marquee.cli._quality import measure
from marquee.cli._renditions import Renditions
from marquee.cli._sheet import contact_sheet
from marquee.cli._titles import addresses
from marquee.domain.packaging import asset_of
from marquee.domain.publishing import Playback
from marquee.errors import MarqueeError
from marquee.ingest import Item, Target, Upload, content_keys, wait_for_record

SHEETS: Final = Path(".cache") / "contact-sheets"


def wait_with_bars(target: Target, done: Upload, *, seconds: float) -> Item:
    """The upload's record. Meanwhile a bar for each rendition, or one for the job where its encoder tells no more."""
    ask = _encoding.asker(target)
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn()
    with Progress(*columns, console=notes, transient=True) as progress:
        whole = progress.add_task("Checking", total=None)
        bars: dict[str, TaskID] = {}

        def show() -> None:
            found = ask(done.title_id)
            if found is None:
                return
            progress.update(whole, description=found.phase.capitalize(), total=100, completed=found.percent)
            for name, percent in found.outputs.items():
                if name not in bars:
                    bars[name] = progress.add_task(f"  {name}", total=100)
                progress.update(bars[name], completed=percent)

        return wait_for_record(target, done, seconds=seconds, meanwhile=show)


def playback_of(item: Item) -> Playback | None:
    """How the title plays; None if no version of it is published."""
    return cast("Playback", item["playback"]) if item.get("playback") else None


def scores(target: Target, item: Item, playback: Playback, master: Path, *, key_provider: str | None) -> dict[str, float]:
    """Rendition → VMAF. MarqueeError that says why it cannot be had. `key_provider`: one that is not the stack's own."""
    if asset_of(playback["hls"]):
        raise MarqueeError("renditions that are packaged just in time are not measured")
    if playback["keys"] and key_provider is not None:
        raise MarqueeError(f"the content keys are those of {key_provider}, which gives them to encryptors alone")
    keys = content_keys(target, playback["keys"]) if playback["keys"] else {}
    tones = item["media"]["video"][0].get("dynamicRange", "SDR")
    return measure(Renditions(target, playback), playback, master, keys, tones=tones)


def sheet(target: Target, playback: Playback, path: Path, master: Path) -> Path:
    """Write the contact sheet. MarqueeError if the title has no thumbnails."""
    if playback["thumbnails"] is None:
        raise MarqueeError("the title has no thumbnails, so there is no contact sheet")
    return contact_sheet(Renditions(target, playback), playback["thumbnails"], path, master=master, seconds=playback["durationMs"] / 1000)


def as_data(record: Item, playback: Playback | None, domain: str, vmaf: Mapping[str, float], path: Path | None) -> dict[str, Any]:
    """All of it for a machine."""
    if playback is None:
        return record
    return {
        **record,
        "playback": playback,
        "addresses": addresses(playback, domain),
        "vmaf": dict(vmaf),
        "sheet": str(path) if path else None,
    }

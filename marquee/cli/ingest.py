"""`marquee ingest`: a file of the user's own through the platform."""

from pathlib import Path
from typing import Annotated, Any

import typer

from marquee.cli._output import Json, Stack, console, notes, print_json
from marquee.errors import MarqueeError

Profile = Annotated[str | None, typer.Option("--profile", help="An AWS profile: work on that account instead of an emulator.")]
Region = Annotated[str | None, typer.Option("--region", help="A region of the stack; default its primary one.")]


def ingest(  # noqa: PLR0917 Typer makes an option of each
    file: Annotated[Path, typer.Argument(help="A video: MP4, QuickTime, Matroska, WebM, MPEG-TS or AVI.", show_default=False)],
    title: Annotated[str | None, typer.Option("--title", "-t", help="The title's id; default made of the file's name.")] = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    wait: Annotated[bool, typer.Option(help="Wait until the title plays, or is refused.")] = True,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait; encoding takes longer than playing on a laptop.")] = 3600.0,
    vmaf: Annotated[bool, typer.Option(help="Score each rendition against FILE, on 4 s; needs permission to make its keys.")] = True,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Where to write the contact sheet, a PNG; default below .cache.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Upload a master, and watch it become a title that plays.

    The file is probed first; a bad one ends in quarantine, with the reason. A sound one is encoded to the ladder's renditions, encrypted,
    packaged as HLS and DASH, checked, and published in one step. At the end: manifests, sizes, VMAF of each rendition, and a contact sheet.

    Without a running emulator and without --profile, one is started for this command alone.

    Exit codes: 1 the file was refused (it is in quarantine, with the reason), or nothing came in time; 2 bad arguments or settings.

    Examples:

      marquee ingest film.mov --title my-film

      marquee ingest film.mov --no-wait --profile production --stack prod
    """
    from marquee.cli._target import target_for  # noqa: PLC0415 --help should not wait for the SDK

    if not file.is_file():
        raise MarqueeError(f"{file} is no file", exit_code=2)
    with target_for(stack, region=region, profile=profile, start=True) as target:
        done = _upload(target, file, title)
        if not wait:
            _print_uploaded(done, as_json=as_json)
            return
        from marquee.cli._ingest import wait_with_bars  # noqa: PLC0415

        record = wait_with_bars(target, done, seconds=timeout)
        if record["outcome"] == "published":
            _print_published(target, file, done, record, score=vmaf, sheet=sheet, as_json=as_json)
        else:
            _print_record(file, record, as_json=as_json)


def _upload(target: Any, file: Path, title: str | None) -> Any:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    from marquee.ingest import upload  # noqa: PLC0415

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=notes, transient=True) as progress:
        task = progress.add_task(f"Uploading {file.name}", total=file.stat().st_size)
        return upload(target, file, title=title, on_bytes=lambda count: progress.advance(task, count))


def _print_uploaded(done: Any, *, as_json: bool) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    if as_json:
        print_json(asdict(done))
    else:
        console.print(f"Uploaded as s3://{done.bucket}/{done.key}, version {done.version_id}; `marquee title show {done.title_id}`")


def _print_published(target: Any, file: Path, done: Any, record: dict[str, Any], *, score: bool, sheet: Path | None, as_json: bool) -> None:
    """What cannot be measured is said, and is no failure: the title plays."""
    from marquee.cli import _ingest as shown  # noqa: PLC0415
    from marquee.cli._project import project_dir, settings_of  # noqa: PLC0415
    from marquee.cli._titles import addresses, left_out, renditions_table, title_table  # noqa: PLC0415
    from marquee.ingest import Catalogue  # noqa: PLC0415

    item = Catalogue(target).title(done.title_id) or record
    settings, playback = settings_of(target.stack), shown.playback_of(item)
    domain, key_provider = settings.identity.domain, settings.drm.key_provider
    scores: dict[str, float] = {}
    path = sheet or project_dir() / shown.SHEETS / f"{done.title_id}.png"
    if playback is not None:
        with notes.status("Measuring each rendition against the file"):
            scores = (
                (_or_say(lambda: shown.scores(target, item, playback, file, key_provider=key_provider), "no VMAF") or {}) if score else {}
            )
            path = _or_say(lambda: shown.sheet(target, playback, path, file), "no contact sheet")
    if rest := left_out(record.get("media") or {}):
        notes.print(f"Left out: {', '.join(rest)}. Captions are taken from WebVTT files beside a master, see docs/ingest.md.", markup=False)
    if as_json:
        print_json(shown.as_data(item, playback, domain, scores, path))
        return
    console.print(title_table(item))
    if playback is not None:
        console.print(renditions_table(playback, scores))
        for kind, address in addresses(playback, domain).items():
            console.print(f"[bold]{kind}[/] {address}", soft_wrap=True, highlight=False)
        if path is not None:
            console.print(f"[bold]Contact sheet[/] {path}", soft_wrap=True, highlight=False)


def _or_say(work: Any, what: str) -> Any:
    try:
        return work()
    except MarqueeError as error:
        notes.print(f"{what}: {error}" + (f" ({error.fix})" if error.fix else ""), markup=False)
        return None


def _print_record(file: Path, record: dict[str, Any], *, as_json: bool) -> None:
    from marquee.cli._titles import title_table  # noqa: PLC0415

    if as_json:
        print_json(record)
    else:
        console.print(title_table(record))
    if record["outcome"] == "quarantined":
        raise MarqueeError(
            f"{file.name} was refused ({record['reason']}): {record['detail']}",
            fix=f"nothing is lost: it is in {record['master']['bucket']} as {record['movedTo']}",
        )
    if record["outcome"] == "superseded" and not as_json:
        notes.print("A newer upload of this title was there before it, so the title stays as it is.")

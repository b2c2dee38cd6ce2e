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
    wait: Annotated[bool, typer.Option(help="Wait for the probe's verdict.")] = True,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait.")] = 180.0,
    as_json: Json = False,
) -> None:
    """Upload a master, wait for the verdict, and print the title with what the probe found.

    Exit codes: 1 the file was refused (it is in quarantine, with the reason), or nothing came in time; 2 bad arguments or settings.

    Example: marquee ingest film.mov --title my-film
    """
    from marquee.cli._target import target_for  # noqa: PLC0415 --help should not wait for the SDK
    from marquee.ingest import wait_for_record  # noqa: PLC0415

    if not file.is_file():
        raise MarqueeError(f"{file} is no file", exit_code=2)
    with target_for(stack, region=region, profile=profile, start=True) as target:
        done = _upload(target, file, title)
        if not wait:
            _print_uploaded(done, as_json=as_json)
            return
        with notes.status("Waiting for the probe"):
            record = wait_for_record(target, done, seconds=timeout)
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

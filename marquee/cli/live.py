"""`marquee live`: start, stop and look at live channels, and make titles of what was on."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from marquee.cli._output import Json, Stack
from marquee.cli.ingest import Profile
from marquee.errors import MarqueeError

app = typer.Typer(
    no_args_is_help=True,
    help="Live channels, of the running emulator (`marquee local serve`) or of an account (--profile). A channel is billed while it runs.",
)

Name = Annotated[str, typer.Argument(help="The channel, as the stack file names it.", show_default=False)]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds to wait.")]
Source = Annotated[
    str | None,
    typer.Option(help="Only on an emulator: have it sent `testpicture`, or a file over and over.", show_default=False),
]


@app.command()
def start(  # noqa: PLR0917 Typer makes an option of each
    name: Name, source: Source = None, stack: Stack = "dev", profile: Profile = None, timeout: Timeout = 120.0, as_json: Json = False
) -> None:
    """Start a channel and wait until it runs. From then on it is billed by the minute, until `marquee live stop` or its schedule.

    Example: marquee live start demo --source testpicture
    """
    from marquee.cli._live import channels_of, feed, show  # noqa: PLC0415 --help should not wait for the SDK

    with channels_of(name, stack=stack, profile=profile) as place:
        if source is not None:
            feed(place, source)
        show(place, place.channels.start(name, seconds=timeout), as_json=as_json)


@app.command()
def stop(name: Name, stack: Stack = "dev", profile: Profile = None, timeout: Timeout = 120.0, as_json: Json = False) -> None:
    """Stop a channel and wait until it is idle.

    Example: marquee live stop demo
    """
    from marquee.cli._live import channels_of, show  # noqa: PLC0415

    with channels_of(name, stack=stack, profile=profile) as place:
        show(place, place.channels.stop(name, seconds=timeout), as_json=as_json)


@app.command()
def status(name: Name, stack: Stack = "dev", profile: Profile = None, as_json: Json = False) -> None:
    """Show whether a channel runs, where its contribution is sent to, and where viewers find it.

    Example: marquee live status demo --json
    """
    from marquee.cli._live import channels_of, show  # noqa: PLC0415

    with channels_of(name, stack=stack, profile=profile) as place:
        show(place, place.channels.show(name), as_json=as_json)


@app.command()
def harvest(  # noqa: PLR0917 Typer makes an option of each
    name: Name,
    title: Annotated[str, typer.Option("--title", "-t", help="The title's id; one that has an upload is never replaced.")],
    last: Annotated[float | None, typer.Option(min=1, help="Seconds up to now.", show_default=False)] = None,
    start: Annotated[datetime | None, typer.Option("--from", help="Start of the window, UTC.", show_default=False)] = None,
    end: Annotated[datetime | None, typer.Option("--to", help="End of the window, UTC.", show_default=False)] = None,
    shown_as: Annotated[str | None, typer.Option("--name", help="The title's name; default its id.", show_default=False)] = None,
    stack: Stack = "dev",
    profile: Profile = None,
    timeout: Timeout = 600.0,
    as_json: Json = False,
) -> None:
    """Make a title of what was on: the last seconds, or a window within the channel's start-over hours. Whole segments, as they were.

    Example: marquee live harvest demo --title first-minutes --last 120
    """
    from marquee.cli._live import channels_of, print_harvest  # noqa: PLC0415
    from marquee.domain import titles  # noqa: PLC0415
    from marquee.ingest.live import Window  # noqa: PLC0415

    if not titles.is_title_id(title):
        raise MarqueeError(f"{title!r} is no title id", fix="use 1 to 64 lower-case letters, digits and inner hyphens", exit_code=2)
    begins, ends = _window(last, start, end)
    with channels_of(name, stack=stack, profile=profile) as place:
        window = Window(start=begins, end=ends)
        version = place.channels.harvest(name, title, window, shown_as=shown_as or title, seconds=timeout)
        print_harvest(place, title, version, as_json=as_json)


def _window(last: float | None, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    if last is not None and start is None and end is None:
        now = datetime.now(UTC)
        return now - timedelta(seconds=last), now
    if last is None and start is not None and end is not None and start < end:
        return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    raise MarqueeError("the window is not clear", fix="name --last SECONDS, or --from before --to", exit_code=2)

"""What `marquee live` does, once it is asked to."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.markup import escape
from rich.table import Table

from marquee.cli._output import console, print_json
from marquee.cli._project import settings_of
from marquee.cli._target import target_for
from marquee.cli._titles import title_table
from marquee.emulator.live.control import FEED_PATH
from marquee.emulator.visits import Door
from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Target
from marquee.ingest.live import ChannelState, LiveChannels
from marquee.settings import LiveChannel

_TEST_PICTURE: Final = "testpicture"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A channel's settings and its region."""

    target: Target
    channels: LiveChannels
    channel: LiveChannel
    domain: str


@contextmanager
def channels_of(name: str, *, stack: str, profile: str | None) -> Generator[Place]:
    """The region of a channel. MarqueeError (exit 2) for a channel that the stack file does not have, or without anything to talk to."""
    settings = settings_of(stack)
    channel = next((one for one in settings.live.channels if one.name == name), None)
    if channel is None:
        known = ", ".join(one.name for one in settings.live.channels) or "none; add one to live.channels"
        raise MarqueeError(f"the stack {stack} has no live channel {name}", fix=f"it has {known}", exit_code=2)
    with target_for(stack, region=channel.region, profile=profile, start=False) as target:
        yield Place(target=target, channels=LiveChannels(target), channel=channel, domain=settings.identity.domain)


def feed(place: Place, source: str) -> None:
    """Have the emulator send the channel a test picture or a file. MarqueeError (exit 2) for an account, or a file that is none."""
    environment = place.target.environment
    if not environment:
        raise MarqueeError("an account's channel is fed by its contributor", fix="leave --source out", exit_code=2)
    path = None if source == _TEST_PICTURE else Path(source).resolve()
    if path is not None and not path.is_file():
        raise MarqueeError(f"{source} is no file", fix=f"name one, or {_TEST_PICTURE}", exit_code=2)
    asked = {
        "account": place.target.names.account,
        "region": place.target.region,
        "channelId": place.channels.show(place.channel.name).id,
        "source": str(path) if path else None,
    }
    door = Door(endpoint=environment["AWS_ENDPOINT_URL"], ca_bundle=environment["AWS_CA_BUNDLE"])
    answer = door.visit("POST", f"{door.endpoint}{FEED_PATH}", body=json.dumps(asked).encode())
    if answer.status != 200:
        raise MarqueeError(f"the emulator does not feed {place.channel.name}: {answer.body.decode(errors='replace')}")


def show(place: Place, state: ChannelState, *, as_json: bool) -> None:
    """A channel, as a table or a JSON document."""
    watched = f"https://media.{place.domain}/t/<token>/_live/{state.name}/cmaf/index.mpd"
    emulated = bool(place.target.environment)
    if as_json:
        print_json({**asdict(state), "region": place.target.region, "watched_at": watched, "emulated": emulated})
        return
    table = Table(show_header=False, title=f"[bold]{escape(state.name)}[/]", title_justify="left")
    table.add_column()
    table.add_column(overflow="fold")
    table.add_row("state", state.state)
    table.add_row("region", place.target.region)
    table.add_row("input", place.channel.input)
    for address in state.sends_to:
        table.add_row("send to", address)
    schedule = place.channel.schedule
    table.add_row("schedule", f"{schedule.start} to {schedule.stop}, {schedule.timezone}" if schedule else "none")
    hours = place.channel.max_run_hours
    table.add_row("stopped after", f"{hours} hours" if hours else "never")
    table.add_row("watched at", escape(watched))
    if emulated:
        table.add_row("emulated", "not encrypted; low-latency DASH, ordinary HLS; one pipeline, the smallest renditions")
    console.print(table)


def print_harvest(place: Place, title: str, version: str, *, as_json: bool) -> None:
    """The title that came of a harvest."""
    item = Catalogue(place.target).title(title)
    if item is None:
        raise MarqueeError(f"the harvest ended as version {version}, and the catalogue has no title {title}")
    if as_json:
        print_json(item)
    else:
        console.print(title_table(item))

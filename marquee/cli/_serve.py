"""What `marquee local serve` keeps running: the platform, the edge before it with the player's page, and a name server."""

import re
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from marquee.cli import _encoding
from marquee.cli._local import deployed, print_deployment, report
from marquee.cli._output import console, notes, print_json
from marquee.cli._project import project_dir, settings_of
from marquee.console import Console, application
from marquee.domain import countries
from marquee.emulator import Emulator
from marquee.emulator.asgi import App
from marquee.emulator.dns.server import NameServer
from marquee.emulator.edge.server import EdgeServer
from marquee.errors import MarqueeError
from marquee.ingest import Target
from marquee.settings import Settings

PORT = 8480
"""Tried first, so that the page's address is the same from day to day."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where viewers get in."""

    player: str
    statistics: str
    dns_port: int


def local_serve(stack: str, *, port: int | None, country: str, as_json: bool) -> None:
    """`marquee local serve`."""
    if country and not re.fullmatch(countries.PATTERN, country):
        raise MarqueeError(f"--country {country} is no country's code: nobody is there", fix="name one such as DE or GB", exit_code=2)
    settings = settings_of(stack)
    with deployed(stack) as (emulator, outcome):
        target = Target.of_emulator(emulator, settings)
        with target.remembered(project_dir()), doors(emulator, settings, port, country) as open_doors:
            keys = {name: value for name, value in target.environment.items() if name.startswith("AWS_")}
            if as_json:
                print_json({**report(outcome), "endpoint": emulator.endpoint, "environment": keys, **vars(open_doors)})
            else:
                print_deployment(outcome)
                _print_doors(emulator, settings, target, open_doors)
            _wait_for_a_signal()
    notes.print("Stopped; nothing is left running.")


@contextmanager
def doors(emulator: Emulator, settings: Settings, port: int | None = None, country: str = "") -> Generator[Doors]:
    """The edge, the page and the names of a deployed stack, while the block lasts. `port`: None tries `PORT`, 0 takes any free one.
    `country`: the viewers', empty if nobody knows it.

    Raises MarqueeError if the port is taken, or the player is not installed.
    """
    target = Target.of_emulator(emulator, settings)
    page = application(
        Console(
            target=target,
            player=project_dir() / "runtime" / "player",
            progress=_encoding.asker(target),
            channels={channel.name: Target.of_emulator(emulator, settings, channel.region) for channel in settings.live.channels},
        )
    )
    regions = [region.name for region in settings.regions]
    edge = _edge(emulator, settings, regions, port, page)
    edge.names.viewer = replace(edge.names.viewer, country=country)
    addresses = {region: f"127.0.1.{number}" for number, region in enumerate(regions, 1)}
    with edge, NameServer(edge.names.resolve, edge.names.viewer, addresses) as names:
        yield Doors(player=f"{edge.door.local('player')}/", statistics=f"{edge.door.local('edge')}/", dns_port=names.port)


def _edge(emulator: Emulator, settings: Settings, regions: list[str], port: int | None, page: App) -> EdgeServer:
    wanted = PORT if port is None else port
    try:
        return EdgeServer(
            emulator, account=settings.accounts.workload, domain=settings.identity.domain, regions=regions, port=wanted, app=page
        )
    except OSError as error:
        if port is None:
            return _edge(emulator, settings, regions, 0, page)
        raise MarqueeError(f"port {port} cannot be had: {error}", fix="name another --port; 0 takes a free one", exit_code=2) from error


def _print_doors(emulator: Emulator, settings: Settings, target: Target, where: Doors) -> None:
    region, stack, domain = target.region, settings.stack, settings.identity.domain
    keys = " ".join(f"{name}={target.environment[name]}" for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    cli = f"AWS_CA_BUNDLE={emulator.ca_bundle} aws --endpoint-url {emulator.endpoint} --region {region}"

    def line(what: str) -> None:
        console.print(f"  {what}", highlight=False, soft_wrap=True, markup=False)

    console.print(f"\n[bold]Player[/] {where.player}", highlight=False, soft_wrap=True)
    line("Upload a file there and watch it, encrypted. Sign-in and upload of the page are stand-ins for this machine.")
    line(f"What the edge counted, what its firewall stopped, and which of its rules only AWS can judge: {where.statistics}")
    console.print(f"\n[bold]Serving[/] {stack} on {emulator.endpoint} until Ctrl-C. In another terminal:", highlight=False)
    line(f"marquee ingest FILE --stack {stack}")
    for name in ("api", "media"):
        line(f"dig @127.0.0.1 -p {where.dns_port} {name}.{domain}")
    line(f"marquee local fail {region} --stack {stack}     # and `heal` later; dig shows where names lead then")
    line(f"{keys} {cli} s3 ls")


def _wait_for_a_signal() -> None:
    stop = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    stop.wait()

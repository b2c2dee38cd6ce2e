"""`marquee local`: the whole platform on this machine, on an emulated AWS."""

from typing import Annotated

import typer

from marquee.cli._output import Json, Stack

Region = Annotated[str, typer.Argument(help="A region of the stack, such as eu-west-1.", show_default=False)]

Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Of the page and the edge; 0 takes a free one. Default: 8480, else a free one.", show_default=False
    ),
]

Country = Annotated[
    str,
    typer.Option(
        help="Where viewers are, by two letters: what CloudFront, WAF and DNS go by. Default: unknown, which is served.",
        show_default=False,
    ),
]

app = typer.Typer(no_args_is_help=True, help="A stack on an AWS emulated on this machine: no account, no credentials.")


@app.command()
def up(stack: Stack = "dev", as_json: Json = False) -> None:
    """Deploy a stack on the emulated AWS, then ingest a short real video as a smoke test. Everything is gone at the end.

    Exit codes: 1 a failure, 2 bad settings, 3 a mandatory policy violation (nothing is created then).

    Example: marquee local up --stack prod
    """
    from marquee.cli._local import local_up  # noqa: PLC0415 --help should not wait for the SDK

    local_up(stack, as_json=as_json)


@app.command()
def preview(stack: Stack = "dev", as_json: Json = False) -> None:
    """Show what a stack would make and what the policies say of it. Starts no emulator and makes nothing.

    Exit code 3: a mandatory policy violation.

    Example: marquee local preview --stack prod --json
    """
    from marquee.cli._local import local_preview  # noqa: PLC0415

    local_preview(stack, as_json=as_json)


@app.command()
def serve(stack: Stack = "dev", port: Port = None, country: Country = "", as_json: Json = False) -> None:
    """Deploy a stack and keep it on the loopback until Ctrl-C, with a page to upload and watch at the address that is printed.

    `marquee ingest` and the AWS CLI can use the stack meanwhile.

    Example: marquee local serve --stack dev
    """
    from marquee.cli._serve import local_serve  # noqa: PLC0415

    local_serve(stack, port=port, country=country, as_json=as_json)


@app.command()
def fail(region: Region, stack: Stack = "dev", as_json: Json = False) -> None:
    """Take a region of the served stack down: whatever asks it gets 503, until `heal`.

    Health checks then fail, DNS passes the region over, and the edge fetches from the next one. Nobody deploys or edits a record.

    Example: marquee local fail eu-west-1 --stack prod
    """
    from marquee.cli._outage import change  # noqa: PLC0415

    change(stack, region, down=True, as_json=as_json)


@app.command()
def heal(region: Region, stack: Stack = "dev", as_json: Json = False) -> None:
    """Bring a region back that `fail` took down.

    Example: marquee local heal eu-west-1 --stack prod
    """
    from marquee.cli._outage import change  # noqa: PLC0415

    change(stack, region, down=False, as_json=as_json)

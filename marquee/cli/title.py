"""`marquee title`: what the catalogue holds."""

from typing import Annotated

import typer

from marquee.cli._output import Json, Stack, console, print_json
from marquee.cli.ingest import Profile, Region
from marquee.domain import titles
from marquee.errors import MarqueeError

app = typer.Typer(no_args_is_help=True, help="Titles in the catalogue, of the running emulator or of an account (--profile).")


@app.command("list")
def list_titles(
    status: Annotated[titles.Status | None, typer.Option(help="Only titles of this status.")] = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """List titles, the latest first.

    Example: marquee title list --status quarantined
    """
    from marquee.cli._target import target_for  # noqa: PLC0415 --help should not wait for the SDK
    from marquee.cli._titles import titles_table  # noqa: PLC0415
    from marquee.ingest import Catalogue  # noqa: PLC0415

    with target_for(stack, region=region, profile=profile, start=False) as target:
        items = sorted(Catalogue(target).titles(status), key=lambda item: item["updatedAt"], reverse=True)
    if as_json:
        print_json(items)
    elif items:
        console.print(titles_table(items))
    else:
        console.print("No titles.")


@app.command()
def show(
    title: Annotated[str, typer.Argument(help="The title's id.", show_default=False)],
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Show a title, and what became of each upload of it. Exit code 1 if there is no such title.

    Example: marquee title show my-film
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.cli._titles import title_table, uploads_table  # noqa: PLC0415
    from marquee.ingest import Catalogue  # noqa: PLC0415

    with target_for(stack, region=region, profile=profile, start=False) as target:
        catalogue = Catalogue(target)
        item, uploads = catalogue.title(title), catalogue.uploads(title)
    if item is None:
        raise MarqueeError(f"there is no title {title}", fix="`marquee title list` shows those that there are")
    if as_json:
        print_json({**item, "uploads": uploads})
        return
    console.print(title_table(item))
    console.print(uploads_table(uploads))

"""`marquee title`: what the catalogue holds."""

from typing import Annotated

import typer

from marquee.cli._output import Json, Stack, console, print_json
from marquee.cli.ingest import Profile, Region
from marquee.domain import titles
from marquee.errors import MarqueeError

app = typer.Typer(
    no_args_is_help=True,
    help="""Titles in the catalogue, of the running emulator (`marquee local serve`) or of an account (--profile).

    A title is `ingested` while its first upload is being encoded, `published` when it plays, `quarantined` if no upload of it was sound
    or somebody looks into it, `taken_down` once it was withdrawn. `quarantine` and `takedown` end playback; `restore` takes both back.""",
)

Reason = Annotated[str, typer.Option("--reason", help="One sentence for the record and for who asks later.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first; needed where nobody can be asked.")]
TitleId = Annotated[str, typer.Argument(help="The title's id.", show_default=False)]


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
    """Show a title, its renditions, and what became of each upload of it. Exit code 1 if there is no such title.

    Example: marquee title show my-film
    """
    from marquee.cli import _titles as shown  # noqa: PLC0415
    from marquee.cli._project import settings_of  # noqa: PLC0415
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.ingest import Catalogue  # noqa: PLC0415

    with target_for(stack, region=region, profile=profile, start=False) as target:
        catalogue = Catalogue(target)
        item, uploads = catalogue.title(title), catalogue.uploads(title)
    if item is None:
        raise MarqueeError(f"there is no title {title}", fix="`marquee title list` shows those that there are")
    if as_json:
        print_json({**item, "uploads": uploads})
        return
    console.print(shown.title_table(item))
    if item.get("playback"):
        console.print(shown.renditions_table(item["playback"], {}))
        for kind, address in shown.addresses(item["playback"], settings_of(stack).identity.domain).items():
            console.print(f"[bold]{kind}[/] {address}", soft_wrap=True, highlight=False)
    console.print(shown.uploads_table(uploads))


@app.command()
def quarantine(  # noqa: PLR0917 Typer makes an option of each
    title: TitleId,
    reason: Reason,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a title off the air until somebody has looked. Nothing is deleted; `marquee title restore` puts it back.

    From then on nobody gets a new session or licence, and the caches forget it. Exit code 1 if there is no such title.

    Example: marquee title quarantine my-film --reason "the sound of the second act is missing"
    """
    from marquee.cli._withdrawal import withdrawn  # noqa: PLC0415

    withdrawn("quarantine", title, reason, where=(stack, region, profile), yes=yes, as_json=as_json)


@app.command()
def takedown(  # noqa: PLR0917
    title: TitleId,
    reason: Reason,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete its renditions too, in every region: it cannot be restored then.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a title off the air for good, as far as one knows: rights that ended, a court's order.

    Later uploads of it are refused before `marquee title restore`. The master stays. Exit code 1 if there is
    no such title.

    Example: marquee title takedown my-film --reason "rights ended on 30 June" --remove
    """
    from marquee.cli._withdrawal import withdrawn  # noqa: PLC0415

    withdrawn("takedown", title, reason, where=(stack, region, profile), yes=yes, as_json=as_json, remove=remove)


@app.command()
def restore(title: TitleId, stack: Stack = "dev", region: Region = None, profile: Profile = None, as_json: Json = False) -> None:
    """Put a title back on the air that was quarantined or taken down. Exit code 1 if there is nothing to put back.

    Example: marquee title restore my-film
    """
    from marquee.cli._withdrawal import withdrawn  # noqa: PLC0415

    withdrawn("restore", title, "", where=(stack, region, profile), yes=True, as_json=as_json)

"""`marquee entitlement`: who may watch what."""

import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from marquee.cli._output import Json, Stack, console, print_json
from marquee.cli.ingest import Profile, Region
from marquee.domain import entitlements, titles
from marquee.domain.tokens import Quality
from marquee.errors import MarqueeError

app = typer.Typer(
    no_args_is_help=True,
    help="""Who may watch what, on the running emulator (`marquee local serve`) or an account (--profile).

    A user is known by the `sub` of their sign-in; `--viewer NAME` stands for the emulator's viewer NAME, as `marquee playback token` makes
    them. The table holds pseudonyms only.""",
)

User = Annotated[str | None, typer.Option("--user", "-u", help="The user's id: `sub` of their JWT.", show_default=False)]
Viewer = Annotated[str | None, typer.Option("--viewer", help="A viewer of the emulator, made if there is none.", show_default=False)]
Content = Annotated[str, typer.Argument(help="A title's or channel's id; `*` for everything.")]


@app.command()
def grant(  # noqa: PLR0917 Typer makes an option of each
    content: Content = entitlements.EVERYTHING,
    user: User = None,
    viewer: Viewer = None,
    quality: Annotated[Quality, typer.Option(help="The best quality that the right is for.")] = "UHD",
    days: Annotated[float | None, typer.Option(min=0.001, help="Days that the right lasts; without an end if not given.")] = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Let a user watch a title, a channel, or everything.

    Example: marquee entitlement grant my-film --viewer demo --quality HD
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.cli._viewing import user_of  # noqa: PLC0415 --help should not wait for the SDK
    from marquee.viewing import Entitlements  # noqa: PLC0415

    _check(content)
    expires = None if days is None else int(time.time() + days * 24 * 60 * 60)
    with target_for(stack, region=region, profile=profile, start=False) as target:
        made = Entitlements(target).grant(user_of(target, user, viewer, profile), content, quality, expires=expires)
    if as_json:
        print_json(asdict(made))
    else:
        console.print(f"{made.user} may watch {content} in up to {quality}{_until(expires)}.", markup=False)


@app.command()
def revoke(  # noqa: PLR0917 Typer makes an option of each
    content: Content = entitlements.EVERYTHING,
    user: User = None,
    viewer: Viewer = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Take a right back. Licences end at once; `marquee playback revoke --user` ends what plays. Exit code 1 if there was no such right.

    Example: marquee entitlement revoke my-film --viewer demo
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.cli._viewing import user_of  # noqa: PLC0415
    from marquee.viewing import Entitlements  # noqa: PLC0415

    _check(content)
    with target_for(stack, region=region, profile=profile, start=False) as target:
        known = user_of(target, user, viewer, profile)
        if not Entitlements(target).revoke(known, content):
            raise MarqueeError(f"{known} had no right to {content}", fix="`marquee entitlement list` shows what they have")
    if as_json:
        print_json({"user": known, "content": content, "revoked": True})
    else:
        console.print(f"{known} may no longer watch {content}.", markup=False)


@app.command("list")
def list_entitlements(  # noqa: PLR0917 Typer makes an option of each
    user: User = None,
    viewer: Viewer = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """List the rights of a user, or of all, which reads the whole table.

    Example: marquee entitlement list --viewer demo
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.cli._viewing import user_of  # noqa: PLC0415
    from marquee.viewing import Entitlements  # noqa: PLC0415

    with target_for(stack, region=region, profile=profile, start=False) as target:
        known = user_of(target, user, viewer, profile) if user or viewer else None
        found = sorted(Entitlements(target).of(known), key=lambda each: (each.user, each.content))
    if as_json:
        print_json([asdict(each) for each in found])
        return
    table = Table("user (pseudonym)", "content", "quality", "until")
    for each in found:
        table.add_row(each.user, each.content, each.quality, _until(each.expires).removeprefix(" until ") or "no end")
    console.print(table if found else "No rights.")


def _check(content: str) -> None:
    if content != entitlements.EVERYTHING and not titles.is_title_id(content):
        raise MarqueeError(f"{content} is no title's or channel's id", fix="lower-case letters, digits and hyphens, or '*'", exit_code=2)


def _until(expires: int | None) -> str:
    return "" if expires is None else time.strftime(" until %Y-%m-%d %H:%M UTC", time.gmtime(expires))

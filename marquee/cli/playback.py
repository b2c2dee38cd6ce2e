"""`marquee playback`: sessions of viewers, and the keys that they are signed with."""

import time
from typing import Annotated

import typer

from marquee.cli._output import Json, Stack, console, print_json
from marquee.cli.ingest import Profile, Region
from marquee.domain.names import Secret
from marquee.domain.revocations import Kind
from marquee.domain.tokens import Quality
from marquee.errors import MarqueeError

app = typer.Typer(
    no_args_is_help=True,
    help="""Sessions of viewers, on the running emulator (`marquee local serve`) or an account (--profile). docs/playback.md says how
    playback is authorised, and how fast a revocation arrives.""",
)

Many = list[str] | None


@app.command()
def revoke(  # noqa: PLR0917 Typer makes an option of each
    session: Annotated[Many, typer.Option(help="A session's id; it is over for good.", show_default=False)] = None,
    user: Annotated[Many, typer.Option(help="A user's id (`sub`): ends what plays now.", show_default=False)] = None,
    title: Annotated[Many, typer.Option(help="A title's or channel's id: ends what plays now.", show_default=False)] = None,
    device: Annotated[Many, typer.Option(help="A device's id: ends what plays now.", show_default=False)] = None,
    stack: Stack = "dev",
    region: Region = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """End playback at every edge, within seconds. Each option may be given several times.

    A user, title or device may start anew right away, if entitlement and catalogue allow it: take those back first
    (`marquee entitlement revoke`, `marquee title takedown`).

    Example: marquee playback revoke --title my-film
    """
    from marquee.cli._target import target_for  # noqa: PLC0415 --help should not wait for the SDK
    from marquee.viewing import Subject, revoke  # noqa: PLC0415

    given: dict[Kind, Many] = {"session": session, "user": user, "title": title, "device": device}
    subjects = [Subject(kind, each) for kind, listed in given.items() for each in listed or ()]
    if not subjects:
        raise MarqueeError("nothing to revoke", fix="add --session, --user, --title or --device", exit_code=2)
    with target_for(stack, region=region, profile=profile, start=False) as target:
        made = revoke(target, subjects)
    if as_json:
        print_json(made)
        return
    for one in made:
        until = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(one["until"]))
        console.print(f"revoked: {one['kind']} {one['subject']} (the entry is kept until {until})", markup=False, highlight=False)


@app.command()
def rotate(
    secret: Annotated[Secret, typer.Argument(help="`token-keys` for tokens in paths, `cookie-keys` for signed cookies.")] = "token-keys",  # noqa: S107 a name
    stack: Stack = "dev",
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Replace a signing key now. What plays goes on: the key before stays trusted until the next rotation, so do not rotate twice in a row.

    Example: marquee playback rotate token-keys
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.viewing import rotate  # noqa: PLC0415

    with target_for(stack, region=None, profile=profile, start=False) as target:
        version = rotate(target, secret)
    if as_json:
        print_json({"secret": target.names.secret(secret), "version": version})
    else:
        console.print(f"{target.names.secret(secret)} is being rotated (version {version}).", highlight=False)


@app.command()
def token(  # noqa: PLR0917 Typer makes an option of each
    title: Annotated[str, typer.Argument(help="A title's or channel's id.", show_default=False)],
    viewer: Annotated[str, typer.Option(help="Name of the viewer, made and signed in if need be.")] = "demo",
    quality: Annotated[Quality | None, typer.Option(help="At most this; the entitlement is the ceiling.", show_default=False)] = None,
    live: Annotated[bool, typer.Option("--live", help="The title is a live channel.")] = False,
    stack: Stack = "dev",
    region: Region = None,
    as_json: Json = False,
) -> None:
    """Start a session on the emulator, and print what a player gets, with lines for curl.

    Example: marquee playback token my-film --viewer demo
    """
    from marquee.cli._target import target_for  # noqa: PLC0415
    from marquee.cli._viewing import post  # noqa: PLC0415
    from marquee.viewing import sign_in, start  # noqa: PLC0415

    with target_for(stack, region=None, profile=None, start=False) as target:
        signed_in = sign_in(target, viewer)
    with target_for(stack, region=region, profile=None, start=False) as there:
        answer, cookies = start(
            there, signed_in, title, post=lambda url, headers, body: post(there, url, headers, body), quality=quality, live=live
        )
    pairs = "; ".join(cookie.partition(";")[0] for cookie in cookies)
    if as_json:
        print_json({"user": signed_in.user, "jwt": signed_in.token, "cookies": pairs, **answer})
        return
    bearer = f"-H 'Authorization: Bearer {answer['licence']['token']}'"
    asked = """-H 'Content-Type: application/json' -d '{"kids": ["KEY-ID"]}'"""
    curl = [
        f"curl -H 'Cookie: {pairs}' '{answer['manifests']['hls']}'",
        f"curl {bearer} {asked} '{answer['licence']['clearkey']}'",
        f"curl -X DELETE {bearer} '{_session_url(answer)}'",
    ]
    console.print(f"session {answer['session']} of {viewer} ({signed_in.user}), {answer['quality']}", highlight=False, soft_wrap=True)
    for line in curl:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _session_url(answer: dict[str, object]) -> str:
    """The API's address is where its beacon is."""
    return str(answer["beacon"]).removesuffix("beacon") + f"sessions/{answer['session']}"

"""What `marquee title quarantine|takedown|restore` do."""

import sys

import typer

from marquee.cli._output import console, print_json
from marquee.cli._target import target_for
from marquee.domain.takedown import Action, Request
from marquee.errors import MarqueeError
from marquee.ingest import withdraw

Where = tuple[str, str | None, str | None]
"""Stack, region, profile."""


def withdrawn(action: Action, title: str, reason: str, *, where: Where, yes: bool, as_json: bool, remove: bool = False) -> None:
    """Ask, do it, say what came of it. MarqueeError: bad arguments or no consent (exit 2), no such title (exit 1)."""
    try:
        request = Request(title_id=title, action=action, reason=reason, remove=remove)
    except ValueError as error:
        raise MarqueeError(str(error), exit_code=2) from None
    stack, region, profile = where
    with target_for(stack, region=region, profile=profile, start=False) as target:
        if not yes:
            _ask(request, f"the account {target.names.account}" if profile else "the emulator")
        answer = withdraw(target, request)
    if answer["outcome"] == "unknown_title":
        raise MarqueeError(f"there is no title {title}", fix="`marquee title list` shows those that there are")
    if answer["outcome"] == "nothing_published":
        raise MarqueeError(f"no version of {title} was ever published, so there is nothing to put back on the air")
    if as_json:
        print_json(answer)
        return
    already = " already" if answer["outcome"] == "unchanged" else ""
    removed = f"; {answer['removed']} files are deleted" if answer["removed"] else ""
    console.print(f"{title} is {str(answer['status']).replace('_', ' ')}{already}{removed}.")


def _ask(request: Request, where: str) -> None:
    """MarqueeError where there is nobody to ask, or if the answer is no."""
    if not sys.stdin.isatty():
        raise MarqueeError(f"a {request.action} ends playback, and there is nobody here to confirm it", fix="add --yes", exit_code=2)
    loss = ", and delete its renditions, which cannot be undone" if request.remove else ""
    if not typer.confirm(f"End playback of {request.title_id} in {where}{loss}?", err=True):
        raise MarqueeError("nothing was changed", exit_code=2)

"""Which AWS a data command talks to."""

from collections.abc import Generator
from contextlib import contextmanager

from marquee.cli._output import notes
from marquee.cli._project import project_dir, settings_of
from marquee.errors import MarqueeError
from marquee.ingest import Target


@contextmanager
def target_for(stack: str, *, region: str | None, profile: str | None, start: bool) -> Generator[Target]:
    """The account behind `profile`; else the emulator that `marquee local serve` runs; else, with `start`, one for this command alone.

    MarqueeError (exit 2) if there is none of them.
    """
    settings = settings_of(stack)
    if profile is not None:
        yield Target.of_account(settings, profile=profile, region=region)
        return
    if running := Target.remembered_in(project_dir(), settings, region):
        yield running
        return
    if not start:
        raise MarqueeError(
            f"no emulator runs the stack {stack}",
            fix=f"run `marquee local serve --stack {stack}`, or name an account's --profile",
            exit_code=2,
        )
    from marquee.cli._local import deployed  # noqa: PLC0415 takes a second, and only this way needs it

    notes.print(f"No emulator runs: starting one with the stack {stack} for this command. `marquee local serve` keeps one.")
    with deployed(stack) as (emulator, _):
        yield Target.of_emulator(emulator, settings, region)

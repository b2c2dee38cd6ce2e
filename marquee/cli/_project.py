"""Where the project is, and its settings, as the commands need them."""

from pathlib import Path

from marquee.errors import MarqueeError
from marquee.settings import Settings


def project_dir() -> Path:
    """The nearest folder, from here upwards, that holds this program's Pulumi.yaml. MarqueeError (exit 2) outside of one."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "components").is_dir():
            return folder
    raise MarqueeError(
        f"{Path.cwd()} is not inside a Marquee project: no Pulumi.yaml beside components/",
        fix="change to your clone of the project",
        exit_code=2,
    )


def settings_of(stack: str) -> Settings:
    """The checked settings of a stack; SettingsError with every problem in them."""
    from marquee.settings.stack_file import path_of, read  # noqa: PLC0415  pydantic takes a while, and --help should not

    return read(path_of(stack, project_dir()), stack).settings()

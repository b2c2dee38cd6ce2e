"""The `marquee` command: a file a group of commands, errors caught once."""

import sys

from marquee.errors import MarqueeError


def main() -> None:
    """Run the command line. A MarqueeError is printed with its fix and ends with its exit code, without a traceback."""
    try:
        from marquee.cli._app import app  # noqa: PLC0415 takes a second on a busy machine, and Ctrl-C may come in it

        app()
    except MarqueeError as error:
        from marquee.cli._output import print_error  # noqa: PLC0415

        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


__all__ = ["main"]

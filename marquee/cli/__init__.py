"""The `marquee` command: a file a group of commands, errors caught once."""

import sys

from marquee.cli._app import app
from marquee.cli._output import print_error
from marquee.errors import MarqueeError


def main() -> None:
    """Run the command line. A MarqueeError is printed with its fix and ends with its exit code, without a traceback."""
    try:
        app()
    except MarqueeError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


__all__ = ["main"]

"""The one root of errors that a user may see. The command line catches it once and prints it without a traceback."""


class MarqueeError(Exception):
    """Says what is wrong, what follows from it, and what to do.

    `exit_code`: 1 a failure, 2 bad input or settings, 3 a mandatory policy violation.
    """

    exit_code: int = 1

    def __init__(self, what: str, *, fix: str = "", exit_code: int | None = None):
        super().__init__(what)
        self.what = what
        self.fix = fix
        if exit_code is not None:
            self.exit_code = exit_code

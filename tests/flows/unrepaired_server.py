"""The emulator's process without the repairs of MiniStack, to see which of them are still needed."""

from marquee.emulator import server
from marquee.emulator.services import repairs


def _install_nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    repairs.install = _install_nothing
    server.main()

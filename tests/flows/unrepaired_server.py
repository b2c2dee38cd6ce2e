"""The emulator's process without the repairs of MiniStack, to see which of them are still needed."""

from marquee.emulator import server
from marquee.emulator.recorder import Recorder
from marquee.emulator.services import repairs
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.own import OwnServices


def _install_nothing(recorder: Recorder, *_: object) -> OwnServices:
    return OwnServices(Enforcement(recorder), {})


if __name__ == "__main__":
    repairs.install = _install_nothing
    server.main()

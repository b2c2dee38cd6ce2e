"""The name server's sockets: one number for UDP and TCP, whatever else this machine listens on."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (dnslib has no types)

import socket
from typing import Any

import pytest
from dnslib import DNSRecord
from dnslib.server import DNSServer

from marquee.emulator.dns import server
from marquee.emulator.dns.resolver import Answer, Viewer

ADDRESS = "198.51.100.7"
VIEWER = Viewer(region="eu-west-1")


def served() -> server.NameServer:
    def resolve(name: str, kind: str, viewer: Viewer) -> Answer | None:
        del viewer
        return Answer(target=ADDRESS, values=(ADDRESS,)) if (name, kind) == ("api.example.org.", "A") else None

    return server.NameServer(resolve, VIEWER, {})


@pytest.mark.parametrize("tcp", [False, True])
def test_it_answers_over_both(tcp: bool) -> None:
    with served() as names:
        answer = DNSRecord.parse(DNSRecord.question("api.example.org").send("127.0.0.1", names.port, tcp=tcp, timeout=5))
    assert [str(record.rdata) for record in answer.rr] == [ADDRESS]


def test_a_number_that_another_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ports = iter([number])  # what the kernel gives UDP first

        def make(resolver: Any, *, port: int, **more: Any) -> DNSServer:
            return DNSServer(resolver, port=port or next(ports, 0), **more)

        monkeypatch.setattr(server, "DNSServer", make)
        with served() as names:
            assert names.port != number
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as released:
            released.bind(("127.0.0.1", number))


def test_no_free_number_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(resolver: Any, *, tcp: bool = False, **more: Any) -> DNSServer:
        if tcp:
            raise OSError("Address already in use")
        return DNSServer(resolver, tcp=tcp, **more)

    monkeypatch.setattr(server, "DNSServer", make)
    with pytest.raises(OSError, match="free for both UDP and TCP"):
        served()

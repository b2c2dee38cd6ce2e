"""The name server on the loopback: `dig @127.0.0.1 -p PORT api.<domain>`."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (dnslib has no types)

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from dnslib import CNAME, QTYPE, RR, TXT, A
from dnslib.server import BaseResolver, DNSServer

from marquee.emulator.dns.resolver import Answer, Viewer

_ATTEMPTS = 20
_TTL = 5  # seconds, so that a failover is seen soon


class NameServer:
    """Answers over UDP and TCP, inside `with`. Viewers tell where they are by EDNS client subnet on AWS, here by the server's own place."""

    def __init__(self, resolve: Callable[[str, str, Viewer], Answer | None], viewer: Viewer, addresses: Mapping[str, str]):
        """`addresses`: region → the loopback address that stands for it in answers; nothing listens there."""
        self._udp, self._tcp = _one_port(_Resolver(resolve, viewer, addresses))
        self.port: int = self._udp.server.server_address[1]

    def __enter__(self) -> "NameServer":
        for server in (self._udp, self._tcp):
            server.start_thread()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._udp, self._tcp):
            server.stop()
            server.server.server_close()


def _one_port(resolver: BaseResolver) -> tuple[DNSServer, DNSServer]:
    """UDP and TCP on one number. What is free for UDP may be taken for TCP, by any connection of this machine: then another is tried."""
    for _ in range(_ATTEMPTS):
        udp = DNSServer(resolver, address="127.0.0.1", port=0, logger=_Silent())
        with suppress(OSError):
            return udp, DNSServer(resolver, address="127.0.0.1", port=udp.server.server_address[1], tcp=True, logger=_Silent())
        udp.server.server_close()
    raise OSError(f"no port of 127.0.0.1 was free for both UDP and TCP in {_ATTEMPTS} attempts")


class _Resolver(BaseResolver):
    def __init__(self, resolve: Callable[[str, str, Viewer], Answer | None], viewer: Viewer, addresses: Mapping[str, str]):
        self._resolve, self._viewer, self._addresses = resolve, viewer, addresses

    def resolve(self, request: Any, handler: Any) -> Any:
        """One answer. TXT of any name tells how an A answer is chosen."""
        del handler
        reply, name = request.reply(), str(request.q.qname)
        kind = QTYPE[request.q.qtype]
        if kind == "TXT" and (answer := self._resolve(name, "A", self._viewer)) is not None:
            text = f"{' > '.join(answer.path) or 'simple'}: {answer.target}"
            reply.add_answer(RR(name, QTYPE.TXT, rdata=TXT(text[:255]), ttl=_TTL))
        elif (answer := self._resolve(name, kind, self._viewer)) is None:
            reply.header.rcode = 3  # NXDOMAIN
        elif answer.values:
            for value in answer.values:
                reply.add_answer(*RR.fromZone(f"{name} {answer.ttl} {kind} {value}"))
        else:
            reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(answer.target), ttl=_TTL))
            if kind == "A":
                reply.add_answer(RR(answer.target, QTYPE.A, rdata=A(self._address(answer.target)), ttl=_TTL))
        return reply

    def _address(self, target: str) -> str:
        return next((address for region, address in self._addresses.items() if f".{region}." in target), "127.0.0.1")


class _Silent:
    """dnslib's logger prints each question."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None

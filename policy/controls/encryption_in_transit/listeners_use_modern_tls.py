"""T5: listeners demand TLS 1.2 at least."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.listeners import TLS, TRANSPORT, protocol, redirects_to_https
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import LISTENER

_MODERN: Final = ("ELBSecurityPolicy-FS-1-2", "ELBSecurityPolicy-TLS-1-2", "ELBSecurityPolicy-TLS13")


def _set_policy(listener: Resource) -> Iterator[Edit]:
    if protocol(listener) in TLS and not listener.at("sslPolicy").text().startswith(_MODERN):
        yield Edit(("sslPolicy",), "ELBSecurityPolicy-TLS13-1-2-Res-2021-06")


@resource_control(
    id="T5",
    title="Load balancers demand TLS 1.2",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_103",),
    types=LISTENER,
    why="Unless told otherwise a listener takes TLS 1.0 and ciphers without forward secrecy.",
    fix="set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06.",
    remediate=_set_policy,
)
def listeners_use_modern_tls(listener: Resource) -> Findings:
    """A listener without TLS has none of version 1.2 either, unless it sends its callers to one that has."""
    spoken = protocol(listener)
    if spoken in TLS:
        if not listener.at("sslPolicy").text().startswith(_MODERN):
            yield listener.at("sslPolicy").fail("Callers may use TLS older than 1.2")
    elif spoken not in TRANSPORT and not redirects_to_https(listener):
        yield listener.at("protocol").fail("The listener uses no TLS at all")

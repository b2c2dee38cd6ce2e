"""T5.2: the TLS 1.3 policies that still take TLS 1.0 or 1.1 are not used."""

from typing import Final

from guard.control import Severity, resource_control
from guard.listeners import TLS, protocol
from guard.node import Findings, NotApplicable
from guard.resource import Resource
from guard.tokens import LISTENER

_OLD: Final = ("ELBSecurityPolicy-TLS13-1-0", "ELBSecurityPolicy-TLS13-1-1")


@resource_control(
    id="T5.2",
    title="No TLS 1.3 policy lets TLS 1.0 or 1.1 in",
    severity=Severity.MEDIUM,
    types=LISTENER,
    why="ELBSecurityPolicy-TLS13-1-0 and -1-1 sound modern, but their last two digits are the oldest version they take.",
    fix="set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06.",
)
def listeners_refuse_old_tls(listener: Resource) -> Findings:
    """Policies older than these are T5's."""
    if protocol(listener) not in TLS:
        raise NotApplicable("the listener uses no TLS")
    if listener.at("sslPolicy").text().startswith(_OLD):
        yield listener.at("sslPolicy").fail("The policy still takes TLS 1.0 or 1.1")

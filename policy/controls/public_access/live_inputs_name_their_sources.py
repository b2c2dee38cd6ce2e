"""P10: live inputs take pictures from known senders."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})


@resource_control(
    id="P10",
    title="Live inputs name their senders",
    severity=Severity.HIGH,
    types=("aws:medialive/inputSecurityGroup:InputSecurityGroup",),
    why="Whoever sends first to an open RTMP or RTP input is on air.",
    fix="list the contributors' addresses in whitelistRules, or use MediaConnect.",
)
def live_inputs_name_their_sources(group: Resource) -> Findings:
    """One finding for each rule that lets everybody in."""
    return check_each(group.each("whitelistRules", "cidr"), _check)


def _check(cidr: Node) -> Findings:
    if cidr.text() in _ANYWHERE:
        yield cidr.fail("Anybody may send to the input")

"""T1: viewers reach CloudFront by HTTPS alone."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.edge import behaviours
from guard.node import Findings, Node, check_each
from guard.resource import Resource
from guard.tokens import DISTRIBUTION

_POLICIES: Final = ("https-only", "redirect-to-https")


def _redirect(distribution: Resource) -> Iterator[Edit]:
    places: list[tuple[str | int, ...]] = [] if distribution.at("defaultCacheBehavior").is_absent else [("defaultCacheBehavior",)]
    places += [("orderedCacheBehaviors", index) for index, _ in enumerate(distribution.each("orderedCacheBehaviors"))]
    for place, behaviour in zip(places, behaviours(distribution), strict=False):
        policy = behaviour.at("viewerProtocolPolicy")
        if not policy.is_unreadable and policy.value not in _POLICIES:
            yield Edit((*place, "viewerProtocolPolicy"), "redirect-to-https")


@resource_control(
    id="T1",
    title="Viewers reach distributions by HTTPS",
    severity=Severity.HIGH,
    fsbp=("CloudFront.3",),
    checkov=("CKV_AWS_34",),
    types=DISTRIBUTION,
    why="Over plain HTTP anybody on the way reads and alters what viewers get, cookies and playback tokens among it.",
    fix="set viewerProtocolPolicy to redirect-to-https or https-only in every cache behaviour.",
    remediate=_redirect,
)
def viewers_use_https(distribution: Resource) -> Findings:
    """One finding for each behaviour that lets plain HTTP in."""
    return check_each(behaviours(distribution), _check_behaviour)


def _check_behaviour(behaviour: Node) -> Findings:
    if behaviour.at("viewerProtocolPolicy").text() not in _POLICIES:
        yield behaviour.at("viewerProtocolPolicy").fail("The behaviour answers plain HTTP")

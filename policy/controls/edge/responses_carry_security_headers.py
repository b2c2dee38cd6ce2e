"""W2: a distribution adds security headers to its answers."""

from guard.control import Severity, resource_control
from guard.edge import behaviours
from guard.node import Findings, some
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="W2",
    title="Distributions have a response headers policy",
    severity=Severity.LOW,
    checkov=("CKV2_AWS_32",),
    types=DISTRIBUTION,
    why="Without its headers browsers allow framing, guess content types, and try plain HTTP first.",
    fix="set responseHeadersPolicyId in the cache behaviours.",
)
def responses_carry_security_headers(distribution: Resource) -> Findings:
    """One behaviour will do here; W2.2 asks for all of them."""
    if not some(behaviours(distribution), lambda behaviour: behaviour.at("responseHeadersPolicyId").present()):
        yield distribution.at("defaultCacheBehavior", "responseHeadersPolicyId").fail("No response headers policy is attached")

"""W2.3: browsers are told to stay with HTTPS."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="W2.3",
    title="Browsers are told to stay with HTTPS (HSTS)",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_259",),
    types=("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",),
    why="The first request of a visit goes out in plain HTTP otherwise, and whoever sits on the way answers it.",
    fix="set securityHeadersConfig.strictTransportSecurity: a year at least, includeSubdomains, preload and override true.",
)
def browsers_stay_with_https(policy: Resource) -> Findings:
    """One finding for each part that is missing."""
    header = policy.at("securityHeadersConfig", "strictTransportSecurity")
    if not header.present():
        yield header.fail("Strict-Transport-Security is not sent")
        return
    yield from check_each([header.at("accessControlMaxAgeSec")], _check_age)
    yield from check_each((header.at(flag) for flag in ("includeSubdomains", "preload", "override")), _check_flag)


def _check_age(seconds: Node) -> Findings:
    if (seconds.number(0) or 0) < 31_536_000:  # a year, what the preload lists ask for
        yield seconds.fail("Browsers forget it in less than a year")


def _check_flag(flag: Node) -> Findings:
    if not flag.flag():
        yield flag.fail("A part of the header is missing")

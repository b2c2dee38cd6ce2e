"""T11: custom domains of APIs demand TLS 1.2."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node
from guard.resource import Resource
from guard.tokens import API_DOMAIN

_MODERN: Final = ("SecurityPolicy_TLS12_", "SecurityPolicy_TLS13_1_2", "SecurityPolicy_TLS13_1_3", "SecurityPolicy_TLS13_2025")
"""Starts of the names of API Gateway's newer policies; `SecurityPolicy_TLS13_1_0…` lets TLS 1.0 in."""


def _policy(domain: Resource) -> Node:
    return domain.at("domainNameConfiguration", "securityPolicy") if "apigatewayv2" in domain.type else domain.at("securityPolicy")


def _is_modern(policy: str) -> bool:
    return policy == "TLS_1_2" or policy.startswith(_MODERN)


def _set_policy(domain: Resource) -> Iterator[Edit]:
    if not _is_modern(_policy(domain).text()):
        v2 = "apigatewayv2" in domain.type
        yield Edit(("domainNameConfiguration", "securityPolicy") if v2 else ("securityPolicy",), "TLS_1_2")


@resource_control(
    id="T11",
    title="Custom domains of APIs demand TLS 1.2",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_206",),
    types=API_DOMAIN,
    why="TLS 1.0, the default of edge-optimised domains, has known weaknesses.",
    fix="set securityPolicy to TLS_1_2.",
    remediate=_set_policy,
)
def api_domain_uses_modern_tls(domain: Resource) -> Findings:
    """REST APIs' domains and HTTP APIs' alike."""
    if not _is_modern(_policy(domain).text()):
        yield _policy(domain).fail("Callers may use TLS older than 1.2")

"""T9: the nodes of a search domain encrypt what they send each other."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="T9",
    title="Search nodes encrypt between them",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.3", "ES.3"),
    checkov=("CKV_AWS_6",),
    types=SEARCH_DOMAIN,
    why="Nodes copy whole indices to each other.",
    fix="set nodeToNodeEncryption.enabled to true.",
)
def search_nodes_encrypt_between_them(domain: Resource) -> Findings:
    """A domain of one node sends nothing to others; T9.2 asks for the flag even so."""
    if (domain.at("clusterConfig", "instanceCount").number(1) or 1) <= 1:
        raise NotApplicable("a single node")
    if not domain.at("nodeToNodeEncryption", "enabled").flag():
        yield domain.at("nodeToNodeEncryption", "enabled").fail("Nodes send each other plain data")

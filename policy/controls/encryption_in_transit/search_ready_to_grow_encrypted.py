"""T9.2: a search domain of one node is ready to grow."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="T9.2",
    title="Search domains of one node have node-to-node encryption on",
    severity=Severity.LOW,
    fsbp=("OpenSearch.3", "ES.3"),
    types=SEARCH_DOMAIN,
    why="The day a second node is added the two would speak in clear, and turning encryption on later needs a blue-green deployment.",
    fix="set nodeToNodeEncryption.enabled to true.",
)
def search_ready_to_grow_encrypted(domain: Resource) -> Findings:
    """Domains of several nodes are T9's."""
    if (domain.at("clusterConfig", "instanceCount").number(1) or 1) > 1:
        raise NotApplicable("several nodes")
    if not domain.at("nodeToNodeEncryption", "enabled").flag():
        yield domain.at("nodeToNodeEncryption", "enabled").fail("Node-to-node encryption is off")

"""P4.2: search domains know their users."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="P4.2",
    title="Search domains control access finely",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.7",),
    checkov=("CKV2_AWS_52",),
    types=SEARCH_DOMAIN,
    why="Without it whoever may send a request may read, write and delete every index.",
    fix="set advancedSecurityOptions.enabled to true and map roles to indices.",
)
def search_controls_access_finely(domain: Resource) -> Findings:
    """An internal database of users comes with it."""
    options = domain.at("advancedSecurityOptions")
    if not some((options.at("enabled"), options.at("internalUserDatabaseEnabled")), lambda node: node.flag()):
        yield options.at("enabled").fail("Access is not controlled by index")

"""D3: search engines are ones that AWS still supports."""

from controls.end_of_support._engines import SEARCH, search
from controls.end_of_support._registry import check_ended
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D3",
    title="Search engines are supported",
    severity=Severity.HIGH,
    types=SEARCH,
    why="Past standard support an engine gets few fixes and costs extended support by the hour.",
    fix="move engineVersion to a supported version.",
)
def search_domains_are_supported(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry; versions that it does not know pass."""
    version, product = search(resource)
    return check_ended(version, product, env)

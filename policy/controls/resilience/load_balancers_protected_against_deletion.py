"""R10: load balancers are protected against deletion."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings
from guard.places import require_kept_data
from guard.resource import Resource
from guard.tokens import LOAD_BALANCER


def _protect(_balancer: Resource, *, env: Env) -> Iterator[Edit]:
    require_kept_data(env)
    yield Edit(("enableDeletionProtection",), True)


@resource_control(
    id="R10",
    title="Load balancers are protected against deletion",
    severity=Severity.MEDIUM,
    fsbp=("ELB.6",),
    checkov=("CKV_AWS_150",),
    types=LOAD_BALANCER,
    why="A new load balancer has another address.",
    fix="set enableDeletionProtection to true.",
    remediate=_protect,
)
def load_balancers_protected_against_deletion(balancer: Resource, *, env: Env) -> Findings:
    """A stack whose data goes with it could not be destroyed."""
    require_kept_data(env)
    if not balancer.at("enableDeletionProtection").flag():
        yield balancer.at("enableDeletionProtection").fail("The load balancer can be deleted")

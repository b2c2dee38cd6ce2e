"""R11.2: bucket origins have a shield."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.places import may_be_small
from guard.resource import Resource


@resource_control(
    id="R11.2",
    title="Bucket origins have an origin shield",
    severity=Severity.LOW,
    types=("aws:cloudfront/distribution:Distribution",),
    why="Without a shield every edge region asks the bucket for itself: at a premiere that is a storm of requests on one prefix.",
    fix="set originShield with enabled true and the bucket's region.",
)
def bucket_origins_have_a_shield(distribution: Resource, *, env: Env) -> Findings:
    """Asked of origins that are buckets, in stacks that are more than a start."""
    if may_be_small(env):
        raise NotApplicable("a starter stack has no such load")
    buckets = [origin for origin in distribution.each("origins") if _is_bucket(origin)]
    if not buckets:
        raise NotApplicable("no origin is a bucket")
    yield from check_each(buckets, _check_origin)


def _is_bucket(origin: Node) -> bool:
    return any(not origin.at(mark).is_absent for mark in ("originAccessControlId", "s3OriginConfig"))


def _check_origin(origin: Node) -> Findings:
    if not origin.at("originShield", "enabled").flag():
        yield origin.at("originShield").fail("The origin has no shield")

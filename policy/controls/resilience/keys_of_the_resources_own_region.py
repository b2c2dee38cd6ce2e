"""R14.3: resources are encrypted with keys of their own region."""

from guard.control import Severity, stack_control
from guard.keys import KEY_PATHS, is_of_region
from guard.node import Findings, Node, check_each
from guard.resource import Resource, Stack


@stack_control(
    id="R14.3",
    title="Keys are of the resource's own region",
    severity=Severity.HIGH,
    types=tuple(KEY_PATHS),
    why="AWS refuses a key of another region, or worse, takes it and fails at the first write.",
    fix="name the key, or the replica key, of the resource's region.",
)
def keys_of_the_resources_own_region(resource: Resource, stack: Stack) -> Findings:
    """At preview, when ARNs are not known yet, by the keys whose outputs flow into the property."""

    def check(key: Node) -> Findings:
        if (key.is_unreadable or key.present()) and not is_of_region(key, resource.region.text(), resource, stack):
            yield key.fail("The key is of another region")

    for path in KEY_PATHS[resource.type]:
        yield from check_each(resource.each(*path), check)

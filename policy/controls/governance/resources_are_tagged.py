"""G1: every resource says whose it is."""

from collections.abc import Iterator, Mapping

from guard.control import Edit, Env, Param, Severity, resource_control
from guard.node import Findings, Node
from guard.params import strings
from guard.resource import Resource
from guard.tags import TAGGABLE, tags
from guard.values import Value, as_object


def _add(resource: Resource, *, env: Env) -> Iterator[Edit]:
    """Tags whose values are known: the parameter's, else the stack file's. All that are missing or none."""
    if not resource.at("tags").is_absent and as_object(resource.at("tags").value) is None:
        return
    given, known = tags(resource), _values(resource, env)
    missing = [name for name in env.texts("tags") if not given.has(name)]
    if all(isinstance(known.get(name), str) and known[name] for name in missing):
        yield from (Edit(("tags", name), known[name]) for name in missing)


def _values(resource: Resource, env: Env) -> Mapping[str, Value]:
    identity = as_object(env.settings.get("identity")) or {}
    urn = resource.urn.split(":")
    stack = urn[2] if len(urn) > 2 else ""
    own = {"Project": identity.get("name"), "Stack": stack, "Owner": identity.get("owner"), "CostCentre": identity.get("cost_centre")}
    return {**own, **(as_object(env.params.get("values")) or {})}


@resource_control(
    id="G1",
    title="Resources carry the required tags",
    severity=Severity.LOW,
    types=TAGGABLE,
    params=(
        strings("tags", "Tags that every resource needs.", "Project", "Stack", "Owner", "CostCentre"),
        Param(
            name="values",
            default={},
            schema={"type": "object", "description": "Tag → value that the remediation sets where the tag is missing."},
        ),
    ),
    why="A resource that nobody owns is neither patched nor deleted, and its cost is nobody's.",
    fix="set the tag in the provider's defaultTags, or on the resource.",
    remediate=_add,
)
def resources_are_tagged(resource: Resource, *, env: Env) -> Findings:
    """Default tags of the resource's provider count; one finding for each tag that is missing or empty."""
    given = tags(resource)
    for name in env.texts("tags"):
        if not given.has(name):
            yield Node(None, f"tags.{name}").fail("The tag is missing or empty")

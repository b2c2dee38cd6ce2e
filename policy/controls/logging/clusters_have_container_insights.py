"""L7.2: clusters of ECS have Container Insights."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, all_of, some
from guard.resource import Resource


def _enable(cluster: Resource) -> Iterator[Edit]:
    settings = list(cluster.each("settings"))
    if some(settings, _is_insight):
        return
    at = next((index for index, setting in enumerate(settings) if setting.at("name").text() == "containerInsights"), None)
    if at is not None:
        yield Edit(("settings", at, "value"), "enhanced")
    elif not settings:
        yield Edit(("settings",), [{"name": "containerInsights", "value": "enhanced"}])


@resource_control(
    id="L7.2",
    title="ECS clusters have Container Insights",
    severity=Severity.MEDIUM,
    fsbp=("ECS.12",),
    checkov=("CKV_AWS_65",),
    types=("aws:ecs/cluster:Cluster",),
    why="Without it nobody sees tasks restart or run out of memory.",
    fix='set the setting containerInsights to "enhanced".',
    remediate=_enable,
)
def clusters_have_container_insights(cluster: Resource) -> Findings:
    """`enabled` and `enhanced` are enough."""
    if not some(cluster.each("settings"), _is_insight):
        yield cluster.at("settings").fail("Container Insights is off")


def _is_insight(setting: Node) -> bool:
    return all_of(lambda: setting.at("name").text() == "containerInsights", lambda: setting.at("value").text() in ("enabled", "enhanced"))

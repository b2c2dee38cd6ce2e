"""N5: the instance metadata service asks for a token."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource

_UNCHANGEABLE: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"


def _demand_tokens(instance: Resource) -> Iterator[Edit]:
    if instance.type != _UNCHANGEABLE and not _is_closed(instance):
        yield Edit(("metadataOptions", "httpTokens"), "required")


@resource_control(
    id="N5",
    title="Instance metadata needs a token (IMDSv2)",
    severity=Severity.HIGH,
    fsbp=("EC2.8", "EC2.170", "AutoScaling.3"),
    cis=("5.6",),
    checkov=("CKV_AWS_79",),
    types=("aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance", _UNCHANGEABLE),
    why="With IMDSv1 one request forged through an application (SSRF) hands out the role's credentials.",
    fix="set metadataOptions.httpTokens to required.",
    remediate=_demand_tokens,
)
def instances_demand_metadata_tokens(instance: Resource) -> Findings:
    """A service that is switched off needs none."""
    if not _is_closed(instance):
        yield instance.at("metadataOptions", "httpTokens").fail("Metadata is given without a token")


def _is_closed(instance: Resource) -> bool:
    options = instance.at("metadataOptions")
    wanted = {"httpTokens": "required", "httpEndpoint": "disabled"}
    return some((options.at(name) for name in wanted), lambda node: node.text() in wanted.values())

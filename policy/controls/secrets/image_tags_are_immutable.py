"""S3: an image's tag means one image for ever."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _fix(_repository: Resource) -> Iterator[Edit]:
    yield Edit(("imageTagMutability",), "IMMUTABLE")


@resource_control(
    id="S3",
    title="Image tags are immutable",
    severity=Severity.MEDIUM,
    fsbp=("ECR.2",),
    checkov=("CKV_AWS_51",),
    types=("aws:ecr/repository:Repository",),
    why="Whoever can push moves a mutable tag to another image, and the next start of a task runs it.",
    fix="set imageTagMutability to IMMUTABLE.",
    remediate=_fix,
)
def image_tags_are_immutable(repository: Resource) -> Findings:
    """AWS's default is MUTABLE; exclusions leave the excluded tags mutable."""
    if repository.at("imageTagMutability").text("MUTABLE") != "IMMUTABLE":
        yield repository.at("imageTagMutability").fail("Tags can be moved to other images")

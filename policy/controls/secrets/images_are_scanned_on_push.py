"""S3.2: images are scanned when they are pushed."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _scan(repository: Resource) -> Iterator[Edit]:
    configuration = repository.at("imageScanningConfiguration")
    if configuration.is_absent or isinstance(configuration.value, dict):
        yield Edit(("imageScanningConfiguration", "scanOnPush"), True)


@resource_control(
    id="S3.2",
    title="Images are scanned when they are pushed",
    severity=Severity.MEDIUM,
    fsbp=("ECR.1",),
    checkov=("CKV_AWS_163",),
    types=("aws:ecr/repository:Repository",),
    why="A known hole in an image is found before it runs, not after.",
    fix="set imageScanningConfiguration.scanOnPush to true.",
    remediate=_scan,
)
def images_are_scanned_on_push(repository: Resource) -> Findings:
    """The repository's own switch, so that it holds in any account."""
    flag = repository.at("imageScanningConfiguration", "scanOnPush")
    if not flag.flag():
        yield flag.fail("Images are not scanned on push")

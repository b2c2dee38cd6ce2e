"""N10: models reach no network."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N10",
    title="SageMaker models are isolated from the network",
    severity=Severity.MEDIUM,
    fsbp=("SageMaker.5",),
    checkov=("CKV_AWS_370",),
    types=("aws:sagemaker/model:Model",),
    why="Code that came with a model or its image could carry out whatever it is asked about.",
    fix="set enableNetworkIsolation to true.",
)
def models_are_isolated(model: Resource) -> Findings:
    """SageMaker itself fetches the artefacts, so the container needs no network."""
    if not model.at("enableNetworkIsolation").flag():
        yield model.at("enableNetworkIsolation").fail("The container reaches the network")

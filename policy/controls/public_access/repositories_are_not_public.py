"""P6.3: no image repository is open to everybody."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.principals import open_to_everybody
from guard.resource import Resource


@resource_control(
    id="P6.3",
    title="Image repositories are not open to everybody",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_32",),
    types=("aws:ecr/repositoryPolicy:RepositoryPolicy",),
    why="Anybody with an AWS account could pull our images and, with the wrong action, replace them.",
    fix="name the principals, or add a condition on aws:PrincipalOrgID.",
)
def repositories_are_not_public(repository: Resource) -> Findings:
    """One finding for each `*` principal that no condition narrows."""
    return open_to_everybody(repository, "Anybody may use the repository")

"""Where the worker's image lies: each tag means one image for ever."""

import json

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.identity.statement import Statement, allow
from components.refs import Placement

_KEPT = 20  # images; a redriven encode may still want one of some weeks ago


class ImageRepository(ComponentResource):
    """A private repository. Continuous integration pushes to it; `runtime/encode/Dockerfile` says what."""

    arn: str
    url: str
    """Known before the repository exists: a preview knows which image jobs run."""

    def __init__(self, name: str, *, placement: Placement, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:ImageRepository", name, {}, opts)
        child = ResourceOptions(parent=self)
        repository_name = placement.names.repository("encode")
        repository = aws.ecr.Repository(
            name,
            name=repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": placement.keys.data}],
            force_delete=not placement.keep_data,
            opts=child,
        )
        aws.ecr.LifecyclePolicy(name, repository=repository.name, policy=_keep_the_newest(), opts=child)
        self.arn = f"arn:aws:ecr:{placement.region}:{placement.account}:repository/{repository_name}"
        self.url = f"{placement.account}.dkr.ecr.{placement.region}.amazonaws.com/{repository_name}"
        self.register_outputs({"url": repository.repository_url})

    def image(self, version: str) -> str:
        """The image of a tag, or of a digest such as `sha256:…`."""
        return f"{self.url}{'@' if version.startswith('sha256:') else ':'}{version}"

    def pull(self) -> tuple[Statement, ...]:
        """Fetch its images."""
        return (
            allow("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", on=self.arn),
            allow("ecr:GetAuthorizationToken", on="*", reason="it supports no resource; source: Service Authorization Reference, ECR"),
        )


def _keep_the_newest() -> str:
    """Source: Amazon ECR User Guide, "Lifecycle policy parameters"."""
    old = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": _KEPT}
    return json.dumps({"rules": [{"rulePriority": 1, "description": f"Keep {_KEPT}", "selection": old, "action": {"type": "expire"}}]})

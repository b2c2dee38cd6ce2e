"""Which private endpoints a region needs, derived from the services that its components call."""

from collections.abc import Iterable, Mapping
from typing import Final

from marquee.settings.network import EndpointService

BASE: Final = frozenset({"cloudwatch", "ecr", "kms", "logs", "secretsmanager", "ssm", "ssmmessages", "sts"})
"""What every workload in a VPC calls sooner or later: its credentials, keys, secrets, image, logs and metrics, and the operator's shell."""

_ENDPOINTS: Final[Mapping[str, tuple[EndpointService, ...]]] = {
    # IAM's prefix of the service → its endpoints; none if a gateway endpoint serves it or AWS offers no endpoint in the region
    "athena": ("athena",),
    "bedrock": ("bedrock-runtime",),
    "cloudfront": (),
    "cloudwatch": ("monitoring",),
    "dynamodb": (),
    "ecr": ("ecr.api", "ecr.dkr"),
    "ecs": ("ecs", "ecs-agent", "ecs-telemetry"),
    "elasticfilesystem": ("elasticfilesystem",),
    "events": ("events",),
    "execute-api": ("execute-api",),
    "firehose": ("kinesis-firehose",),
    "glue": ("glue",),
    "iam": (),
    "kinesis": ("kinesis-streams",),
    "kms": ("kms",),
    "lambda": ("lambda",),
    "logs": ("logs",),
    "mediaconvert": (),
    "rds": ("rds",),
    "redshift-data": ("redshift-data",),
    "route53": (),
    "s3": (),
    "sagemaker": ("sagemaker.api", "sagemaker.runtime"),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "ssmmessages": ("ssmmessages",),
    "states": ("states",),
    "sts": ("sts",),
    "xray": ("xray",),
}


def derived(services: Iterable[str]) -> tuple[EndpointService, ...]:
    """Interface endpoints for the services, by IAM prefix (`states`, `kms`), and for the base set; sorted, each once.

    Raises ValueError for a service that the table does not know: left out in silence, its calls would leave through NAT.
    """
    wanted = BASE | set(services)
    if unknown := sorted(wanted - set(_ENDPOINTS)):
        raise ValueError(f"no endpoint is known for {', '.join(unknown)}: add the service to components/network/services.py")
    return tuple(sorted({endpoint for service in wanted for endpoint in _ENDPOINTS[service]}))


def iam_prefix(endpoint: EndpointService) -> str:
    """The prefix of the actions that go through an endpoint: `cloudwatch` for `monitoring`."""
    return next(service for service, endpoints in _ENDPOINTS.items() if endpoint in endpoints)

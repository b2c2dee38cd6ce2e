"""Which emulator a service lives in. A service lives in one of them only, so that its state is in one place."""

from enum import Enum

from marquee.errors import MarqueeError


class Host(Enum):
    """The emulator libraries behind the port."""

    MINISTACK = "ministack"
    MOTO = "moto"
    OWN = "own"
    """Neither has it, or only its shell: `services/own.py`."""


MINISTACK = frozenset({
    "acm", "apigateway", "budgets", "cloudformation", "cloudfront", "cloudfront-keyvaluestore", "cognito-identity", "cognito-idp",
    "dynamodb", "elasticloadbalancing", "events", "execute-api", "firehose", "glue", "iam", "kinesis", "kms", "lambda", "logs",
    "monitoring", "route53", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "states", "sts", "tagging",
})  # fmt: skip
"""Signing names of the services whose events flow into each other, and of what they build on."""

MOTO = {
    "application-autoscaling": "application-autoscaling",
    "ec2": "ec2",  # MiniStack's subnets may overlap, its access lists have no ports and belong to no subnet
    "ecr": "api.ecr",
    "fis": "fis",
    "lakeformation": "lakeformation",
    "shield": "shield",
    "wafv2": "wafv2",
    "xray": "xray",
}
"""Signing name → endpoint prefix of what MiniStack lacks or only half has; moto recognises its services by host name."""


OWN = frozenset({"batch", "mediaconvert", "medialive", "mediapackage-vod", "mediapackagev2"})
"""Signing names of the services that are ours."""


def host_of(service: str) -> Host:
    """The emulator of a signing name. Raises MarqueeError for a service that none is asked to carry."""
    if service in MINISTACK:
        return Host.MINISTACK
    if service in OWN:
        return Host.OWN
    if service in MOTO:
        return Host.MOTO
    raise MarqueeError(
        f"The emulated AWS has no service that signs as {service!r}.",
        fix="Measure which emulator answers it, then add it to marquee/emulator/hosts.py.",
    )

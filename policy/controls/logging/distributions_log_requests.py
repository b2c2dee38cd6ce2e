"""L4: distributions log requests."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack

_SOURCE = ("aws:cloudwatch/logDeliverySource:LogDeliverySource",)
_DELIVERY = ("aws:cloudwatch/logDelivery:LogDelivery",)


@stack_control(
    id="L4",
    title="Distributions log requests",
    severity=Severity.MEDIUM,
    fsbp=("CloudFront.5",),
    checkov=("CKV_AWS_86",),
    types=("aws:cloudfront/distribution:Distribution",),
    why="Without it nobody can tell who asked for what, and what failed.",
    fix="set loggingConfig.bucket, or deliver ACCESS_LOGS by a LogDeliverySource and a LogDelivery.",
)
def distributions_log_requests(distribution: Resource, stack: Stack) -> Findings:
    """Standard logging of either version: the distribution's own, or CloudWatch Logs deliveries attached to it."""
    own = distribution.at("loggingConfig", "bucket")
    if own.is_absent or not own.present():
        sources = stack.attached(distribution, _SOURCE, "resourceArn", identity="arn")
        if not any(stack.attached(source, _DELIVERY, "deliverySourceName", identity="name") for source in sources):
            yield own.fail("Requests are not logged")

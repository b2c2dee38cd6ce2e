"""A small create function for each resource type: the API calls that the real provider makes, with its defaults, ids and outputs."""

import importlib

from marquee.emulator.resources.context import Aws, Connector, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import CREATES, INVOKES, READS
from marquee.emulator.resources.simulated import SIMULATED, arn_of

_MODULES = (
    "account", "acm", "api_gateway", "cloudfront", "cloudwatch", "dynamodb", "events", "firewall", "iam", "kinesis", "kms", "lambda_",
    "lb", "log_delivery", "lookups", "mediaconvert", "route53", "s3", "secrets", "sfn", "sns", "sqs", "ssm", "vpc", "waf",
)  # fmt: skip
for _module in _MODULES:  # each registers what it makes
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["CREATES", "INVOKES", "READS", "SIMULATED", "Aws", "Connector", "Inputs", "Made", "arn_of"]

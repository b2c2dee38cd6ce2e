"""A small create function for each resource type: the API calls that the real provider makes, with its defaults, ids and outputs."""

import importlib

from marquee.emulator.resources.context import Aws, Connector, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import CREATES, INVOKES, READS
from marquee.emulator.resources.simulated import SIMULATED, arn_of

_MODULES = (
    "account", "acm", "api_gateway", "batch", "cloud_control", "cloudfront", "cloudwatch", "cognito", "dynamodb", "ecr", "events",
    "firewall", "http_api", "iam", "kinesis", "kms", "lambda_", "lb", "log_delivery", "lookups", "mediaconvert", "medialive",
    "mediapackage", "route53", "s3", "scheduler", "secrets", "sfn", "shield", "sns", "sqs", "ssm", "vpc", "waf",
)  # fmt: skip
for _module in _MODULES:  # each registers what it makes
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["CREATES", "INVOKES", "READS", "SIMULATED", "Aws", "Connector", "Inputs", "Made", "arn_of"]

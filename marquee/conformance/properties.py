"""Property names: Pulumi's camelCase beside the provider's snake_case.

Pulumi's bridge makes a name camelCase and gives a list a plural, so the way back starts from the provider's own names:
each is spelt in every form that the bridge could have made of it. What the bridge renamed by hand is in `RENAMED`.
"""

import functools
import re
from collections.abc import Mapping
from typing import Final

from marquee.conformance.schema import Field, Object

RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_api_gateway_base_path_mapping": {"restApi": "api_id"},
    "aws_api_gateway_stage": {"deployment": "deployment_id", "restApi": "rest_api_id"},
    "aws_api_gateway_vpc_link": {"targetArn": "target_arns"},
    "aws_batch_compute_environment": {"name": "compute_environment_name", "namePrefix": "compute_environment_name_prefix"},
    "aws_cloudwatch_log_subscription_filter": {"logGroup": "log_group_name"},
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
    "aws_config_aggregate_authorization": {"authorizedAwsRegion": "region"},
    "aws_elastic_beanstalk_environment": {"version": "version_label"},
    "aws_glue_catalog_table": {"partitionIndices": "partition_index"},
    "aws_iot_topic_rule": {"kineses": "kinesis"},
    "aws_lambda_function": {"name": "function_name", "code": "filename"},
    "aws_lambda_layer_version": {"code": "filename"},
    "aws_lambda_permission": {"function": "function_name"},
    "aws_s3_bucket_website_configuration": {"routingRuleDetails": "routing_rules", "routingRules": "routing_rule"},
    "aws_sns_topic_subscription": {"topic": "topic_arn"},
}
"""Type in the provider → Pulumi's property → the provider's argument: what no spelling leads to."""

RENAMED_IN_MODULE: Final[Mapping[str, Mapping[str, str]]] = {"aws_api_gateway_": {"restApi": "rest_api_id"}}
"""The same for every type whose name starts so."""


def to_camel(name: str) -> str:
    """`kms_key_id` → `kmsKeyId`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def to_snake(name: str) -> str:
    """`kmsKeyId` → `kms_key_id`: for names that the provider does not know, where there is nothing to look up."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@functools.cache
def by_property(shape: Object, type_name: str = "") -> Mapping[str, Field]:
    """Pulumi's name → field, for every name that a field may go by. `type_name` is given for a resource's own level."""
    plurals = {to_camel(plural): field for name, field in shape.fields.items() for plural in _plurals(name)}
    own = {to_camel(name): field for name, field in shape.fields.items()}
    renamed = {name: shape.fields[to] for name, to in _renamed(type_name).items() if to in shape.fields}
    return plurals | own | renamed  # a field's own name goes before another's plural


def _renamed(type_name: str) -> Mapping[str, str]:
    shared = [names for prefix, names in RENAMED_IN_MODULE.items() if type_name.startswith(prefix)]
    return {name: to for names in [*shared, RENAMED.get(type_name, {})] for name, to in names.items()}


def _plurals(name: str) -> list[str]:
    stem = [f"{name[:-1]}ies"] if name.endswith("y") else []
    return [f"{name}s", f"{name}es", *stem]

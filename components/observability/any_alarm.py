"""An alarm for what should never happen."""

from collections.abc import Mapping

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.refs import TopicRef

_PERIOD = 300  # seconds


def alarm_on_any(
    name: str,
    description: str,
    *,
    namespace: str,
    metric: str,
    dimensions: Mapping[str, Input[str]],
    alarms: TopicRef,
    opts: ResourceOptions,
) -> None:
    """Once is too often: raised by a single count in five minutes, and over when a period has none. Silence is well."""
    aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=description,
        namespace=namespace,
        metric_name=metric,
        dimensions=dimensions,
        statistic="Sum",
        period=_PERIOD,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        treat_missing_data="notBreaching",
        alarm_actions=[alarms.arn],
        ok_actions=[alarms.arn],
        opts=opts,
    )

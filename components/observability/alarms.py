"""A region's alarms, derived from its objectives."""

from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.refs import Placement, QueueRef, TopicRef
from marquee.settings.observability import Slo

_FAST_BURN = 14.4
"""Times the objective's error budget: at this rate an hour spends 2 % of a month's. Source: The Site Reliability Workbook, chapter 5."""
_PERIOD = 300  # seconds
_ERRORS_PERCENT = "100 * (FILL(elb, 0) + FILL(target, 0)) / (FILL(requests, 0) + FILL(elb, 0))"
# A request counts once the load balancer has chosen a target; what it refuses before that shows as its own error alone.


@dataclass(frozen=True, kw_only=True)
class RegionalAlarmsArgs:
    """Arguments of `RegionalAlarms`."""

    placement: Placement
    slo: Slo
    topic: TopicRef
    load_balancer: Input[str]
    """ARN suffix."""
    health_target_group: Input[str]
    """ARN suffix."""
    dead_letters: QueueRef


class RegionalAlarms(ComponentResource):
    """Errors, latency, dead letters, and the deep health check. Each says when it is over, too."""

    errors: Output[str]
    """Name of the alarm of failed requests."""

    def __init__(self, name: str, args: RegionalAlarmsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:observability:RegionalAlarms", name, {}, opts)
        self._args = args
        prefix, slo = args.placement.names.prefix, args.slo
        balancer = {"LoadBalancer": args.load_balancer}
        burn = round(_FAST_BURN * (100 - slo.availability_percent), 4)
        self.errors = self._alarm(
            f"{name}-errors",
            alarm_description=f"{prefix}: more than {burn:g} % of requests fail; the budget of {slo.availability_percent:g} % is burning",
            metric_queries=[
                {"id": "share", "expression": _ERRORS_PERCENT, "label": "failed requests, percent", "return_data": True},
                _count("requests", "RequestCount", balancer),
                _count("elb", "HTTPCode_ELB_5XX_Count", balancer),
                _count("target", "HTTPCode_Target_5XX_Count", balancer),
            ],
            threshold=burn,
            evaluation_periods=3,
            datapoints_to_alarm=3,
            treat_missing_data="notBreaching",  # no requests, no failures; whether that is right is the health check's to say
        )
        self._alarm(
            f"{name}-latency",
            alarm_description=f"{prefix}: the slowest hundredth of answers takes longer than {slo.latency_p99_ms} ms",
            namespace="AWS/ApplicationELB",
            metric_name="TargetResponseTime",
            dimensions=balancer,
            extended_statistic="p99",
            evaluate_low_sample_count_percentiles="ignore",  # the p99 of ten requests is the slowest one
            period=_PERIOD,
            threshold=slo.latency_p99_ms / 1000,  # the metric is in seconds
            evaluation_periods=3,
            datapoints_to_alarm=3,
            treat_missing_data="notBreaching",  # no requests, nobody waits
        )
        self._alarm(
            f"{name}-dead-letters",
            alarm_description=f"{prefix}: work was given up and lies in {args.dead_letters.name}",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": args.dead_letters.name},
            statistic="Maximum",
            period=_PERIOD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data="notBreaching",  # SQS reports nothing of a queue that lay idle for six hours
        )
        self._alarm(
            f"{name}-health",
            alarm_description=f"{prefix}: the deep health check fails; the region's table, queue or key does not answer",
            namespace="AWS/ApplicationELB",
            metric_name="UnHealthyHostCount",
            dimensions={**balancer, "TargetGroup": args.health_target_group},
            statistic="Maximum",
            period=60,
            threshold=0,
            evaluation_periods=3,
            datapoints_to_alarm=3,
            treat_missing_data="breaching",  # the load balancer checks every minute: silence means that it does not
        )
        self.register_outputs({})

    def _alarm(self, name: str, **properties: Any) -> Output[str]:
        topic = [self._args.topic.arn]
        alarm = aws.cloudwatch.MetricAlarm(
            name,
            comparison_operator="GreaterThanThreshold",
            alarm_actions=topic,
            ok_actions=topic,
            opts=ResourceOptions(parent=self),
            **properties,
        )
        return alarm.name


def _count(id: str, metric: str, dimensions: dict[str, Input[str]]) -> dict[str, Any]:
    return {
        "id": id,
        "metric": {
            "namespace": "AWS/ApplicationELB",
            "metric_name": metric,
            "dimensions": dimensions,
            "stat": "Sum",
            "period": _PERIOD,
        },
    }

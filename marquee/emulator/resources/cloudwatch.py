"""CloudWatch: alarms, dashboards, log groups and what may write to them."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:cloudwatch/logGroup:LogGroup")
def log_group(aws: Aws, given: Inputs) -> Made:
    """A log group, then its retention; 0 days means for ever."""
    name = aws.physical(given)
    aws.call("logs", "create_log_group", given, logGroupName=name)
    if days := given.get("retentionInDays"):
        aws.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)
    return name, log_group_state(aws, name)


@reads("aws:cloudwatch/logGroup:LogGroup")
def log_group_state(aws: Aws, id: str) -> Outputs:
    """The ARN without the `:*` that the API appends."""
    groups = aws.client("logs").describe_log_groups(logGroupNamePrefix=id)["logGroups"]
    found = next(group for group in groups if group["logGroupName"] == id)
    return {
        "name": id,
        "arn": found["arn"].removesuffix(":*"),
        "logGroupClass": found.get("logGroupClass", "STANDARD"),
        "retentionInDays": found.get("retentionInDays", 0),
    }


@creates("aws:cloudwatch/logStream:LogStream")
def log_stream(aws: Aws, given: Inputs) -> Made:
    """A stream of a log group; its id is its name."""
    name = aws.physical(given)
    aws.call("logs", "create_log_stream", given, logStreamName=name)
    return name, {"name": name, "arn": aws.arn("logs", f"log-group:{given['logGroupName']}:log-stream:{name}")}


@creates("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
def log_resource_policy(aws: Aws, given: Inputs) -> Made:
    """Which services may write to the account's log groups."""
    aws.call("logs", "put_resource_policy", given)
    return str(given["policyName"]), {}


@creates("aws:cloudwatch/logMetricFilter:LogMetricFilter")
def log_metric_filter(aws: Aws, given: Inputs) -> Made:
    """A metric counted from log lines; its id is its name."""
    name = aws.physical(given)
    wanted = given["metricTransformation"]
    renamed = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue", "defaultValue": "defaultValue"}
    transformation = {renamed.get(key, key): value for key, value in wanted.items()}
    if "defaultValue" in transformation:
        transformation["defaultValue"] = float(transformation["defaultValue"])
    aws.call("logs", "put_metric_filter", given, filterName=name, filterPattern=given["pattern"], metricTransformations=[transformation])
    return name, {"name": name}


@creates("aws:cloudwatch/metricAlarm:MetricAlarm")
def metric_alarm(aws: Aws, given: Inputs) -> Made:
    """An alarm on a metric; its id is its name."""
    name = aws.physical(given)
    queries = [_query(item) for item in given.sections("metricQueries")] or None
    aws.call("cloudwatch", "put_metric_alarm", given, rename=_ALARM, AlarmName=name, Dimensions=_dimensions(given), Metrics=queries,
             TreatMissingData=given.get("treatMissingData", "missing"))  # fmt: skip
    return name, {"name": name, "arn": aws.arn("cloudwatch", f"alarm:{name}")}


_ALARM = {"evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile"}


@creates("aws:cloudwatch/compositeAlarm:CompositeAlarm")
def composite_alarm(aws: Aws, given: Inputs) -> Made:
    """An alarm on other alarms; its id is its name."""
    name = str(given["alarmName"])
    suppressor = given.section("actionsSuppressor")
    fields = {
        "alarm": "ActionsSuppressor",
        "extensionPeriod": "ActionsSuppressorExtensionPeriod",
        "waitPeriod": "ActionsSuppressorWaitPeriod",
    }
    wanted: dict[str, Any] = {member: suppressor[prop] for prop, member in fields.items() if prop in suppressor}
    aws.call("cloudwatch", "put_composite_alarm", given, **wanted)
    return name, {"arn": aws.arn("cloudwatch", f"alarm:{name}")}


@creates("aws:cloudwatch/dashboard:Dashboard")
def dashboard(aws: Aws, given: Inputs) -> Made:
    """A dashboard; its id is its name, and its ARN has no region."""
    name = str(given["dashboardName"])
    aws.call("cloudwatch", "put_dashboard", given, Tags=None)  # the provider has no tags for it
    return name, {"dashboardArn": f"arn:aws:cloudwatch::{aws.account}:dashboard/{name}"}


def _dimensions(item: Inputs) -> list[dict[str, str]] | None:
    return [{"Name": name, "Value": value} for name, value in item.get("dimensions", {}).items()] or None


def _query(item: Inputs) -> dict[str, Any]:
    """One entry of a metric-math alarm."""
    plain = {
        "id": "Id",
        "expression": "Expression",
        "label": "Label",
        "period": "Period",
        "returnData": "ReturnData",
        "accountId": "AccountId",
    }
    query = {member: item[prop] for prop, member in plain.items() if prop in item}
    if metric := item.section("metric"):
        named = {"Namespace": metric.get("namespace", ""), "MetricName": metric["metricName"], "Dimensions": _dimensions(metric) or []}
        unit = {"Unit": metric["unit"]} if "unit" in metric else {}
        query["MetricStat"] = {"Metric": named, "Period": metric["period"], "Stat": metric["stat"], **unit}
    return query

"""EventBridge: buses, rules, targets, archives. On the default bus, ids leave the bus out."""

from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.fit import fit
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:cloudwatch/eventBus:EventBus")
def event_bus(aws: Aws, given: Inputs) -> Made:
    """A bus; its id is its name."""
    name = aws.physical(given)
    arn = aws.call("events", "create_event_bus", given, Name=name)["EventBusArn"]
    return name, {"name": name, "arn": arn}


@reads("aws:cloudwatch/eventBus:EventBus")
def event_bus_state(aws: Aws, id: str) -> Outputs:
    """A bus as EventBridge describes it."""
    found = aws.client("events").describe_event_bus(Name=id)
    return {"name": found["Name"], "arn": found["Arn"]}


@creates("aws:cloudwatch/eventRule:EventRule")
def event_rule(aws: Aws, given: Inputs) -> Made:
    """A rule, enabled unless told otherwise."""
    name, bus = aws.physical(given), given.get("eventBusName", "default")
    state = given.get("state") or ("ENABLED" if given.get("isEnabled", True) else "DISABLED")
    arn = aws.call("events", "put_rule", given, Name=name, State=state)["RuleArn"]
    return name if bus == "default" else f"{bus}/{name}", {"name": name, "arn": arn, "eventBusName": bus, "state": state}


@creates("aws:cloudwatch/eventTarget:EventTarget")
def event_target(aws: Aws, given: Inputs) -> Made:
    """One target of a rule, whose properties are the fields of the request's one element."""
    bus, rule = given.get("eventBusName", "default"), str(given["rule"])
    target_id = given.get("targetId") or f"terraform-{crc32(aws.urn):026x}"
    events = aws.client("events")
    shape = events.meta.service_model.operation_model("PutTargets").input_shape.members["Targets"].member
    named = {_TARGET.get(name, name): given[name] for name in given if name not in {"eventBusName", "rule", "targetId", "region"}}
    if "inputTransformer" in named:
        transformer = named["inputTransformer"]
        named["inputTransformer"] = {_TRANSFORMER[name]: value for name, value in transformer.items()}
    target = fit(shape, {"id": target_id, **named}, aws.name)
    failed = events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])["FailedEntries"]
    if failed:
        raise ValueError(failed[0]["ErrorMessage"])
    return f"{rule}-{target_id}" if bus == "default" else f"{bus}-{rule}-{target_id}", {"targetId": target_id, "eventBusName": bus}


_TARGET = {
    "batchTarget": "batchParameters",
    "deadLetterConfig": "deadLetterConfig",
    "ecsTarget": "ecsParameters",
    "httpTarget": "httpParameters",
    "kinesisTarget": "kinesisParameters",
    "runCommandTargets": "runCommandParameters",
    "sqsTarget": "sqsParameters",
}
"""Input → member of a target, where the names differ."""
_TRANSFORMER = {"inputPaths": "inputPathsMap", "inputTemplate": "inputTemplate"}


@creates("aws:cloudwatch/eventArchive:EventArchive")
def event_archive(aws: Aws, given: Inputs) -> Made:
    """An archive of a bus; its id is its name."""
    name = aws.physical(given)
    arn = aws.call("events", "create_archive", given, ArchiveName=name)["ArchiveArn"]
    return name, {"name": name, "arn": arn}

"""EventBridge Scheduler: groups and schedules."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:scheduler/scheduleGroup:ScheduleGroup")
def schedule_group(aws: Aws, given: Inputs) -> Made:
    """A group; its id is its name."""
    name = aws.physical(given)
    arn = aws.call("scheduler", "create_schedule_group", given, Name=name)["ScheduleGroupArn"]
    return name, {"name": name, "arn": arn, "state": "ACTIVE"}


@creates("aws:scheduler/schedule:Schedule")
def schedule(aws: Aws, given: Inputs) -> Made:
    """A schedule, on unless told otherwise; its id is `group/name`."""
    name, group = aws.physical(given), given.get("groupName", "default")
    arn = aws.call("scheduler", "create_schedule", given, Name=name, State=given.get("state", "ENABLED"))["ScheduleArn"]
    return f"{group}/{name}", {"name": name, "arn": arn, "groupName": group}

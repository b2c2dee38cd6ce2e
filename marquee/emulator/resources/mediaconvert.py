"""MediaConvert queues."""

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:mediaconvert/queue:Queue")
def queue(aws: Aws, given: Inputs) -> Made:
    """A queue; its id is its name. The provider says what the API would assume."""
    name, plan, status = aws.physical(given), given.get("pricingPlan", "ON_DEMAND"), given.get("status", "ACTIVE")
    aws.call("mediaconvert", "create_queue", given, Name=name, PricingPlan=plan, Status=status)
    return name, queue_state(aws, name)


@reads("aws:mediaconvert/queue:Queue")
def queue_state(aws: Aws, id: str) -> Outputs:
    """A queue as MediaConvert describes it."""
    found = aws.client("mediaconvert").get_queue(Name=id)["Queue"]
    named = {"arn": found["Arn"], "name": found["Name"], "pricingPlan": found["PricingPlan"], "status": found["Status"]}
    return named | ({"concurrentJobs": found["ConcurrentJobs"]} if "ConcurrentJobs" in found else {})

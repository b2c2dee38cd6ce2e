"""MediaPackage v2: the one typed resource. The others come through Cloud Control."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:mediapackagev2/channelGroup:ChannelGroup")
def channel_group(aws: Aws, given: Inputs) -> Made:
    """A channel group; its id is its name."""
    name = aws.physical(given)
    made = aws.call("mediapackagev2", "create_channel_group", given, ChannelGroupName=name)
    return name, {"name": name, "arn": made["Arn"], "egressDomain": made["EgressDomain"]}

"""MediaLive: inputs, who may send to them, and channels."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.fit import fit, pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:medialive/inputSecurityGroup:InputSecurityGroup")
def input_security_group(aws: Aws, given: Inputs) -> Made:
    """Networks that may send; its id is MediaLive's."""
    made = aws.call("medialive", "create_input_security_group", given)["SecurityGroup"]
    return made["Id"], pick(made, "Inputs", arn="Arn")


@creates("aws:medialive/input:Input")
def live_input(aws: Aws, given: Inputs) -> Made:
    """An input; its id is MediaLive's."""
    made = aws.call("medialive", "create_input", given, Name=aws.physical(given))["Input"]
    return made["Id"], pick(made, "AttachedChannels", "InputClass", "InputPartnerIds", "InputSourceType", arn="Arn")


@creates("aws:medialive/channel:Channel")
def channel(aws: Aws, given: Inputs) -> Made:
    """A channel; its id is MediaLive's. The provider starts it if `startChannel` says so."""
    settings = _as_the_api_has_it(given["encoderSettings"])
    client = aws.client("medialive")
    shape = client.meta.service_model.operation_model("CreateChannel").input_shape.members["EncoderSettings"]
    wanted: dict[str, Any] = given["inputSpecification"]
    specification = {"Codec": wanted["codec"], "Resolution": wanted["inputResolution"], "MaximumBitrate": wanted["maximumBitrate"]}
    made = aws.call(
        "medialive",
        "create_channel",
        given,
        Name=aws.physical(given),
        EncoderSettings=fit(shape, settings, "encoderSettings"),
        InputSpecification=specification,
    )
    if given.get("startChannel"):
        client.start_channel(ChannelId=made["Channel"]["Id"])
    return made["Channel"]["Id"], {"channelId": made["Channel"]["Id"], "arn": made["Channel"]["Arn"]}


def _as_the_api_has_it(value: Any) -> Any:
    """The provider's lists of one object, where the API has the object."""
    if isinstance(value, dict):
        fields: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return {
            name: _as_the_api_has_it(item[0] if name == "hlsCdnSettings" and isinstance(item, list) else item)
            for name, item in fields.items()
        }
    return [_as_the_api_has_it(item) for item in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]

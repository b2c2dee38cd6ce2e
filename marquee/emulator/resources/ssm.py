"""Systems Manager: parameters and the account's service settings."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:ssm/parameter:Parameter")
def parameter(aws: Aws, given: Inputs) -> Made:
    """A parameter; its id is its name. `insecureValue` is a value that a plan may show."""
    name = aws.physical(given)
    value = given["insecureValue"] if "insecureValue" in given else given["value"]
    made = aws.call("ssm", "put_parameter", given, Name=name, Value=value)
    place = aws.arn("ssm", f"parameter/{name.removeprefix('/')}")
    return name, {"name": name, "arn": place, "version": made["Version"], "tier": made.get("Tier", "Standard")}


@creates("aws:ssm/serviceSetting:ServiceSetting")
def service_setting(aws: Aws, given: Inputs) -> Made:
    """A setting of the account in a region; the id is the setting's."""
    setting = str(given["settingId"])
    aws.call("ssm", "update_service_setting", given)
    path = setting.partition("servicesetting")[2] or f"/{setting.removeprefix('/')}"
    return setting, {"arn": aws.arn("ssm", f"servicesetting{path}"), "status": "Customized"}

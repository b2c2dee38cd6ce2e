"""Shield: descriptions in moto. Nothing is subscribed to, and nothing is protected."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:shield/protection:Protection")
def protection(aws: Aws, given: Inputs) -> Made:
    """A protection of one resource."""
    made = aws.call("shield", "create_protection", given, Name=aws.physical(given))
    number = made["ProtectionId"]
    return number, {"arn": f"arn:aws:shield::{aws.account}:protection/{number}", "name": given["name"]}

"""CloudWatch Logs' vended logs: a source, a destination, and the delivery between them."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:cloudwatch/logDeliverySource:LogDeliverySource")
def source(aws: Aws, given: Inputs) -> Made:
    """Whose logs; the id is its name."""
    made = aws.call("logs", "put_delivery_source", given)["deliverySource"]
    return str(given["name"]), {"name": given["name"], "arn": made["arn"], "service": made.get("service", "cloudfront")}


@creates("aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination")
def destination(aws: Aws, given: Inputs) -> Made:
    """Where to; the id is its name."""
    made = aws.call("logs", "put_delivery_destination", given)["deliveryDestination"]
    return str(given["name"]), {
        "name": given["name"],
        "arn": made["arn"],
        "deliveryDestinationType": made.get("deliveryDestinationType", "S3"),
    }


@creates("aws:cloudwatch/logDelivery:LogDelivery")
def delivery(aws: Aws, given: Inputs) -> Made:
    """What is delivered; the id is CloudWatch's. The provider has a list of the one S3 configuration."""
    places = given.get("s3DeliveryConfigurations") or [None]
    made = aws.call("logs", "create_delivery", given, rename={"s3DeliveryConfigurations": "s3DeliveryConfiguration"},
                    s3DeliveryConfiguration=_place(places[0]))["delivery"]  # fmt: skip
    return made["id"], {"arn": made["arn"]}


def _place(given: dict[str, object] | None) -> dict[str, object] | None:
    if given is None:
        return None
    return {"suffixPath": given.get("suffixPath", ""), "enableHiveCompatiblePath": given.get("enableHiveCompatiblePath", False)}

"""MediaConvert queues, as the provider makes them."""

import pytest

from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench


def test_a_queue_on_demand(aws: Bench) -> None:
    made = aws.make("aws:mediaconvert/queue:Queue", name="films", description="Renditions", concurrentJobs=4)
    found = aws("mediaconvert").get_queue(Name="films")["Queue"]
    assert made.id == found["Name"] == "films"
    assert (found["PricingPlan"], found["Status"], found["Description"], found["ConcurrentJobs"]) == (
        "ON_DEMAND",
        "ACTIVE",
        "Renditions",
        4,
    )
    assert made.outputs["arn"] == found["Arn"] == aws.arn("mediaconvert", "queues/films")
    assert aws("mediaconvert").list_tags_for_resource(Arn=found["Arn"])["ResourceTags"]["Tags"] == TAGS


def test_a_queue_with_reserved_slots(aws: Bench) -> None:
    plan = {"commitment": "ONE_YEAR", "renewalType": "EXPIRE", "reservedSlots": 2}
    aws.make("aws:mediaconvert/queue:Queue", name="reserved", pricingPlan="RESERVED", reservationPlanSettings=plan)
    bought = aws("mediaconvert").get_queue(Name="reserved")["Queue"]["ReservationPlan"]
    assert (bought["Commitment"], bought["ReservedSlots"]) == ("ONE_YEAR", 2)
    with pytest.raises(MarqueeError, match="ReservationPlanSettings"):
        aws.make("aws:mediaconvert/queue:Queue", "other", name="unpaid", pricingPlan="RESERVED")

"""Shield's protections, as descriptions in moto."""

from tests.resources.bench import Bench


def test_a_protection_is_described_under_its_name(aws: Bench) -> None:
    arn = f"arn:aws:cloudfront::{aws.account}:distribution/E2EXAMPLE"
    made = aws.make("aws:shield/protection:Protection", name="media", resourceArn=arn)
    found = aws("shield", "us-east-1").describe_protection(ProtectionId=made.id)["Protection"]
    assert (found["Name"], found["ResourceArn"]) == ("media", arn)
    assert made.outputs["arn"] == f"arn:aws:shield::{aws.account}:protection/{made.id}"

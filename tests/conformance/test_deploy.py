"""Plan, apply, second plan and comparison: the real provider on an emulated AWS."""

import pytest

from marquee.conformance.changes import against_review, changes_of
from marquee.conformance.compare import Comparison, compare, unexplained
from marquee.conformance.deploy import apply, plan, reviewed
from marquee.conformance.inventory import Difference, differences
from marquee.conformance.left_out import NOT_APPLIED
from marquee.conformance.report import Change
from marquee.conformance.terraform import Terraform
from marquee.conformance.validate import Stack, load, validate
from marquee.emulator import Emulator
from marquee.emulator.resources import SIMULATED
from tests.conformance.broken import only, setting, urn_of, with_inputs
from tests.conformance.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def dev(terraform: Terraform) -> Comparison:
    """The dev stack made twice: by the real provider, and by our create functions. Two minutes, most of them the provider's waits."""
    return compare(terraform, load(terraform, ROOT, "dev"), ROOT)


def test_the_provider_plans_and_applies_the_stack(dev: Comparison) -> None:
    assert [str(failure) for failure in dev.deployment.failures] == []
    assert dev.deployment.resources > 400
    assert len(dev.deployment.left_out) < 10


def test_all_that_is_left_out_of_the_apply_is_listed_and_needs_to_be(dev: Comparison) -> None:
    types = {urn.split("::")[2].rpartition("$")[2] for urn in dev.deployment.left_out}
    assert types <= NOT_APPLIED.keys() | SIMULATED.keys()
    assert types >= NOT_APPLIED.keys()
    assert [reason for reason in NOT_APPLIED.values() if len(reason) < 60] == []


def test_the_second_plan_changes_what_was_reviewed_and_nothing_else(dev: Comparison) -> None:
    new, vanished = against_review(dev.deployment.changes, reviewed("second_plan")["entries"])
    assert (new, vanished) == ([], [])


def test_our_create_functions_make_what_the_provider_makes(dev: Comparison) -> None:
    assert dev.things > 60
    assert unexplained(dev.differences, reviewed("differences")["entries"]) == ([], [])


def test_every_reviewed_entry_has_a_reason() -> None:
    entries = [entry for name in ("second_plan", "differences") for entry in reviewed(name)["entries"]]
    assert entries
    assert [entry for entry in entries if len(entry["reason"]) < 20] == []


def test_overlapping_subnets_and_ranges_outside_the_vpc_are_caught_by_apply(terraform: Terraform, sample: Stack) -> None:
    first, second = (urn_of(sample, "aws:ec2/subnet:Subnet", f"subnet-{zone}") for zone in "ab")
    network = only(sample, "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet")
    overlapping = with_inputs(network, second, setting(cidrBlock="10.0.0.128/25"))
    outside = with_inputs(network, first, setting(cidrBlock="10.9.0.0/24"))
    for broken, urns, words in ((overlapping, {first, second}, "InvalidSubnet.Conflict"), (outside, {first}, "InvalidSubnet.Range")):
        with Emulator() as emulator:
            (failure,) = apply(terraform, broken, emulator).failures
        assert failure.step == "apply"
        assert failure.urn in urns
        assert words in failure.message


def test_a_plan_catches_what_validate_cannot(terraform: Terraform, sample: Stack) -> None:
    queue = urn_of(sample, "aws:sqs/queue:Queue", "jobs")
    broken = with_inputs(only(sample, "aws:sqs/queue:Queue"), queue, setting(fifoQueue=True))
    assert validate(terraform, broken).failures == ()
    with Emulator() as emulator:
        (failure,) = plan(terraform, broken, emulator).failures
    assert (failure.step, failure.urn) == ("plan", queue)
    assert "invalid queue name" in failure.message


def test_what_is_left_out_does_not_keep_its_dependents_from_being_applied(terraform: Terraform, sample: Stack) -> None:
    bucket = urn_of(sample, "aws:s3/bucket:Bucket", "data")
    queue_and_group = only(sample, "aws:sqs/queue:Queue", "aws:s3/bucket:Bucket")
    queue = urn_of(sample, "aws:sqs/queue:Queue", "jobs")
    dependent = with_inputs(queue_and_group, queue, setting(tags={"Bucket": sample.graph.resources[bucket].outputs["arn"]}))
    with Emulator() as emulator:
        made = apply(terraform, dependent, emulator, {"aws:s3/bucket:Bucket": "to see what happens"})
        tags = emulator.client("sqs", region="eu-west-1", account="111122223333")
        (url,) = tags.list_queues()["QueueUrls"]
        assert tags.list_queue_tags(QueueUrl=url)["Tags"]["Bucket"].startswith("arn:aws:s3:::stand-in-")
    assert made.failures == ()
    assert made.left_out == {bucket: "to see what happens"}


def test_a_review_names_new_and_vanished_changes() -> None:
    known, new = (Change(type="aws_x", attribute=name, before="1", after="2") for name in ("known", "new"))
    entry = {"type": "aws_x", "attribute": "gone", "before": "1", "after": "2", "reason": "…"}
    review = [{**entry, "attribute": "known"}, entry]
    assert against_review([known, new], review) == ([new], [Change(type="aws_x", attribute="gone", before="1", after="2")])


def test_changes_show_both_values_without_what_is_random_or_sensitive() -> None:
    change = {
        "actions": ["update"],
        "before": {"vpc": "vpc-0123456789abcdef0", "token": "open", "same": 1, "later": "x"},
        "after": {"vpc": None, "token": "sesame", "same": 1},
        "before_sensitive": {"token": True},
        "after_sensitive": {},
        "after_unknown": {"later": True},
    }
    quiet = {"actions": ["no-op"], "before": {"a": 1}, "after": {"a": 1}}
    found = changes_of({"resource_changes": [{"type": "aws_x", "change": change}, {"type": "aws_x", "change": quiet}]})
    assert {(change.attribute, change.before, change.after) for change in found} == {
        ("later", '"x"', '"(unknown)"'),
        ("token", '"(sensitive)"', '"sesame"'),
        ("vpc", '"vpc-*"', "null"),
    }


def test_a_difference_names_the_thing_the_attribute_and_both_values() -> None:
    theirs = {"bucket a": {"versioning": "Enabled"}, "queue q": {}}
    ours = {"bucket a": {"versioning": None}}
    found = differences(theirs, ours)
    assert found == [
        Difference(kind="bucket", thing="bucket a", attribute="versioning", terraform='"Enabled"', ours="null"),
        Difference(kind="queue", thing="queue q", attribute="", terraform="present", ours="(absent)"),
    ]
    reasons = [{"kind": "bucket", "attribute": "versioning"}, {"kind": "role", "attribute": "Path"}]
    assert unexplained(found, reasons) == ([found[1]], [("role", "Path")])

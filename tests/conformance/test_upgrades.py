"""From one release to the next: on made-up releases, until there is a tag."""

from dataclasses import replace

import pytest

from marquee.conformance.snapshot import Recorded, read, snapshot, write
from marquee.conformance.terraform import Terraform
from marquee.conformance.upgrades import check_upgrade
from marquee.conformance.validate import Stack, load
from tests.conformance.conftest import SAMPLE

URN = "urn:pulumi:prod::marquee::aws:{}::{}"
TABLE = Recorded(
    urn=URN.format("dynamodb/table:Table", "titles"),
    type="aws:dynamodb/table:Table",
    address="aws_dynamodb_table.titles",
    arguments={
        "name": "titles",
        "billing_mode": "PAY_PER_REQUEST",
        "hash_key": "id",
        "attribute": [{"name": "id", "type": "S"}],
        "tags": {"Owner": "a"},
    },
    region="eu-west-1",
    account="111122223333",
)
QUEUE = Recorded(
    urn=URN.format("sqs/queue:Queue", "jobs"),
    type="aws:sqs/queue:Queue",
    address="aws_sqs_queue.jobs",
    arguments={"name": "jobs"},
    region="eu-west-1",
    account="111122223333",
)
OTHER_KEY = {"hash_key": "other", "attribute": [{"name": "other", "type": "S"}]}


def changed(recorded: Recorded, **arguments: object) -> Recorded:
    return replace(recorded, arguments={**recorded.arguments, **arguments})


def failures(terraform: Terraform, old: list[Recorded], new: list[Recorded]) -> list[tuple[str, str, str]]:
    found = check_upgrade(terraform, {each.urn: each for each in old}, {each.urn: each for each in new})
    assert {failure.step for failure in found} <= {"upgrade"}
    return [(failure.urn, failure.argument, failure.message) for failure in found]


def test_an_equal_release_is_fine(terraform: Terraform) -> None:
    assert failures(terraform, [TABLE, QUEUE], [TABLE, QUEUE]) == []


@pytest.mark.slow
def test_a_table_whose_key_changes_would_be_replaced(terraform: Terraform) -> None:
    ((urn, argument, message),) = failures(terraform, [TABLE, QUEUE], [changed(TABLE, **OTHER_KEY), QUEUE])
    assert (urn, argument) == (TABLE.urn, "hash_key")
    assert "delete the resource" in message


@pytest.mark.slow
def test_an_update_in_place_is_fine_and_so_is_a_queue_made_anew(terraform: Terraform) -> None:
    assert failures(terraform, [TABLE, QUEUE], [changed(TABLE, tags={"Owner": "b"}), changed(QUEUE, name="other")]) == []


@pytest.mark.slow
def test_what_is_retained_counts_as_data(terraform: Terraform) -> None:
    kept = replace(QUEUE, keeps=True)
    ((urn, argument, _message),) = failures(terraform, [kept], [changed(kept, name="other")])
    assert (urn, argument) == (QUEUE.urn, "name")


def test_a_urn_that_vanishes_is_named_and_an_alias_keeps_it(terraform: Terraform) -> None:
    renamed = replace(TABLE, urn=URN.format("dynamodb/table:Table", "catalogue"), address="aws_dynamodb_table.catalogue")
    ((urn, _argument, message),) = failures(terraform, [TABLE], [renamed])
    assert urn == TABLE.urn
    assert "data" in message
    assert failures(terraform, [TABLE], [replace(renamed, aliases=(TABLE.urn,))]) == []
    ((urn, _argument, message),) = failures(terraform, [TABLE, QUEUE], [TABLE])
    assert (urn, "data" in message) == (QUEUE.urn, False)


@pytest.mark.slow
def test_a_renamed_table_whose_key_changes_is_replaced_all_the_same(terraform: Terraform) -> None:
    renamed = replace(TABLE, urn=URN.format("dynamodb/table:Table", "new"), address="aws_dynamodb_table.new", aliases=(TABLE.urn,))
    ((urn, argument, _message),) = failures(terraform, [TABLE], [changed(renamed, **OTHER_KEY)])
    assert (urn, argument) == (renamed.urn, "hash_key")


def test_a_table_in_another_region_is_another_table(terraform: Terraform) -> None:
    ((urn, argument, _message),) = failures(terraform, [TABLE, QUEUE], [replace(TABLE, region="eu-central-1"), replace(QUEUE, region="x")])
    assert (urn, argument) == (TABLE.urn, "region")


def test_two_runs_of_one_release_yield_one_snapshot(terraform: Terraform, sample: Stack) -> None:
    taken = snapshot(sample)
    assert read(write(taken)) == taken
    assert snapshot(load(terraform, SAMPLE, "test")) == taken
    assert taken[next(urn for urn in taken if urn.endswith("Key::far-key"))].region == "eu-central-1"
    assert "open-sesame" not in write(taken)

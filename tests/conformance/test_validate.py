"""`terraform validate` on the sample program, whole and broken, and on the stacks."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from marquee.conformance.diagnostics import line_paths
from marquee.conformance.report import Failure
from marquee.conformance.terraform import Terraform
from marquee.conformance.translate import Newer
from marquee.conformance.validate import Stack, validate
from marquee.engine import Secret
from tests.conformance.broken import FAULTS, setting, urn_of, with_copy, with_inputs, with_resource

pytestmark = pytest.mark.slow


def test_a_sound_program_has_no_failure(terraform: Terraform, sample: Stack) -> None:
    result = validate(terraform, sample)
    assert result.failures == ()
    assert result.resources == sum(resource.type.startswith("aws:") for resource in sample.graph) > 15
    assert result.newer == ()


@pytest.fixture(scope="module")
def faulty(terraform: Terraform, sample: Stack) -> Mapping[str, list[Failure]]:
    """One validation of a graph with every fault in it, each in a copy of a sound resource: fault → what was said of its copy."""
    copies: dict[str, str] = {}
    for index, (title, fault) in enumerate(FAULTS.items()):
        sample, urn = with_copy(sample, urn_of(sample, fault.type, fault.name), f"copy-{index}", fault.change)
        copies[urn] = title
    found: dict[str, list[Failure]] = {}
    for failure in validate(terraform, sample).failures:
        found.setdefault(copies.get(failure.urn, "a sound resource"), []).append(failure)
    return found


@pytest.mark.parametrize("title", FAULTS)
def test_a_fault_is_named(faulty: Mapping[str, list[Failure]], title: str) -> None:
    fault = FAULTS[title]
    arguments = {failure.argument: failure for failure in faulty[title]}
    failure = arguments[fault.argument]
    assert (failure.step, failure.literal) == ("validate", fault.literal)
    assert fault.words in failure.message


def test_only_faults_are_named(faulty: Mapping[str, list[Failure]]) -> None:
    assert faulty.keys() == FAULTS.keys()


@pytest.mark.slow
def test_a_fault_does_not_hide_those_that_depend_on_it(terraform: Terraform, sample: Stack) -> None:
    network, subnet = urn_of(sample, "aws:ec2/vpc:Vpc", "network"), urn_of(sample, "aws:ec2/subnet:Subnet", "subnet-a")
    broken = with_inputs(with_inputs(sample, network, setting(cidrBlock="10.0.0.0")), subnet, setting(cidrBlock="10.0.0.0"))
    assert {failure.urn for failure in validate(terraform, broken).failures} == {network, subnet}


def test_a_cycle_is_reported(terraform: Terraform, sample: Stack) -> None:
    network, subnet = urn_of(sample, "aws:ec2/vpc:Vpc", "network"), urn_of(sample, "aws:ec2/subnet:Subnet", "subnet-a")
    broken = with_inputs(sample, network, setting(tags={"Subnet": sample.graph.resources[subnet].id}))
    (failure,) = validate(terraform, broken).failures
    assert failure.message.startswith("Cycle: ")
    assert "aws_vpc.network" in failure.message
    assert "aws_subnet.subnet-a" in failure.message
    assert failure.urn in {network, subnet}


@pytest.mark.slow
def test_a_secret_is_never_printed(terraform: Terraform, sample: Stack) -> None:
    parameter = urn_of(sample, "aws:ssm/parameter:Parameter", "token")
    broken = with_inputs(sample, parameter, lambda inputs: {**inputs, "type": Secret("open-sesame")})
    (failure,) = validate(terraform, broken).failures
    assert "[secret]" in failure.message
    assert "sesame" not in failure.message


@pytest.mark.slow
def test_what_only_a_newer_provider_knows_is_listed_and_left_out(terraform: Terraform, sample: Stack) -> None:
    bucket, urn = urn_of(sample, "aws:s3/bucket:Bucket", "data"), "urn:pulumi:test::sample::aws:s3/bucketAbac:BucketAbac::data"
    newer = with_inputs(sample, bucket, setting(bucketNamespace="global"))
    newer = with_resource(newer, replace(sample.graph.resources[bucket], urn=urn, type="aws:s3/bucketAbac:BucketAbac"))
    result = validate(terraform, newer)
    assert result.failures == ()
    assert set(result.newer) == {
        Newer(urn=bucket, type="aws:s3/bucket:Bucket", argument="bucketNamespace"),
        Newer(urn=urn, type="aws:s3/bucketAbac:BucketAbac"),
    }


def test_lines_lead_back_to_arguments() -> None:
    document = {"resource": {"aws_x": {"y": {"rule": [{"a": 1}, {"b": ["c", "d"], "e": {}}], "f.g": True}}}}
    paths = dict(zip(line_paths(text := json.dumps(document, indent=1)), map(str.strip, text.splitlines()), strict=True))
    here = ("resource", "aws_x", "y")
    assert paths[*here, "rule", "0", "a"] == '"a": 1'
    assert paths[*here, "rule", "1", "b", "1"] == '"d"'
    assert paths[*here, "rule", "1", "e"] == '"e": {}'
    assert paths[*here, "f.g"] == '"f.g": true'

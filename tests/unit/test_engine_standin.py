"""The backend that makes nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from marquee.engine import Request, sdk
from marquee.engine.standin import StandIn
from marquee.engine.values import Value
from tests.unit.engine_programs import execute, named

CERTIFICATE = "aws:acm/certificate:Certificate"
PROVIDER = {"region": "eu-west-1", "allowedAccountIds": ["123456789012"]}


def request(type: str, **inputs: Value) -> Request:
    return Request(urn="u", type=type, name="cert", inputs=inputs, provider_inputs=PROVIDER)


def test_computed_outputs_have_their_declared_types() -> None:
    made = StandIn().create(request(CERTIFICATE, domainName="example.com", tags={"A": "1"}))
    assert made.id == "cert-id"
    assert made.simulated
    assert made.outputs["arn"] == "arn:aws:acm:eu-west-1:123456789012:resource/cert"
    assert made.outputs["status"] == "cert-status"
    assert made.outputs["region"] == "eu-west-1"
    assert made.outputs["pendingRenewal"] is False
    assert made.outputs["tagsAll"] == {"A": "1"}
    (option,) = made.outputs["domainValidationOptions"]
    assert set(option) == {"domainName", "resourceRecordName", "resourceRecordType", "resourceRecordValue"}
    assert "domainName" not in made.outputs, "an input keeps its value"


def test_the_same_in_every_run() -> None:
    asked = request(CERTIFICATE)
    assert StandIn().create(asked) == StandIn().create(asked)


def test_a_read_fills_every_property() -> None:
    found = StandIn().read(request("aws:ec2/vpc:Vpc"), "vpc-1")
    assert found.id == "vpc-1"
    assert set(found.outputs) == set(sdk.output_types("aws:ec2/vpc:Vpc"))
    assert found.outputs["enableDnsSupport"] is False


def test_functions_answer_with_their_result_type() -> None:
    answer = StandIn().invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", {"name": "x"}, PROVIDER)
    assert answer["name"] == "x"
    assert answer["id"] == "getManagedPrefixList-id"
    assert answer["entries"] == [{"cidr": "getManagedPrefixList-cidr", "description": "getManagedPrefixList-description"}]
    assert answer["version"] == 1


@pytest.mark.parametrize("token", ["other:index:Thing", "thing", "aws:s3/nothing:Nothing"])
def test_what_no_sdk_knows(token: str) -> None:
    assert StandIn().create(request(token, a=1)).outputs == {}
    assert StandIn().invoke(token, {"a": 1}, {}) == {"a": 1}


@pytest.mark.parametrize("preview", [True, False])
def test_a_program_of_the_real_sdk_runs(tmp_path: Path, preview: bool) -> None:
    program = """
        import pulumi_aws as aws
        north = aws.Provider("north", region="eu-west-1", allowed_account_ids=["123456789012"])
        here = pulumi.ResourceOptions(provider=north)
        cert = aws.acm.Certificate("cert", domain_name="example.com", validation_method="DNS", opts=here)
        option = cert.domain_validation_options[0]
        aws.route53.Record("record", name=option.resource_record_name, type=option.resource_record_type, zone_id="z",
                           records=[option.resource_record_value], ttl=60, opts=here)
        lists = aws.ec2.get_managed_prefix_list(name="x", opts=pulumi.InvokeOptions(provider=north))
        vpc = aws.ec2.Vpc.get("vpc", "vpc-1", opts=here)
        pulumi.export("region", cert.arn.apply(lambda arn: arn.split(":")[3]))
        pulumi.export("list", lists.id)
        pulumi.export("cidr", vpc.cidr_block)
    """
    graph = execute(tmp_path, program, preview=preview, backend=StandIn(), config="pulumi:disable-default-providers: [aws]")
    outputs: Mapping[str, Any] = graph.outputs
    assert outputs["list"] == "getManagedPrefixList-id"
    assert outputs["cidr"] == "vpc-1-cidrBlock"
    if preview:
        assert named(graph, "cert").outputs["arn"] is outputs["region"], "both are unknown"
        assert named(graph, "cert").outputs["domainName"] == "example.com"
    else:
        assert outputs["region"] == "eu-west-1"
        assert named(graph, "record").inputs["records"] == ["cert-resourceRecordValue"]
    assert named(graph, "cert").simulated is not preview

"""What holds of the whole program, for every stack file. These tests prove what is declared, not that AWS accepts it."""

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast, get_args
from unittest.mock import Mock

import pytest

from components.identity import boundary
from components.identity.statement import allow
from marquee.domain.data_bearing import DATA_BEARING
from marquee.domain.names import Names
from marquee.emulator.resource_schemas import resource_schema
from marquee.engine import UNKNOWN, Graph, Resource, run
from marquee.engine.standin import StandIn
from tests.graph.conftest import ROOT, STACKS, Raw, of_stack, platform

STACK_FILES = {path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in ROOT.glob("Pulumi.*.yaml")}


def owned(graph: Graph) -> list[Resource]:
    """Resources of a provider, but not the providers themselves."""
    return [resource for resource in graph if resource.custom and not resource.type.startswith("pulumi:")]


def provider_of(graph: Graph, resource: Resource) -> Resource:
    return graph.resources[resource.provider.rpartition("::")[0]]


def inline_statements(graph: Graph) -> Iterator[tuple[Resource, dict[str, Any]]]:
    for policy in graph.of_type("aws:iam/rolePolicy:RolePolicy"):
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            yield policy, statement


def test_every_stack_file_is_tested() -> None:
    assert set(STACKS) == STACK_FILES


OTHER_RUN = """
import sys
from tests.graph.conftest import of_stack
graph = of_stack(sys.argv[1], False)
print("\\n".join(sorted(f"{urn} {resource.inputs!r}" for urn, resource in graph.resources.items())))
"""


@pytest.mark.slow
def test_two_runs_declare_the_same(stack: str, deployed: Graph) -> None:
    """In another process, where sets have another order."""
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "2" else "2"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    other = subprocess.run([sys.executable, "-c", OTHER_RUN, stack], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert sorted(f"{urn} {resource.inputs!r}" for urn, resource in deployed.resources.items()) == other.stdout.splitlines()


def test_preview_and_update_declare_the_same_resources(preview: Graph, deployed: Graph) -> None:
    assert set(preview.resources) == set(deployed.resources)  # the order is the event loop's


def test_every_resource_has_the_explicit_provider_of_a_region(preview: Graph) -> None:
    for resource in owned(preview):
        assert provider_of(preview, resource).type == "pulumi:providers:aws", resource.urn


def test_providers_refuse_other_accounts_and_tag_what_they_make(stack: str, preview: Graph) -> None:
    raw = platform(stack)
    providers = preview.of_type("pulumi:providers:aws")
    assert {provider.inputs["region"] for provider in providers} == {region["name"] for region in raw["regions"]} | {"us-east-1"}
    for provider in providers:
        assert provider.inputs["allowedAccountIds"] == [raw["accounts"]["workload"]]
        tags = provider.inputs["defaultTags"]["tags"]
        assert tags["Stack"] == stack
        assert {"Project", "Owner", "CostCentre", "ManagedBy"} <= set(tags)


@pytest.mark.slow
def test_providers_assume_the_deploy_role(run_platform: Callable[[Raw], Graph]) -> None:
    role = "arn:aws:iam::111122223333:role/deploy"
    raw = platform("dev")
    raw["accounts"] = {**raw["accounts"], "deploy_role": role}
    for provider in run_platform(raw).of_type("pulumi:providers:aws"):
        assert provider.inputs["assumeRoles"] == [{"roleArn": role, "sessionName": "marquee-dev"}]


def test_what_gets_no_default_tags_is_tagged_explicitly(preview: Graph) -> None:
    """Instances' volumes, ECS tasks and Cloud Control resources, but for those types that take no tags."""
    without_default_tags = {"aws:cloudcontrol/resource:Resource", "aws:ecs/service:Service", "aws:autoscaling/group:Group"}
    found = [r for r in owned(preview) if r.type in without_default_tags and "Owner" not in json.dumps(dict(r.inputs), default=str)]
    # A body that waits for a value is unknown as a whole; tests/graph/test_live.py reads them deployed.
    untagged = [r.urn for r in found if "desiredState" not in r.inputs or (r.inputs["desiredState"] is not UNKNOWN and _taggable(r))]
    assert not untagged


def test_data_bearing_types_are_kept_in_mature_and_gone_in_starter(stack: str, preview: Graph) -> None:
    mature = platform(stack)["profile"] == "mature"
    bearing = [resource for resource in owned(preview) if resource.type in DATA_BEARING]
    assert {resource.type for resource in bearing} >= {"aws:s3/bucket:Bucket", "aws:dynamodb/table:Table", "aws:kms/key:Key"}
    for resource in bearing:
        assert (resource.protect, resource.retain_on_delete) == (mature, mature), resource.urn
    for resource in owned(preview):
        if resource.type not in DATA_BEARING:
            assert not resource.protect, resource.urn


def test_starter_leaves_no_residue() -> None:
    graph = of_stack("dev", True)
    assert all(bucket.inputs["forceDestroy"] is True for bucket in graph.of_type("aws:s3/bucket:Bucket"))
    assert all(table.inputs["deletionProtectionEnabled"] is False for table in graph.of_type("aws:dynamodb/table:Table"))
    assert all(key.inputs["deletionWindowInDays"] == 7 for key in graph.of_type("aws:kms/key:Key"))


def test_no_role_may_do_what_the_boundary_forbids(deployed: Graph) -> None:
    (boundary,) = deployed.of_type("aws:iam/policy:Policy")
    allowed = {action for statement in json.loads(boundary.inputs["policy"])["Statement"] for action in statement["Action"]}
    missing = {action for _, statement in inline_statements(deployed) for action in statement["Action"]} - allowed
    assert not missing
    assert len(boundary.inputs["policy"].replace(" ", "")) <= 6144  # characters; the limit of a managed policy, white space not counted


def test_the_boundary_of_every_feature_with_the_longest_names_is_no_longer_than_iam_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "p" * 32  # the longest first part of names that a bucket's leaves room for
    monkeypatch.setattr(boundary.aws.iam, "Policy", made := Mock())
    boundary.boundary_policy(
        "boundary",
        names=Names(prefix=longest, account="111122223333"),
        deploy_role=f"arn:aws:iam::111122223333:role/{'r' * 64}",
        parent=cast("Any", None),
        key_provider_arn=f"arn:aws:execute-api:ap-southeast-2:999988887777:ab12cd34/{'s' * 64}/POST/speke/v2.0/copyProtection",
        encoders=get_args(boundary.Encoder),
        features=get_args(boundary.Feature),
    )
    policy: str = made.call_args.kwargs["policy"]
    assert len(policy.replace(" ", "")) <= 6144  # characters; the limit of a managed policy, white space not counted


def test_statements_are_joined_without_allowing_more() -> None:
    s3, logs, other = "arn:aws:s3:::a-*", "arn:aws:logs:*:1:log-group:a", "arn:aws:logs:*:1:log-group:b"
    written = [
        allow("s3:GetObject", on=s3),
        allow("logs:PutLogEvents", on=logs),
        allow("xray:PutTraceSegments", on="*", reason="no resource"),
        allow("s3:PutObject", on=s3),
        allow("logs:CreateLogGroup", on=other),
        allow("batch:DescribeJobs", on="*", reason="no resource"),
    ]
    assert [(each.actions, each.resources) for each in boundary.joined(written)] == [
        (("s3:GetObject", "s3:PutObject", "logs:PutLogEvents"), (s3, logs)),
        (("logs:CreateLogGroup",), (other,)),  # and not on `logs`
        (("xray:PutTraceSegments", "batch:DescribeJobs"), ("*",)),
    ]
    same = [allow("logs:PutLogEvents", on=logs), allow("logs:PutLogEvents", on=other), allow("x:Y", on="*", reason="no resource")]
    assert boundary.joined(same)[0].resources == (logs, other)


def test_the_boundary_allows_no_action_that_no_role_has(deployed: Graph) -> None:
    (boundary,) = deployed.of_type("aws:iam/policy:Policy")
    used = {action for _, statement in inline_statements(deployed) for action in statement["Action"]}
    unused = (
        {a for statement in json.loads(boundary.inputs["policy"])["Statement"] for a in statement["Action"]} - used - {"sts:AssumeRole"}
    )
    assert not unused


def test_every_role_carries_the_boundary(deployed: Graph) -> None:
    roles = deployed.of_type("aws:iam/role:Role")
    assert roles
    assert {role.inputs["permissionsBoundary"] for role in roles} == {deployed.of_type("aws:iam/policy:Policy")[0].outputs["arn"]}


def test_a_preview_on_an_empty_account_knows_every_statement_but_those_on_keys(preview: Graph) -> None:
    unknown = {policy.name for policy in preview.of_type("aws:iam/rolePolicy:RolePolicy") if policy.inputs["policy"] is UNKNOWN}
    assert all(name.endswith("-keys") for name in unknown), unknown


def test_exports(stack: str, deployed: Graph) -> None:
    assert set(deployed.outputs) == {"domain", "name_servers", "catalogue", "edge_certificate", "regions", "viewers"}
    assert set(deployed.outputs["regions"]) == {region["name"] for region in platform(stack)["regions"]}


REGION_LISTS = {
    # The only inputs of existing resources that a further region may change.
    ("aws:dynamodb/table:Table", "replicas"),
    ("aws:secretsmanager/secret:Secret", "replicas"),
    ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules"),
    ("aws:lambda/function:Function", "environment"),  # of invalidations, whose monthly limit all regions share
    ("aws:iam/rolePolicy:RolePolicy", "policy"),  # of replication
}


@pytest.mark.slow
def test_a_further_region_adds_only_its_own_resources() -> None:
    raw = copy.deepcopy(platform("prod"))
    raw["regions"].append({"name": "ca-central-1", "cidr": "10.99.0.0/16", "role": "active"})
    before, after = of_stack("prod", False), run(ROOT, stack="prod", backend=StandIn(), preview=False, config={"platform": raw})

    assert not set(before.resources) - set(after.resources)
    for urn in set(after.resources) - set(before.resources):
        name = urn.rpartition("::")[2]  # alarms of replication say both ends
        assert "ca-central-1" in name or name.endswith("-cac1") or "ca-central-1" in after.resources[urn].parent, urn
    changed = {
        (resource.type, name)
        for urn, resource in before.resources.items()
        for name in {*resource.inputs, *after.resources[urn].inputs}
        if resource.inputs.get(name) != after.resources[urn].inputs.get(name)
    }
    assert changed == REGION_LISTS
    allowed = {"aws:lambda/function:Function": "delivery-", "aws:iam/rolePolicy:RolePolicy": "replication-"}
    for urn, resource in before.resources.items():
        if resource.type in allowed and resource.inputs != after.resources[urn].inputs:
            assert resource.name.startswith(allowed[resource.type]), urn


def test_each_region_of_prod_gets_the_same_resources() -> None:
    graph = of_stack("prod", True)
    counts = {  # but live channels, which are where the stack file says, and copies, of which the primary region has more
        region["name"]: Counter(
            r.type
            for r in owned(graph)
            if f"-{region['name']}" in graph.top(r).name and not graph.top(r).name.startswith(("live-", "replication-"))
        )
        for region in platform("prod")["regions"]
    }
    first, *others = counts.values()
    assert first["aws:ec2/vpc:Vpc"] == 1
    assert all(other == first for other in others)


@pytest.mark.slow
def test_external_account_baseline_leaves_the_account_alone(run_platform: Callable[[Raw], Graph]) -> None:
    raw = platform("dev")
    raw["security"] = {**raw.get("security", {}), "account_baseline": "external"}
    types = {resource.type for resource in run_platform(raw)}
    assert "marquee:account:AccountBaseline" not in types
    assert not types & {"aws:ssm/document:Document", "aws:ebs/encryptionByDefault:EncryptionByDefault", "aws:apigateway/account:Account"}


@pytest.mark.slow
def test_an_existing_zone_is_used_and_not_made(run_platform: Callable[[Raw], Graph]) -> None:
    raw = platform("dev")
    raw["edge"] = {**raw.get("edge", {}), "hosted_zone_id": "Z0123456789ABCDEFGHIJ"}
    graph = run_platform(raw)
    public = [zone for zone in graph.of_type("aws:route53/zone:Zone") if not zone.inputs.get("vpcs")]
    assert not public
    assert "Z0123456789ABCDEFGHIJ" in {record.inputs["zoneId"] for record in graph.of_type("aws:route53/record:Record")}


@pytest.mark.parametrize("field", ["cidr", "role"])
def test_bad_settings_end_the_program_with_the_field_and_no_traceback(field: str, run_platform: Callable[[Raw], Graph]) -> None:
    raw = platform("dev")
    raw["regions"][0][field] = "nonsense"
    with pytest.raises(Exception, match=rf"regions\[0\]\.{field}") as caught:
        run_platform(raw)
    assert "Traceback" not in str(caught.value)


def _taggable(resource: Resource) -> bool:
    return bool(resource_schema(resource.inputs["typeName"])["tagging"]["taggable"])

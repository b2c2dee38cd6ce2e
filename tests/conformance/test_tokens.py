"""The two name tables: against the provider's whole schema, and against every type that pulumi-aws has."""

import re
from functools import cache
from pathlib import Path

import pulumi_aws
import pytest

from marquee.conformance.properties import RENAMED, by_property, to_camel
from marquee.conformance.schema import Schema
from marquee.conformance.terraform import Terraform
from marquee.conformance.tokens import PREFIXES, terraform_type
from marquee.conformance.tokens import RENAMED as RENAMED_TYPES
from marquee.engine import sdk

pytestmark = pytest.mark.slow  # the provider's schema takes a while to read

GONE = ("aws_opsworks_", "aws_simpledb_", "aws_worklink_")
"""Services that AWS ended: pulumi-aws 7 has dropped them, provider 5 has not."""


@cache
def tokens() -> tuple[str, ...]:
    """Every resource type of the installed pulumi-aws, read from its import hints: importing 1,700 modules takes a minute."""
    folder = Path(pulumi_aws.__file__).parent
    calls = re.compile(r"^\s+'(aws:[\w/]+:\w+)',$", re.MULTILINE)
    return tuple(sorted({token for file in folder.rglob("*.py") for token in calls.findall(file.read_text())}))


@pytest.fixture(scope="module")
def schema(terraform: Terraform) -> Schema:
    return terraform.schema()


def test_every_type_of_the_provider_has_exactly_one_token(schema: Schema) -> None:
    found: dict[str, list[str]] = {}
    for token in tokens():
        if name := terraform_type(token, schema.resources):
            found.setdefault(name, []).append(token)
    missing = sorted(name for name in schema.resources - found.keys() if not name.startswith(GONE))
    twice = {name: both for name, both in found.items() if len({token.lower().replace("v2", "") for token in both}) > 1}
    assert (missing, twice) == ([], {}), f"provider {schema.version}"


@pytest.mark.slow
def test_no_exception_is_needless(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = dict(RENAMED_TYPES)
    for token, name in renamed.items():
        monkeypatch.setattr("marquee.conformance.tokens.RENAMED", {key: to for key, to in renamed.items() if key != token})
        assert terraform_type(token, schema.resources) != name, f"{token}: the rule finds it"
    assert set(renamed) <= set(tokens())
    assert set(PREFIXES) - {"index"} <= {token.split(":")[1].split("/")[0] for token in tokens()}


@pytest.mark.parametrize(
    "token", ["aws:wafv2/webAclRule:WebAclRule", "aws:ssoadmin/region:Region", "pulumi:providers:aws", "aws", "gcp:storage/bucket:Bucket"]
)
def test_a_type_that_the_provider_lacks_is_never_taken_for_another(schema: Schema, token: str) -> None:
    assert terraform_type(token, schema.resources) is None


@pytest.mark.slow
def test_renamed_properties_exist_on_both_sides_and_no_spelling_leads_to_them(schema: Schema) -> None:
    of_type = {terraform_type(token, schema.resources): token for token in tokens()}
    for name, renamed in RENAMED.items():
        args = sdk.args_class(of_type[name])
        assert args is not None
        fields = schema.resource(name).fields
        for ours, theirs in renamed.items():
            assert ours in sdk.input_types(args), f"{name}: pulumi-aws has no {ours}"
            assert theirs in fields, f"{name} has no {theirs}"
            by_rule = by_property(schema.resource(name)).get(ours)
            assert by_rule is None or by_rule.name != theirs, f"{name}.{ours}: the rule finds it"


def test_a_fields_own_name_goes_before_anothers_plural(schema: Schema) -> None:
    for name in schema.resources:
        shape = schema.resource(name)
        wrong = [field for field in shape.fields if by_property(shape)[to_camel(field)].name != field]
        assert wrong == [], name
    network_interface = by_property(schema.resource("aws_network_interface"))
    assert (network_interface["privateIp"].name, network_interface["privateIps"].name) == ("private_ip", "private_ips")


REMOVED = {
    "aws_api_gateway_account": {"reset_on_delete"},
    "aws_api_gateway_deployment": {"stage_description", "stage_name", "canary_settings"},
    "aws_batch_job_queue": {"compute_environments"},
    "aws_cloudfront_response_headers_policy": {"etag"},
    "aws_dms_endpoint": {"s3_settings"},
    "aws_dx_gateway_association": {"vpn_gateway_id"},
    "aws_ecs_task_definition": {"inference_accelerator"},
    "aws_eip": {"vpc"},
    "aws_eks_addon": {"resolve_conflicts"},
    "aws_flow_log": {"log_group_name"},
    "aws_guardduty_organization_configuration": {"auto_enable"},
    "aws_instance": {"cpu_core_count", "cpu_threads_per_core"},
    "aws_launch_template": {"elastic_gpu_specifications", "elastic_inference_accelerator"},
    "aws_networkmanager_core_network": {"base_policy_region"},
    "aws_quicksight_analysis": {"definition"},
    "aws_quicksight_dashboard": {"definition"},
    "aws_quicksight_template": {"definition"},
    "aws_redshift_cluster": {"cluster_public_key", "cluster_revision_number", "endpoint", "logging", "snapshot_copy"},
    "aws_sagemaker_notebook_instance": {"accelerator_types"},
    "aws_spot_instance_request": {"block_duration_minutes", "cpu_core_count", "cpu_threads_per_core"},
    "aws_ssm_association": {"instance_id"},
}
"""Arguments of provider 5 that provider 6 removed, or that pulumi-aws leaves out for their size (QuickSight)."""


@pytest.mark.slow
def test_every_argument_of_every_type_is_reached_by_a_property(schema: Schema) -> None:
    unreached: dict[str, set[str]] = {}
    for token in tokens():
        name, args = terraform_type(token, schema.resources), sdk.args_class(token)
        if name is None or args is None:
            continue
        shape = schema.resource(name)
        reached = {by_property(shape, name)[given].name for given in sdk.input_types(args) if given in by_property(shape, name)}
        wanted = {part.name for part in shape.fields.values() if part.settable} - {"id", "timeouts", "tags_all"}
        if left := wanted - reached - REMOVED.get(name, set()):
            unreached[name] = left
    assert unreached == {}, f"provider {schema.version}"

"""The key provider of each region, and the HMAC key and the index behind it."""

import json
from collections import Counter
from typing import Any

import pytest

from components.drm.key_api import PATH
from marquee.domain.ladder.drm import SYSTEM_IDS
from marquee.engine import Graph, Resource
from tests.graph.conftest import Raw, platform

OF_A_REGION = {
    "apigateway/deployment:Deployment": 1, "apigateway/integration:Integration": 1, "apigateway/method:Method": 1,
    "apigateway/methodSettings:MethodSettings": 1, "apigateway/requestValidator:RequestValidator": 1, "apigateway/resource:Resource": 3,
    "apigateway/restApi:RestApi": 1, "apigateway/restApiPolicy:RestApiPolicy": 1, "apigateway/stage:Stage": 1,
    "cloudwatch/logGroup:LogGroup": 3, "cloudwatch/metricAlarm:MetricAlarm": 1,
    "iam/role:Role": 1, "iam/rolePolicy:RolePolicy": 2, "lambda/function:Function": 1,
    "lambda/permission:Permission": 1, "wafv2/webAcl:WebAcl": 1, "wafv2/webAclAssociation:WebAclAssociation": 1,
    "wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
}  # fmt: skip
HMAC = {"keyUsage": "GENERATE_VERIFY_MAC", "customerMasterKeySpec": "HMAC_256", "multiRegion": True}


def regions(stack: str) -> list[str]:
    return [region["name"] for region in platform(stack)["regions"]]


def below(graph: Graph, region: str) -> list[Resource]:
    return [resource for resource in graph if resource.custom and resource.name.startswith(f"keys-{region}-")]


def the(graph: Graph, kind: str, region: str) -> Resource:
    (found,) = [resource for resource in below(graph, region) if resource.type.endswith(f":{kind}")]
    return found


def named(graph: Graph, token: str, name: str) -> Resource:
    (found,) = [resource for resource in graph.of_type(token) if resource.name == name]
    return found


def statements(document: Any) -> list[dict[str, Any]]:
    return json.loads(document)["Statement"]


def test_a_region_has_one_of_these_parts(stack: str, deployed: Graph) -> None:
    for region in regions(stack):
        assert Counter(resource.type.removeprefix("aws:") for resource in below(deployed, region)) == OF_A_REGION


def test_the_hmac_key_is_one_key_in_all_regions(stack: str, deployed: Graph) -> None:
    home, *others = regions(stack)
    primary = named(deployed, "aws:kms/key:Key", f"global-keys-content-{home}")
    assert {name: primary.inputs.get(name) for name in HMAC} == HMAC
    assert "enableKeyRotation" not in primary.inputs  # KMS refuses it for such a key
    replicas = [r for r in deployed.of_type("aws:kms/replicaKey:ReplicaKey") if "-content-" in r.name]
    assert {r.name.rpartition("-content-")[2] for r in replicas} == set(others)
    assert {r.inputs["primaryKeyArn"] for r in replicas} <= {primary.outputs["arn"]}
    for resource in (primary, *replicas):
        assert (resource.protect, resource.retain_on_delete) == ((stack == "prod"), (stack == "prod"))
        assert {action for s in statements(resource.inputs["policy"]) if s["Sid"] != "Administer" for action in s["Action"]} == {
            "kms:DescribeKey",
            "kms:GenerateMac",
        }


def test_the_index_is_in_every_region(stack: str, deployed: Graph) -> None:
    home, *others = regions(stack)
    table = named(deployed, "aws:dynamodb/table:Table", "global-content-keys")
    assert (table.inputs["hashKey"], "rangeKey" in table.inputs) == ("keyId", False)
    assert [replica["regionName"] for replica in table.inputs["replicas"]] == others
    assert table.provider.rpartition("::")[0].endswith(f"::aws-{home}")


def test_only_roles_of_the_stack_get_past_iam_and_the_policy(stack: str, deployed: Graph) -> None:
    raw = platform(stack)
    account, prefix = raw["accounts"]["workload"], f"{raw['identity']['name']}-{stack}"
    for region in regions(stack):
        method = the(deployed, "Method", region).inputs
        assert (method["httpMethod"], method["authorization"]) == ("POST", "AWS_IAM")
        assert method["requestParameters"] == {"method.request.header.X-Speke-Version": True}
        ask, own = statements(the(deployed, "RestApiPolicy", region).inputs["policy"])
        arn = f"{the(deployed, 'RestApi', region).outputs['executionArn']}/keys/POST/{'/'.join(PATH)}"
        assert (ask["Effect"], ask["Principal"]) == ("Allow", {"AWS": f"arn:aws:iam::{account}:root"})
        assert (own["Effect"], own["Principal"]) == ("Deny", "*")
        assert own["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/{prefix}-*"}}
        assert {ask["Resource"], own["Resource"], the(deployed, "Permission", region).inputs["sourceArn"]} == {arn}


def test_nothing_that_could_hold_a_key_is_logged(stack: str, deployed: Graph) -> None:
    for region in regions(stack):
        settings = the(deployed, "MethodSettings", region).inputs["settings"]
        assert (settings["dataTraceEnabled"], settings["loggingLevel"]) == (False, "OFF")
        access = json.loads(the(deployed, "Stage", region).inputs["accessLogSettings"]["format"])
        assert not [value for value in access.values() if "body" in value.lower() or "header" in value.lower()]
        assert the(deployed, "Stage", region).inputs["xrayTracingEnabled"] is True


def test_the_function_makes_macs_and_writes_the_index(stack: str, deployed: Graph) -> None:
    for region in regions(stack):
        function = the(deployed, "Function", region).inputs
        variables = function["environment"]["variables"]
        key = next(r for r in deployed if r.custom and r.name == f"global-keys-content-{region}" and r.type != "aws:kms/alias:Alias")
        assert variables["KEY_ARN"] == key.outputs["arn"]
        assert variables["SYSTEMS"].split(",") == list(SYSTEM_IDS)
        granted = {
            action: statement["Resource"]
            for resource in below(deployed, region)
            if resource.type == "aws:iam/rolePolicy:RolePolicy"
            for statement in statements(resource.inputs["policy"])
            for action in statement["Action"]
        }
        assert granted["kms:GenerateMac"] == [key.outputs["arn"]]
        assert granted["dynamodb:PutItem"][0].split(":")[3] == region
        assert [action for action in granted if action.startswith("dynamodb:")] == ["dynamodb:PutItem"]


def test_the_firewall_lets_a_large_request_through(stack: str, deployed: Graph) -> None:
    for region in regions(stack):
        assert the(deployed, "WebAclAssociation", region).inputs["resourceArn"] == the(deployed, "Stage", region).outputs["arn"]
        groups = [rule["statement"].get("managedRuleGroupStatement", {}) for rule in the(deployed, "WebAcl", region).inputs["rules"]]
        common = next(group for group in groups if group.get("name") == "AWSManagedRulesCommonRuleSet")
        assert "SizeRestrictions_BODY" in {rule["name"] for rule in common["ruleActionOverrides"]}


@pytest.mark.slow
def test_an_external_provider_takes_the_place_of_ours(run_platform: Any) -> None:
    raw: Raw = platform("dev")
    url = "https://ab12cd34.execute-api.eu-west-1.amazonaws.com/prod/speke/v2.0/copyProtection"
    raw["drm"] = {"key_provider": url, "key_provider_account": "999988887777", "clear_key": False}
    graph = run_platform(raw)
    assert not below(graph, "eu-west-1")
    boundary = named(graph, "aws:iam/policy:Policy", "global-boundary")
    theirs = "arn:aws:execute-api:eu-west-1:999988887777:ab12cd34/prod/POST/speke/v2.0/copyProtection"
    (found,) = [s for s in statements(boundary.inputs["policy"]) if theirs in s["Resource"]]
    assert [action for action in found["Action"] if action.startswith("execute-api:")] == ["execute-api:Invoke"]

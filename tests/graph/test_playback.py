"""What playback authorisation declares in each region. It proves inputs, not that AWS accepts them."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from marquee.engine import Graph, Resource
from marquee.engine.standin import StandIn
from tests.playback_program import ACCOUNT, AWAY, DOMAIN, HOME, PREFIX, made

pytestmark = pytest.mark.slow


@cache
def graph(settings: str = "{}") -> Graph:
    return made(StandIn(), preview=False, settings=json.loads(settings))


def named(kind: str, name: str, settings: str = "{}") -> Resource:
    (found,) = [each for each in graph(settings) if each.type.endswith(f":{kind}") and each.name == name]
    return found


def inputs(kind: str, name: str, settings: str = "{}") -> dict[str, Any]:
    return dict(named(kind, name, settings).inputs)


def test_a_region_has_these_parts_and_no_others():
    names = (f"playback-{AWAY}", f"licence-{AWAY}")
    found = Counter(each.type.removeprefix("aws:").rpartition(":")[2] for each in graph() if each.custom and each.name.startswith(names))
    assert found == {
        "Api": 1, "ApiMapping": 1, "Authorizer": 2, "DomainName": 1, "Function": 5, "Integration": 4, "LogGroup": 6, "Permission": 5,
        "Role": 5,
        "RolePolicy": 10, "Route": 6, "Stage": 1, "Stream": 1,
    }  # fmt: skip


def test_the_stack_has_these_parts_once():
    names = ("token-keys", "viewers", "api-name")
    found = Counter(each.type.rpartition(":")[2] for each in graph() if each.custom and each.name.startswith(names))
    assert found == {
        "Certificate": 2, "CertificateValidation": 2, "EventRule": 1, "EventTarget": 1, "Function": 2, "LogGroup": 2, "Permission": 2,
        "Record": 1, "Role": 2, "RolePolicy": 4, "Secret": 1, "SecretRotation": 1, "UserPool": 1, "UserPoolClient": 1,
    }  # fmt: skip


@pytest.mark.parametrize("region", [HOME, AWAY])
def test_every_route_asks_who_calls(region: str):
    routes = {each.inputs["routeKey"]: each.inputs for each in graph() if each.type.endswith(":Route") and f"-{region}-" in each.name}
    viewer, session = ("JWT", f"playback-{region}-api-viewer-id"), ("CUSTOM", f"playback-{region}-api-session-id")
    assert {key: (given["authorizationType"], given["authorizerId"]) for key, given in routes.items()} == {
        "POST /playback": viewer, "POST /playback/refresh": viewer, "DELETE /sessions/{session}": session, "POST /beacon": session,
        "POST /licence/clearkey": session, "GET /licence/hls/{key}": session,
    }  # fmt: skip


def test_viewers_prove_themselves_to_the_pool_of_the_home_region():
    for region in (HOME, AWAY):
        assert inputs("Authorizer", f"playback-{region}-api-viewer")["jwtConfiguration"] == {
            "audiences": ["viewers-id"], "issuer": f"https://cognito-idp.{HOME}.amazonaws.com/viewers-id",
        }  # fmt: skip


def test_another_issuer_needs_no_pool():
    settings = '{"issuer": "https://login.example.org", "audience": ["player"]}'
    assert not graph(settings).of_type("aws:cognito/userPool:UserPool")
    expected = {"audiences": ["player"], "issuer": "https://login.example.org"}
    assert inputs("Authorizer", f"playback-{AWAY}-api-viewer", settings)["jwtConfiguration"] == expected


def test_an_answer_of_the_session_authoriser_is_not_kept():
    given = inputs("Authorizer", f"playback-{HOME}-api-session")
    assert (given["authorizerResultTtlInSeconds"], given["enableSimpleResponses"], given["authorizerPayloadFormatVersion"]) == (
        0,
        True,
        "2.0",
    )


def test_the_api_answers_under_one_name_alone():
    for region in (HOME, AWAY):
        name = f"playback-{region}-api"
        assert inputs("Api", name)["disableExecuteApiEndpoint"] is True
        domain = inputs("DomainName", name)
        assert domain["domainName"] == f"api-origin.{DOMAIN}"
        assert domain["domainNameConfiguration"]["certificateArn"] == f"arn:aws:acm:{region}:{ACCOUNT}:resource/api-name-{region}"
        assert domain["domainNameConfiguration"]["securityPolicy"] == "TLS_1_2"
        assert inputs("Stage", name)["defaultRouteSettings"] == {
            "detailedMetricsEnabled": True, "throttlingBurstLimit": 400, "throttlingRateLimit": 200,
        }  # fmt: skip


def test_one_record_proves_the_name_in_every_region():
    records = [each for each in graph() if each.type == "aws:route53/record:Record"]
    assert [each.name for each in records] == [f"api-name-{HOME}-api-origin.{DOMAIN}"]
    assert named("Certificate", f"api-name-{AWAY}").inputs["domainName"] == f"api-origin.{DOMAIN}"


def test_the_access_log_holds_no_token():
    log = inputs("Stage", f"playback-{HOME}-api")["accessLogSettings"]["format"]
    assert set(json.loads(log)) >= {"requestId", "route", "status", "authoriserError"}
    assert not [word for word in ("header", "path", "query", "cookie", "claims", "token") if word in log.lower()]


def test_pages_of_the_player_may_call_with_cookies():
    cors = inputs("Api", f"playback-{HOME}-api")["corsConfiguration"]
    assert (cors["allowOrigins"], cors["allowCredentials"]) == ([f"https://player.{DOMAIN}"], True)
    assert set(cors["allowHeaders"]) == {"authorization", "content-type", "idempotency-key"}


def test_the_pool_is_strict():
    given = inputs("UserPool", "viewers")
    assert (given["mfaConfiguration"], given["userPoolAddOns"]) == ("OPTIONAL", {"advancedSecurityMode": "ENFORCED"})
    assert given["passwordPolicy"]["minimumLength"] == 12
    assert inputs("UserPool", "viewers", '{"second_factor": "required"}')["mfaConfiguration"] == "ON"
    client = inputs("UserPoolClient", "viewers")
    assert client["generateSecret"] is False
    assert set(client["explicitAuthFlows"]) == {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}


def test_keys_are_in_every_region_and_rotate():
    secret = inputs("Secret", "token-keys")
    assert secret["replicas"] == [{"region": AWAY, "kmsKeyId": f"arn:aws:kms:{AWAY}:{ACCOUNT}:resource/keys-secrets-{AWAY}"}]
    rotation = named("SecretRotation", "token-keys")
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 30}
    assert rotation.inputs["rotateImmediately"] is True
    assert named("Permission", "token-keys").urn in rotation.dependencies
    assert not [each for each in graph() if each.type.endswith("SecretVersion")]  # no key is in the state


STORE = "cloudfront-keyvaluestore:"
REACH = {
    "playback": {"dynamodb:BatchGetItem", "dynamodb:PutItem", "secretsmanager:GetSecretValue", "kms:Decrypt", "kms:DescribeKey"},
    "authorise": {"dynamodb:BatchGetItem", "secretsmanager:GetSecretValue", "kms:Decrypt", "kms:DescribeKey"},
    "revoke": {
        "dynamodb:PutItem", "kms:Decrypt", "kms:DescribeKey", f"{STORE}DescribeKeyValueStore", f"{STORE}GetKey", f"{STORE}ListKeys",
        f"{STORE}UpdateKeys",
    },
    "beacon": {"kinesis:PutRecords", "kms:GenerateDataKey"},
    "licence": {"dynamodb:BatchGetItem", "kms:GenerateMac", "kms:Decrypt", "kms:DescribeKey"},
}  # fmt: skip
COMMON = {
    "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments", "sqs:SendMessage", "kms:Decrypt",
    "kms:GenerateDataKey",
}  # fmt: skip


@pytest.mark.parametrize("workload", REACH)
def test_a_function_may_do_this_and_no_more(workload: str):
    name = f"licence-{AWAY}" if workload == "licence" else f"playback-{AWAY}-{workload}"
    policies = [
        each.inputs["policy"] for each in graph() if each.type == "aws:iam/rolePolicy:RolePolicy" and each.name.startswith(f"{name}-")
    ]
    statements = [statement for policy in policies for statement in json.loads(policy)["Statement"]]
    assert {action for statement in statements for action in statement["Action"]} == REACH[workload] | COMMON
    data = [each for each in statements if not each["Action"][0].startswith(("xray:", "kms:"))]
    assert all(AWAY in arn and PREFIX in arn for each in data for arn in each["Resource"] if ":cloudfront:" not in arn)


def test_functions_know_what_the_stack_file_says():
    settings = '{"token_minutes": 10, "session_hours": 2, "bind_address": true}'
    variables = inputs("Function", f"playback-{AWAY}-playback", settings)["environment"]["variables"]
    expected = {
        "TOKEN_SECONDS": "600", "SESSION_SECONDS": "7200", "BIND_ADDRESS": "true", "SAME_SITE": "Lax", "DOMAIN": DOMAIN,
        "LIVE_CHANNELS": "news",
    }  # fmt: skip
    assert {name: variables[name] for name in expected} == expected
    revoke = inputs("Function", f"playback-{AWAY}-revoke", settings)["environment"]["variables"]
    assert (revoke["TOKEN_SECONDS"], revoke["SESSION_SECONDS"]) == ("600", "7200")


def test_other_sites_players_need_cookies_that_cross_sites():
    from components.playback.playback import same_site

    assert same_site(["https://player.example.org", "https://example.org"], "example.org") == "Lax"
    assert same_site(["https://player.example.org:8443"], "example.org") == "Lax"
    assert same_site(["https://player.example.org", "https://watch.example.com"], "example.org") == "None"
    assert same_site(["https://notexample.org"], "example.org") == "None"


def test_the_stream_is_encrypted_by_the_regions_key():
    stream = inputs("Stream", f"playback-{AWAY}-events")
    assert (stream["encryptionType"], stream["kmsKeyId"]) == ("KMS", f"arn:aws:kms:{AWAY}:{ACCOUNT}:resource/keys-data-{AWAY}")
    assert (stream["name"], stream["streamModeDetails"]) == (f"{PREFIX}-playback-events", {"streamMode": "ON_DEMAND"})

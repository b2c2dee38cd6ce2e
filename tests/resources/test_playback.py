"""HTTP APIs and user pools, read back as AWS holds them."""

import pytest

from tests.resources.bench import TAGS, Bench

API = "aws:apigatewayv2/api:Api"


@pytest.fixture
def api(aws: Bench) -> str:
    cors = {"allowOrigins": ["https://p.example.org"], "allowMethods": ["POST"], "allowCredentials": True, "maxAge": 60}
    made = aws.make(API, name="play", protocolType="HTTP", description="d", disableExecuteApiEndpoint=True, corsConfiguration=cors)
    assert made.outputs["executionArn"] == aws.arn("execute-api", made.id)
    assert made.outputs["apiEndpoint"] == f"https://{made.id}.execute-api.{aws.region}.amazonaws.com"
    return made.id


def test_an_api_has_its_settings(aws: Bench, api: str) -> None:
    found = aws("apigatewayv2").get_api(ApiId=api)
    assert (found["Name"], found["Description"], found["DisableExecuteApiEndpoint"]) == ("play", "d", True)
    assert found["CorsConfiguration"]["AllowOrigins"] == ["https://p.example.org"]
    assert (found["CorsConfiguration"]["AllowCredentials"], found["CorsConfiguration"]["MaxAge"]) == (True, 60)
    assert found["Tags"] == TAGS


def test_authorisers_of_both_kinds(aws: Bench, api: str) -> None:
    jwt = {"issuer": "https://login.example.org", "audiences": ["a", "b"]}
    source = ["$request.header.Authorization"]
    viewer = aws.make(
        "aws:apigatewayv2/authorizer:Authorizer",
        "v",
        apiId=api,
        name="v",
        authorizerType="JWT",
        identitySources=source,
        jwtConfiguration=jwt,
    )
    uri = f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{aws.arn('lambda', 'function:f')}/invocations"
    session = aws.make(
        "aws:apigatewayv2/authorizer:Authorizer", "s", apiId=api, name="s", authorizerType="REQUEST", identitySources=source,
        authorizerUri=uri, authorizerPayloadFormatVersion="2.0", enableSimpleResponses=True, authorizerResultTtlInSeconds=0,
    )  # fmt: skip
    one, other = (aws("apigatewayv2").get_authorizer(ApiId=api, AuthorizerId=made.id) for made in (viewer, session))
    assert one["JwtConfiguration"] == {"Issuer": "https://login.example.org", "Audience": ["a", "b"]}
    assert one["IdentitySource"] == other["IdentitySource"] == source
    assert (other["AuthorizerUri"], other["EnableSimpleResponses"], other["AuthorizerResultTtlInSeconds"]) == (uri, True, 0)


def test_a_route_to_a_function(aws: Bench, api: str) -> None:
    made = aws.make(
        "aws:apigatewayv2/integration:Integration", apiId=api, integrationType="AWS_PROXY", integrationMethod="POST",
        integrationUri=aws.arn("lambda", "function:f"), payloadFormatVersion="2.0", timeoutMilliseconds=9000,
    )  # fmt: skip
    found = aws("apigatewayv2").get_integration(ApiId=api, IntegrationId=made.id)
    assert (found["IntegrationUri"], found["TimeoutInMillis"]) == (aws.arn("lambda", "function:f"), 9000)
    target = f"integrations/{made.id}"
    route = aws.make(
        "aws:apigatewayv2/route:Route", apiId=api, routeKey="POST /a", authorizationType="JWT", authorizerId="x", target=target
    )
    listed = aws("apigatewayv2").get_route(ApiId=api, RouteId=route.id)
    assert (listed["RouteKey"], listed["AuthorizationType"], listed["AuthorizerId"], listed["Target"]) == ("POST /a", "JWT", "x", target)


def test_a_stage_under_a_name_of_ours(aws: Bench, api: str) -> None:
    limits = {"throttlingRateLimit": 5, "throttlingBurstLimit": 9, "detailedMetricsEnabled": True}
    logs = {"destinationArn": aws.arn("logs", "log-group:api"), "format": "$context.requestId"}
    stage = aws.make(
        "aws:apigatewayv2/stage:Stage", apiId=api, name="$default", autoDeploy=True, accessLogSettings=logs, defaultRouteSettings=limits
    )
    assert stage.outputs["invokeUrl"] == f"https://{api}.execute-api.{aws.region}.amazonaws.com/"
    found = aws("apigatewayv2").get_stage(ApiId=api, StageName="$default")
    assert (found["AutoDeploy"], found["AccessLogSettings"]["Format"]) == (True, "$context.requestId")
    assert found["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 9
    certificate = aws.arn("acm", "certificate/c")
    name = f"api.{aws.account}.example.org"
    configuration = {"certificateArn": certificate, "endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"}
    domain = aws.make("aws:apigatewayv2/domainName:DomainName", domainName=name, domainNameConfiguration=configuration)
    target = domain.outputs["domainNameConfiguration"]
    assert target["targetDomainName"].endswith(f".execute-api.{aws.region}.amazonaws.com")
    assert target["hostedZoneId"]
    assert target["certificateArn"] == certificate
    aws.make("aws:apigatewayv2/apiMapping:ApiMapping", apiId=api, domainName=domain.id, stage=stage.id)
    [mapping] = aws("apigatewayv2").get_api_mappings(DomainName=name)["Items"]
    assert (mapping["ApiId"], mapping["Stage"]) == (api, "$default")


def test_a_pool_of_viewers_and_its_client(aws: Bench) -> None:
    rules = {
        "minimumLength": 12, "requireLowercase": True, "requireUppercase": True, "requireNumbers": True, "requireSymbols": True,
        "temporaryPasswordValidityDays": 3,
    }  # fmt: skip
    pool = aws.make(
        "aws:cognito/userPool:UserPool", name="viewers", userPoolTier="PLUS", usernameAttributes=["email"], passwordPolicy=rules,
        usernameConfiguration={"caseSensitive": False}, autoVerifiedAttributes=["email"], mfaConfiguration="OPTIONAL",
        accountRecoverySetting={"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]},
        softwareTokenMfaConfiguration={"enabled": True}, userPoolAddOns={"advancedSecurityMode": "ENFORCED"}, deletionProtection="ACTIVE",
    )  # fmt: skip
    found = aws("cognito-idp").describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert (found["UserPoolTier"], found["DeletionProtection"], found["MfaConfiguration"]) == ("PLUS", "ACTIVE", "OPTIONAL")
    assert found["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    assert found["UserPoolTags"] == TAGS
    factors = aws("cognito-idp").get_user_pool_mfa_config(UserPoolId=pool.id)
    assert (factors["MfaConfiguration"], factors["SoftwareTokenMfaConfiguration"]) == ("OPTIONAL", {"Enabled": True})
    client = aws.make(
        "aws:cognito/userPoolClient:UserPoolClient", name="player", userPoolId=pool.id, generateSecret=False,
        explicitAuthFlows=["ALLOW_USER_SRP_AUTH"], preventUserExistenceErrors="ENABLED", enableTokenRevocation=True, accessTokenValidity=1,
        tokenValidityUnits={"accessToken": "hours"},
    )  # fmt: skip
    [listed] = aws("cognito-idp").list_user_pool_clients(UserPoolId=pool.id)["UserPoolClients"]
    assert (listed["ClientId"], listed["ClientName"]) == (client.id, "player")
    shown = aws("cognito-idp").describe_user_pool_client(UserPoolId=pool.id, ClientId=client.id)["UserPoolClient"]
    assert (shown["AccessTokenValidity"], shown["TokenValidityUnits"]["AccessToken"]) == (1, "hours")
    assert "ClientSecret" not in shown


def test_a_secret_has_its_replicas_and_no_value(aws: Bench) -> None:
    made = aws.make("aws:secretsmanager/secret:Secret", name="keys", replicas=[{"region": "us-east-1"}])
    there = aws("secretsmanager", "us-east-1").describe_secret(SecretId="keys")
    assert there["ARN"] == made.id.replace(aws.region, "us-east-1")
    with pytest.raises(aws("secretsmanager").exceptions.ResourceNotFoundException):
        aws("secretsmanager").get_secret_value(SecretId="keys")


def test_a_rotation_needs_a_function_that_lets_secrets_manager_in(aws: Bench) -> None:
    made = aws.make("aws:secretsmanager/secret:Secret", name="rotated")
    nobody = aws.arn("lambda", "function:nobody")
    with pytest.raises(Exception, match="cannot invoke the specified Lambda function"):
        aws.make(
            "aws:secretsmanager/secretRotation:SecretRotation", secretId=made.id, rotationLambdaArn=nobody,
            rotationRules={"automaticallyAfterDays": 9},
        )  # fmt: skip

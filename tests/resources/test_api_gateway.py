"""REST APIs, read back as API Gateway holds them, and served under their own host names."""

import json

import pytest

from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, allow


def api(aws: Bench) -> str:
    fields = {"endpointConfiguration": {"types": "REGIONAL"}, "securityPolicy": "SecurityPolicy_TLS13_1_2_2021_06"}
    return aws.make("aws:apigateway/restApi:RestApi", name="keys", description="d", endpointAccessMode="STRICT", **fields).id


def path(aws: Bench, rest_api: str, *parts: str) -> str:
    parent = next(item["id"] for item in aws("apigateway").get_resources(restApiId=rest_api)["items"] if item["path"] == "/")
    for part in parts:
        parent = aws.make("aws:apigateway/resource:Resource", restApi=rest_api, parentId=parent, pathPart=part).id
    return parent


def staged(aws: Bench, rest_api: str, **fields: object) -> str:
    deployment = aws.make("aws:apigateway/deployment:Deployment", restApi=rest_api, triggers={"a": "b"}).id
    return aws.make("aws:apigateway/stage:Stage", restApi=rest_api, deployment=deployment, stageName="v1", **fields).id


def test_an_api_has_its_root_and_its_arns(aws: Bench) -> None:
    made = aws.make("aws:apigateway/restApi:RestApi", name="keys", endpointConfiguration={"types": "REGIONAL"})
    found = aws("apigateway").get_rest_api(restApiId=made.id)
    assert (found["name"], found["endpointConfiguration"]["types"]) == ("keys", ["REGIONAL"])
    assert found["tags"] == TAGS
    assert made.outputs["executionArn"] == f"arn:aws:execute-api:{aws.region}:{aws.account}:{made.id}"
    root = aws("apigateway").get_resource(restApiId=made.id, resourceId=made.outputs["rootResourceId"])
    assert root["path"] == "/"


def test_a_method_its_validator_and_its_integration(aws: Bench) -> None:
    rest_api = api(aws)
    place = path(aws, rest_api, "speke", "v2.0")
    validator = aws.make("aws:apigateway/requestValidator:RequestValidator", restApi=rest_api, name="p", validateRequestParameters=True)
    method = aws.make(
        "aws:apigateway/method:Method", restApi=rest_api, resourceId=place, httpMethod="POST", authorization="AWS_IAM",
        requestParameters={"method.request.header.X-A": True}, requestValidatorId=validator.id,
    )  # fmt: skip
    uri = f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/arn:aws:lambda:::function:f/invocations"
    aws.make(
        "aws:apigateway/integration:Integration", restApi=rest_api, resourceId=place, httpMethod="POST", type="AWS_PROXY",
        integrationHttpMethod="POST", uri=uri, timeoutMilliseconds=9000,
    )  # fmt: skip
    found = aws("apigateway").get_method(restApiId=rest_api, resourceId=place, httpMethod="POST")
    assert method.id == f"agm-{rest_api}-{place}-POST"
    assert (found["authorizationType"], found["requestValidatorId"]) == ("AWS_IAM", validator.id)
    assert found["requestParameters"] == {"method.request.header.X-A": True}
    assert (found["methodIntegration"]["uri"], found["methodIntegration"]["timeoutInMillis"]) == (uri, 9000)


def test_a_policy_a_stage_and_its_limits(aws: Bench) -> None:
    rest_api = api(aws)
    role = aws.role("gateway", "apigateway.amazonaws.com", "logs:CreateLogGroup")
    aws.make("aws:apigateway/account:Account", cloudwatchRoleArn=role)
    aws.make("aws:apigateway/restApiPolicy:RestApiPolicy", restApiId=rest_api, policy=allow("execute-api:Invoke"))
    assert "execute-api:Invoke" in aws("apigateway").get_rest_api(restApiId=rest_api)["policy"]
    logs = {"destinationArn": f"arn:aws:logs:{aws.region}:{aws.account}:log-group:access", "format": "$context.status"}
    assert staged(aws, rest_api, accessLogSettings=logs, xrayTracingEnabled=True) == f"ags-{rest_api}-v1"
    settings = {
        "metricsEnabled": True,
        "loggingLevel": "OFF",
        "dataTraceEnabled": False,
        "throttlingRateLimit": 5,
        "throttlingBurstLimit": 9,
    }
    limits = aws.make("aws:apigateway/methodSettings:MethodSettings", restApi=rest_api, stageName="v1", methodPath="*/*", settings=settings)
    found = aws("apigateway").get_stage(restApiId=rest_api, stageName="v1")
    assert (found["accessLogSettings"], found["tracingEnabled"]) == (logs, True)
    held = found["methodSettings"]["*/*"]
    assert (limits.id, held["throttlingRateLimit"], held["throttlingBurstLimit"], held["loggingLevel"]) == (
        f"{rest_api}-v1-*/*",
        5,
        9,
        "OFF",
    )
    assert held["dataTraceEnabled"] is False


def test_logs_need_the_accounts_role(aws: Bench) -> None:
    aws("apigateway").update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}])
    with pytest.raises(MarqueeError, match="CloudWatch Logs role ARN must be set"):
        staged(aws, api(aws), accessLogSettings={"destinationArn": "arn:aws:logs:::x", "format": "f"})


def test_an_unsigned_request_finds_the_api_of_any_account(aws: Bench) -> None:
    rest_api = api(aws)
    place = path(aws, rest_api, "open")
    aws.make("aws:apigateway/method:Method", restApi=rest_api, resourceId=place, httpMethod="GET", authorization="NONE")
    aws("apigateway").put_integration(
        restApiId=rest_api, resourceId=place, httpMethod="GET", type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    aws("apigateway").put_integration_response(restApiId=rest_api, resourceId=place, httpMethod="GET", statusCode="200")
    staged(aws, rest_api)
    host = f"https://{rest_api}.execute-api.{aws.region}.amazonaws.com"
    assert aws.emulator.visit("GET", f"{host}/v1/open").status == 200
    answer = aws.emulator.visit("GET", f"{host}/v1/closed")
    assert (answer.status, json.loads(answer.body)["message"]) == (403, "Missing Authentication Token")

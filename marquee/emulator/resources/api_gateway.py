"""REST APIs of API Gateway: paths, methods, what they invoke, and the stages that serve them."""

import json
from typing import Any

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs, text
from marquee.emulator.resources.registry import creates
from marquee.errors import MarqueeError

_REST = {"restApi": "restApiId", "deployment": "deploymentId"}
_SETTINGS = {
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}
"""Setting of a method → its path in a patch. Source: API Gateway API Reference, UpdateStage."""


@creates("aws:apigateway/restApi:RestApi")
def rest_api(aws: Aws, given: Inputs) -> Made:
    """An API; it has its root from the beginning."""
    made = aws.call("apigateway", "create_rest_api", given, name=aws.physical(given))
    api = made["id"]
    (root,) = (item["id"] for item in aws.client("apigateway").get_resources(restApiId=api)["items"] if item["path"] == "/")
    state = {
        "name": made["name"],
        "arn": f"arn:aws:apigateway:{aws.region}::/restapis/{api}",
        "executionArn": aws.arn("execute-api", api),
        "rootResourceId": root,
        "createdDate": made["createdDate"].isoformat(),
    }
    return api, state


@creates("aws:apigateway/resource:Resource")
def resource(aws: Aws, given: Inputs) -> Made:
    """One more part of a path."""
    made = aws.call("apigateway", "create_resource", given, rename=_REST)
    return made["id"], {"path": made["path"]}


@creates("aws:apigateway/requestValidator:RequestValidator")
def request_validator(aws: Aws, given: Inputs) -> Made:
    """What API Gateway checks before it invokes anything."""
    made = aws.call("apigateway", "create_request_validator", given, rename=_REST, name=aws.physical(given))
    return made["id"], {"name": made["name"]}


@creates("aws:apigateway/method:Method")
def method(aws: Aws, given: Inputs) -> Made:
    """A method of a path; the provider forms the id."""
    aws.call("apigateway", "put_method", given, rename={**_REST, "authorization": "authorizationType"})
    return f"agm-{given['restApi']}-{given['resourceId']}-{given['httpMethod']}", {}


@creates("aws:apigateway/integration:Integration")
def integration(aws: Aws, given: Inputs) -> Made:
    """What a method invokes; the API calls the method of the backend's request `integrationHttpMethod`."""
    names = {**_REST, "timeoutMilliseconds": "timeoutInMillis"}
    made = aws.call("apigateway", "put_integration", given, rename=names)
    state = {"passthroughBehavior": made.get("passthroughBehavior", "WHEN_NO_MATCH"), "cacheNamespace": given["resourceId"]}
    return f"agi-{given['restApi']}-{given['resourceId']}-{given['httpMethod']}", state


@creates("aws:apigateway/restApiPolicy:RestApiPolicy")
def rest_api_policy(aws: Aws, given: Inputs) -> Made:
    """Who may invoke the API; the id is the API's."""
    api, policy = str(given["restApiId"]), str(given["policy"])
    json.loads(policy)
    _patch(aws, "update_rest_api", {"restApiId": api}, {"/policy": policy})
    return api, {}


@creates("aws:apigateway/deployment:Deployment")
def deployment(aws: Aws, given: Inputs) -> Made:
    """A snapshot of the API. `triggers` only tell Pulumi when another is due."""
    given.get("triggers")
    made = aws.call("apigateway", "create_deployment", given, rename=_REST)
    return made["id"], {"createdDate": made["createdDate"].isoformat()}


@creates("aws:apigateway/stage:Stage")
def stage(aws: Aws, given: Inputs) -> Made:
    """A deployment under a name. Logs come after it, as the provider has it, and only if the account has a role for them."""
    api, name = str(given["restApi"]), str(given["stageName"])
    aws.call("apigateway", "create_stage", given, rename={**_REST, "xrayTracingEnabled": "tracingEnabled"})
    logs = given.section("accessLogSettings")
    if logs:
        if not aws.client("apigateway").get_account().get("cloudwatchRoleArn"):
            raise MarqueeError("CloudWatch Logs role ARN must be set in account settings to enable logging")
        where = {"/accessLogSettings/destinationArn": logs["destinationArn"], "/accessLogSettings/format": logs["format"]}
        _patch(aws, "update_stage", {"restApiId": api, "stageName": name}, where)
    state = {
        "arn": f"arn:aws:apigateway:{aws.region}::/restapis/{api}/stages/{name}",
        "executionArn": aws.arn("execute-api", f"{api}/{name}"),
        "invokeUrl": f"https://{api}.execute-api.{aws.region}.amazonaws.com/{name}",
    }
    return f"ags-{api}-{name}", state


@creates("aws:apigateway/methodSettings:MethodSettings")
def method_settings(aws: Aws, given: Inputs) -> Made:
    """Logs, metrics and limits of a stage's methods."""
    api, name, path = str(given["restApi"]), str(given["stageName"]), str(given["methodPath"])
    wanted: dict[str, Any] = dict(given["settings"])
    changes = {f"/{path}/{_SETTINGS[setting]}": text(value) for setting, value in wanted.items()}
    _patch(aws, "update_stage", {"restApiId": api, "stageName": name}, changes)
    return f"{api}-{name}-{path}", {}


def _patch(aws: Aws, operation: str, place: dict[str, str], changes: dict[str, str]) -> None:
    operations = [{"op": "replace", "path": path, "value": value} for path, value in changes.items()]
    getattr(aws.client("apigateway"), operation)(**place, patchOperations=operations)

"""The REST API in front of the key provider: one path, one method, signed by roles of this stack alone."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import LambdaFunction
from components.identity.statement import document
from components.refs import Placement

PATH: Final = ("speke", "v2.0", "copyProtection")
"""The path of SPEKE v2.0's examples, below the stage."""
STAGE: Final = "keys"
_RATE, _BURST = 50, 100  # requests a second; an encode asks once, a live channel once a period
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "caller": "$context.identity.userArn",
    "address": "$context.identity.sourceIp",
    "path": "$context.path",
    "status": "$context.status",
    "error": "$context.error.message",
    "waf": "$context.waf.status",
    "milliseconds": "$context.responseLatency",
}
"""Who asked, and what came of it. No body, no header."""


@dataclass(frozen=True, kw_only=True)
class KeyApiArgs:
    """Arguments of `KeyApi`."""

    placement: Placement
    function: LambdaFunction
    logging_ready: Input[str] | None


class KeyApi(ComponentResource):
    """Regional, IAM authorisation, TLS 1.2 or newer. Only the stack's own roles pass its policy, whatever an administrator grants others.

    Execution logs stay off: with data tracing, one click away from them, they would hold the keys.
    """

    url: Output[str]
    invoke_arn: Output[str]
    """ARN of the one method, as `execute-api:Invoke` takes it."""
    stage_arn: Output[str]

    def __init__(self, name: str, args: KeyApiArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:drm:KeyApi", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        api = aws.apigateway.RestApi(
            name,
            name=place.names.key_provider(),
            description="SPEKE v2.0 key provider",
            endpoint_configuration={"types": "REGIONAL"},
            security_policy="SecurityPolicy_TLS13_1_2_2021_06",
            endpoint_access_mode="STRICT",  # such a policy needs a mode; strict refuses a name that is another API's
            opts=child,
        )
        self.invoke_arn = Output.concat(api.execution_arn, "/", STAGE, "/POST/", "/".join(PATH))
        policy = aws.apigateway.RestApiPolicy(name, rest_api_id=api.id, policy=_policy(place, self.invoke_arn), opts=child)
        method = _method(name, api, child)
        integration = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=f"arn:aws:apigateway:{place.region}:lambda:path/2015-03-31/functions/{args.function.arn}/invocations",
            timeout_milliseconds=25_000,
            opts=child,
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"definition": _digest(place, args.function.arn)},  # a deployment is a snapshot: what changes needs a new one
            opts=ResourceOptions(parent=self, depends_on=[policy, method, integration]),
        )
        stage = _stage(name, args, api, deployment, child)
        self.stage_arn = stage.arn
        self.url = Output.concat(stage.invoke_url, "/", "/".join(PATH))
        self.register_outputs({"url": self.url})


def _method(name: str, api: aws.apigateway.RestApi, opts: ResourceOptions) -> aws.apigateway.Method:
    parent: Input[str] = api.root_resource_id
    for part in PATH:
        parent = aws.apigateway.Resource(f"{name}-{part}", rest_api=api.id, parent_id=parent, path_part=part, opts=opts).id
    validator = aws.apigateway.RequestValidator(
        name, name="parameters", rest_api=api.id, validate_request_parameters=True, validate_request_body=False, opts=opts
    )
    return aws.apigateway.Method(
        name,
        rest_api=api.id,
        resource_id=parent,
        http_method="POST",
        authorization="AWS_IAM",
        request_parameters={"method.request.header.X-Speke-Version": True},  # without it the function is not even started
        request_validator_id=validator.id,
        opts=opts,
    )


def _stage(
    name: str, args: KeyApiArgs, api: aws.apigateway.RestApi, deployment: aws.apigateway.Deployment, opts: ResourceOptions
) -> aws.apigateway.Stage:
    place = args.placement
    logs = aws.cloudwatch.LogGroup(
        name,
        name=place.names.log_group("key-provider"),
        kms_key_id=place.keys.logs,
        retention_in_days=place.log_retention_days,
        opts=opts,
    )
    # API Gateway refuses a stage with logs as long as the account has no role for them.
    destination = logs.arn if args.logging_ready is None else Output.all(logs.arn, args.logging_ready).apply(lambda both: both[0])
    stage = aws.apigateway.Stage(
        name,
        rest_api=api.id,
        deployment=deployment.id,
        stage_name=STAGE,
        access_log_settings={"destination_arn": destination, "format": json.dumps(_ACCESS_LOG)},
        xray_tracing_enabled=True,
        opts=opts,
    )
    aws.apigateway.MethodSettings(
        name,
        rest_api=api.id,
        stage_name=stage.stage_name,
        method_path="*/*",
        settings={
            "metrics_enabled": True,
            "logging_level": "OFF",
            "data_trace_enabled": False,
            "throttling_rate_limit": _RATE,
            "throttling_burst_limit": _BURST,
        },
        opts=opts,
    )
    return stage


def _statements(place: Placement, on: Input[str]) -> list[dict[str, Any]]:
    """The account's IAM decides, within what the Deny leaves: roles of this stack."""
    ours = f"arn:aws:iam::{place.account}:role/{place.names.prefix}-*"
    invoke = {"Action": "execute-api:Invoke", "Resource": on}
    return [
        {"Sid": "AskIam", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{place.account}:root"}, **invoke},
        {"Sid": "OwnRoles", "Effect": "Deny", "Principal": "*", **invoke, "Condition": {"ArnNotLike": {"aws:PrincipalArn": ours}}},
    ]


def _policy(place: Placement, on: Input[str]) -> Input[str]:
    return document(*_statements(place, on))


def _digest(place: Placement, function_arn: str) -> str:
    """Of all that a deployment takes a snapshot of, but for what AWS names."""
    definition = {"path": PATH, "function": function_arn, "policy": _statements(place, "")}
    return hashlib.sha256(json.dumps(definition).encode()).hexdigest()[:16]

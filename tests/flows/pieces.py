"""Pieces that flow tests put together: rules, queues, tables, state machines."""

import json
from typing import Any

from tests.flows.world import World, allow

EVENTS = {"Service": "events.amazonaws.com"}


def rule(aws: World, name: str, pattern: dict[str, Any], *targets: dict[str, Any], bus: str = "default", region: str = "") -> str:
    events = aws("events", region)
    arn = events.put_rule(Name=name, EventPattern=json.dumps(pattern), EventBusName=bus)["RuleArn"]
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": str(index), **target} for index, target in enumerate(targets)])
    return arn


def open_queue(aws: World, name: str = "events") -> tuple[str, str]:
    return aws.queue(name, allow("sqs:SendMessage", aws.arn("sqs", name), Principal=EVENTS))


def table(aws: World, name: str, region: str = "") -> None:
    aws("dynamodb", region).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


def put_event(aws: World, detail: Any = None, bus: str = "default") -> None:
    entry = {"Source": "test", "DetailType": "Test", "Detail": json.dumps(detail or {}), "EventBusName": bus}
    assert aws("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def state_machine(aws: World, definition: dict[str, Any], *statements: dict[str, Any]) -> str:
    role = aws.role("machine", "states", *statements)
    return aws("stepfunctions").create_state_machine(name="machine", definition=json.dumps(definition), roleArn=role)["stateMachineArn"]


def http_api(aws: World, function: str, **settings: Any) -> tuple[str, str]:
    """Id of an HTTP API whose `GET /` a function answers, and API Gateway's name behind its custom domain."""
    apis = aws("apigatewayv2")
    api = apis.create_api(Name="small", ProtocolType="HTTP", **settings)["ApiId"]
    proxy = {"IntegrationType": "AWS_PROXY", "IntegrationUri": function, "PayloadFormatVersion": "2.0"}
    target = apis.create_integration(ApiId=api, **proxy)["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="GET /", Target=f"integrations/{target}")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    name = f"api.{aws.account}.example.org"
    made = apis.create_domain_name(DomainName=name, DomainNameConfigurations=[{"EndpointType": "REGIONAL"}])
    apis.create_api_mapping(ApiId=api, DomainName=name, Stage="$default")
    return api, made["DomainNameConfigurations"][0]["ApiGatewayDomainName"]

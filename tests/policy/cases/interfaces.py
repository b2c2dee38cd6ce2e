"""I: who may call functions, interfaces and databases."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown
from tests.policy.cases._policies import ACCOUNT, ROLE, TABLE

PERMISSION = "aws:lambda/permission:Permission"
TASK = "aws:ecs/taskDefinition:TaskDefinition"

REST_API = "aws:apigateway/restApi:RestApi"
HTTP_API = "aws:apigatewayv2/api:Api"
_SIGNED: dict[str, Any] = {"security": [{"sigv4": []}]}


def _document(methods: dict[str, Any], **common: Any) -> Item:
    return Item(REST_API, {"body": json.dumps({"openapi": "3.0.1", "paths": {"/a": methods}, **common})})


def _permission(principal: Any, **props: Any) -> Item:
    return Item(PERMISSION, {"action": "lambda:InvokeFunction", "function": "f", "principal": principal, **props})


def _task(own: Any, execution: Any, *, refs: dict[str, list[str]] | None = None) -> Item:
    props = {"family": "f", "containerDefinitions": "[]", "taskRoleArn": own, "executionRoleArn": execution}
    return Item(TASK, {name: value for name, value in props.items() if value is not None}, refs=refs or {})


def _role(name: str) -> Item:
    return Item(ROLE, {"assumeRolePolicy": "{}"}, name)


def _method(http: Any, authorization: Any, **props: Any) -> Item:
    base = {"restApi": "a", "resourceId": "r", "httpMethod": http, "authorization": authorization}
    return Item("aws:apigateway/method:Method", {**base, **props})


def _route(authorization: Any = None, key: Any = "GET /titles") -> Item:
    props = {"apiId": "a", "routeKey": key, "authorizationType": authorization}
    return Item("aws:apigatewayv2/route:Route", {name: value for name, value in props.items() if value is not None})


def _url(authorization: Any) -> Item:
    return Item("aws:lambda/functionUrl:FunctionUrl", {"functionName": "f", "authorizationType": authorization})


def _cluster(**props: Any) -> Item:
    return Item("aws:rds/cluster:Cluster", {"engine": "aurora-postgresql", **props})


def _instance(engine: Any = "postgres", **props: Any) -> Item:
    return Item("aws:rds/instance:Instance", {"instanceClass": "db.t4g.micro", "engine": engine, **props})


FUNCTIONS = (
    not_applicable("I7", "another type", TABLE),
    not_applicable("I7", "an account", _permission(ACCOUNT)),
    passes("I7", "an ARN", _permission("events.amazonaws.com", sourceArn="arn:aws:events:eu-west-1:1:rule/r")),
    passes("I7", "an account that is known", _permission("s3.amazonaws.com", sourceAccount=ACCOUNT, sourceArn=UNKNOWN)),
    fails("I7", "neither", _permission("events.amazonaws.com"), at="sourceArn"),
    fails("I7", "empty", _permission("events.amazonaws.com", sourceArn="")),
    fails("I7", "regional", _permission("logs.eu-west-1.amazonaws.com")),
    unknown("I7", "an ARN that is not known yet", _permission("s3.amazonaws.com", sourceArn=UNKNOWN), at="sourceArn"),
    unknown("I7", "a principal that is not known yet", _permission(UNKNOWN), at="principal"),
    not_applicable("I7.2", "another type", TABLE),
    passes("I7.2", "a service", _permission("events.amazonaws.com")),
    fails("I7.2", "everybody", _permission("*"), at="principal"),
    fails("I7.2", "everybody's URL", _permission("*", functionUrlAuthType="NONE")),
    unknown("I7.2", "a principal that is not known yet", _permission(UNKNOWN), at="principal"),
    not_applicable("I7.3", "another service", _permission("events.amazonaws.com")),
    passes("I7.3", "an account", _permission("s3.amazonaws.com", sourceAccount=ACCOUNT)),
    fails("I7.3", "an ARN alone", _permission("s3.amazonaws.com", sourceArn="arn:aws:s3:::b"), at="sourceAccount"),
    unknown("I7.3", "an account that is not known yet", _permission("s3.amazonaws.com", sourceAccount=UNKNOWN), at="sourceAccount"),
    not_applicable("I11", "another type", TABLE),
    passes("I11", "signed", _url("AWS_IAM")),
    fails("I11", "open", _url("NONE"), at="authorizationType"),
    unknown("I11", "not known yet", _url(UNKNOWN), at="authorizationType"),
)
TASKS = (
    not_applicable("I9", "another type", TABLE),
    not_applicable("I9", "no role of its own", _task(None, "arn:aws:iam::1:role/a")),
    not_applicable("I9", "no execution role", _task(UNKNOWN, None)),
    passes("I9", "two roles", _task("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b")),
    passes(
        "I9",
        "two roles that are not known yet",
        _task(UNKNOWN, UNKNOWN, refs={"taskRoleArn": ["a"], "executionRoleArn": ["b"]}),
        _role("a"),
        _role("b"),
    ),
    fails("I9", "one role", _task("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/a"), at="taskRoleArn"),
    fails(
        "I9",
        "one role that is not known yet",
        _task(UNKNOWN, UNKNOWN, refs={"taskRoleArn": ["a"], "executionRoleArn": ["a"]}),
        _role("a"),
    ),
    unknown("I9", "from elsewhere", _task(UNKNOWN, UNKNOWN), at="taskRoleArn"),
    unknown("I9", "one of two", _task(UNKNOWN, "arn:aws:iam::1:role/a"), at="taskRoleArn"),
)
APIS = (
    not_applicable("I10", "another type", TABLE),
    not_applicable("I10", "a preflight", _method("OPTIONS", "NONE")),
    passes("I10", "signed", _method("GET", "AWS_IAM")),
    passes("I10", "signed, method not known yet", _method("POST", "CUSTOM", apiKeyRequired=UNKNOWN)),
    passes("I10", "a key", _method("GET", "NONE", apiKeyRequired=True)),
    fails("I10", "open", _method("GET", "NONE"), at="authorization"),
    fails("I10", "no key", _method("ANY", "NONE", apiKeyRequired=False)),
    unknown("I10", "not known yet", _method("GET", UNKNOWN), at="authorization"),
    unknown("I10", "a key that is not known yet", _method("GET", "NONE", apiKeyRequired=UNKNOWN), at="apiKeyRequired"),
    not_applicable("I10.2", "another type", TABLE),
    not_applicable("I10.2", "the end of a WebSocket", _route(key="$disconnect")),
    passes("I10.2", "a token", _route("JWT")),
    passes("I10.2", "signed", _route("AWS_IAM", key="$connect")),
    fails("I10.2", "missing", _route(), at="authorizationType"),
    fails("I10.2", "none", _route("NONE")),
    unknown("I10.2", "not known yet", _route(UNKNOWN), at="authorizationType"),
    not_applicable("I10.4", "methods of their own", Item(REST_API, {"name": "a"})),
    not_applicable("I10.4", "YAML", Item(REST_API, {"body": "openapi: 3.0.1"})),
    not_applicable("I10.4", "routes of their own", Item(HTTP_API, {"protocolType": "HTTP"})),
    passes("I10.4", "each method", _document({"get": _SIGNED, "options": {}, "parameters": []})),
    passes("I10.4", "the document", _document({"post": {}}, **_SIGNED)),
    fails("I10.4", "one of two", _document({"get": _SIGNED, "post": {}}), at="body.paths[/a].post.security"),
    fails("I10.4", "any", _document({"x-amazon-apigateway-any-method": {}})),
    fails("I10.4", "none beside the document's", _document({"get": {"security": []}}, **_SIGNED), at="get.security"),
    fails("I10.4", "an empty alternative", _document({"get": {"security": [{"sigv4": []}, {}]}})),
    fails("I10.4", "a document that is no text", Item(HTTP_API, {"body": {"paths": {"/a": {"get": {}}}}}), at="get.security"),
    fails("I10.4", "a route made with the API", Item(HTTP_API, {"target": UNKNOWN}), at="target"),
    unknown("I10.4", "not known yet", Item(REST_API, {"body": UNKNOWN}), at="body"),
    not_applicable("I10.3", "no key", _method("GET", "NONE")),
    passes("I10.3", "beside a signature", _method("GET", "AWS_IAM", apiKeyRequired=True)),
    fails("I10.3", "a key alone", _method("GET", "NONE", apiKeyRequired=True), at="authorization"),
    unknown("I10.3", "not known yet", _method("GET", UNKNOWN, apiKeyRequired=True), at="authorization"),
)
DATABASES = (
    not_applicable("I12", "another type", TABLE),
    passes("I12", "on", _cluster(iamDatabaseAuthenticationEnabled=True)),
    fails("I12", "missing", _cluster(), at="iamDatabaseAuthenticationEnabled"),
    fails("I12", "off", _cluster(iamDatabaseAuthenticationEnabled=False)),
    unknown("I12", "not known yet", _cluster(iamDatabaseAuthenticationEnabled=UNKNOWN), at="iamDatabaseAuthenticationEnabled"),
    not_applicable("I12.2", "another engine", _instance("oracle-ee")),
    passes("I12.2", "on", _instance(iamDatabaseAuthenticationEnabled=True)),
    fails("I12.2", "missing", _instance("mysql"), at="iamDatabaseAuthenticationEnabled"),
    unknown("I12.2", "not known yet", _instance(iamDatabaseAuthenticationEnabled=UNKNOWN), at="iamDatabaseAuthenticationEnabled"),
    unknown("I12.2", "an engine that is not known yet", _instance(UNKNOWN), at="engine"),
)

CASES = (*FUNCTIONS, *TASKS, *APIS, *DATABASES)

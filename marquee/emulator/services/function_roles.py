"""What the Lambda service does with a function's role: it logs, traces, polls queues and streams, and sends to dead-letter queues.

AWS refuses to create a function or an event source mapping whose role lacks a permission for it, and silently drops the logs and
traces of one whose role may not write them. MiniStack asks no role.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
from dataclasses import dataclass, replace
from typing import Any

from marquee.emulator.services.enforcement import Attempt, Enforcement
from marquee.emulator.services.sessions import session_of
from marquee.emulator.upstream import module

_POLLING = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "kinesis": ("kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"),
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
}
"""Source: Lambda Developer Guide, "Using Lambda with SQS", "… Kinesis", "… DynamoDB", execution role permissions."""

_NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_TRACING = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_SEND = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}


@dataclass(frozen=True)
class FunctionRoles:
    """Checks before MiniStack creates, maps or logs."""

    enforcement: Enforcement

    def install(self) -> None:
        """Take the place of MiniStack's own functions. Once."""
        functions = module("ministack.services.lambda_svc")
        create, map_source, log = functions._create_function, functions._create_esm, functions._emit_lambda_logs

        def create_function(data: dict[str, Any]) -> Any:
            return self._refuse_creation(data) or create(data)

        def create_esm(data: dict[str, Any]) -> Any:
            return self._refuse_mapping(functions, data) or map_source(data)

        def emit_lambda_logs(function: dict[str, Any], *rest: Any, **keywords: Any) -> None:
            if self._may_log(function.get("config") or function):
                log(function, *rest, **keywords)

        functions._create_function, functions._create_esm, functions._emit_lambda_logs = create_function, create_esm, emit_lambda_logs

    def _refuse_creation(self, data: dict[str, Any]) -> Any:
        role, name = data.get("Role", ""), data.get("FunctionName", "")
        if role.count(":") != 5:
            return None  # MiniStack answers malformed requests itself
        dead_letters = str(_within(data, "DeadLetterConfig", "TargetArn"))
        if dead_letters:
            service = dead_letters.split(":")[2]
            if self._denied(role, name, _SEND[service], dead_letters):
                return _invalid(f"The provided execution role does not have permissions to call {_SEND[service][4:]} on {service.upper()}")
        if _within(data, "VpcConfig", "SubnetIds") and any(self._denied(role, name, action, "*") for action in _NETWORK):
            return _invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")
        return None

    def _refuse_mapping(self, functions: Any, data: dict[str, Any]) -> Any:
        source: str = data.get("EventSourceArn", "")
        service = source.split(":")[2] if source.count(":") >= 5 else ""
        function, config, _ = functions._get_func_record_for_ref(data.get("FunctionName", ""))
        if not function or not config or service not in _POLLING:
            return None
        for action in _POLLING[service]:
            resource = "*" if action == "dynamodb:ListStreams" else source
            if self._denied(config["Role"], config["FunctionName"], action, resource):
                operation = action.partition(":")[2]
                return _invalid(f"The provided execution role does not have permissions to call {operation} on {service.upper()}")
        return None

    def _may_log(self, config: dict[str, Any]) -> bool:
        role, name = config["Role"], config["FunctionName"]
        prefix = ":".join(config["FunctionArn"].split(":")[3:5])
        group = _within(config, "LoggingConfig", "LogGroup") or f"/aws/lambda/{name}"
        arn = f"arn:aws:logs:{prefix}:log-group:{group}"
        exists = group in module("ministack.services.cloudwatch_logs")._log_groups
        needed = [(action, f"{arn}:log-stream:*") for action in ("logs:CreateLogStream", "logs:PutLogEvents")]
        needed += [] if exists else [("logs:CreateLogGroup", arn)]
        for action in _TRACING if _within(config, "TracingConfig", "Mode") == "Active" else ():
            self._denied(role, name, action, "*")
        denied = [self._denied(role, name, action, resource) for action, resource in needed]  # each is recorded
        return not any(denied)

    def _denied(self, role: str, session: str, action: str, resource: str) -> bool:
        region = module("ministack.core.responses").get_region()
        attempt = Attempt(access_key=session_of(role, session), action=action, service=action.partition(":")[0], region=region)
        return self.enforcement.judge(replace(attempt, resource=resource)) is not None


def _within(data: dict[str, Any], section: str, name: str) -> Any:
    found: Any = data.get(section)
    return found.get(name) or "" if found else ""


def _invalid(message: str) -> tuple[int, dict[str, str], bytes]:
    body = json.dumps({"Type": "User", "Message": message, "message": message}).encode()
    return 400, {"content-type": "application/json", "x-amzn-errortype": "InvalidParameterValueException"}, body

"""What Step Functions checks of a machine's role when the machine is created: access to logs and traces, and to what `.sync` tasks wait on.

MiniStack checks nothing then, so a role that AWS would refuse at the first deployment passes.
Sources: Step Functions Developer Guide, "Using CloudWatch Logs to log execution history", "Tracing with X-Ray", and "How Step Functions
generates IAM policies for integrated services".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import re
from dataclasses import dataclass
from typing import Any

from marquee.emulator.services.enforcement import Attempt, Enforcement
from marquee.emulator.services.sessions import session_of
from marquee.emulator.upstream import module

_LOGGING = tuple(
    f"logs:{name}"
    for name in (
        "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries", "PutResourcePolicy",
        "DescribeResourcePolicies", "DescribeLogGroups",
    )
)  # fmt: skip
_TRACING = ("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets")
_MANAGED_RULE = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_RULES = {
    "batch": "StepFunctionsGetEventsForBatchJobsRule",
    "ecs": "StepFunctionsGetEventsForECSTaskRule",
    "mediaconvert": "StepFunctionsGetEventsForMediaConvertJobRule",
    "states": "StepFunctionsGetEventsForStepFunctionsExecutionRule",
}
"""Service of a `.sync` task → the rule that Step Functions makes with the role, to be told of the end."""
_SYNC = re.compile(r"arn:aws:states:::(\w+):\w+\.sync")


@dataclass(frozen=True)
class StateMachineRoles:
    """The check before MiniStack creates a machine."""

    enforcement: Enforcement

    def install(self) -> None:
        """Take the place of MiniStack's own function. Once."""
        states = module("ministack.services.stepfunctions")
        create = states._create_state_machine

        def create_state_machine(data: dict[str, Any]) -> Any:
            return self._refusal(data) or create(data)

        states._create_state_machine = create_state_machine

    def _refusal(self, data: dict[str, Any]) -> Any:
        role: str = data.get("roleArn") or ""
        if role.count(":") != 5:
            return None  # MiniStack answers malformed requests itself
        logging: Any = data.get("loggingConfiguration") or {}
        if logging.get("level", "OFF") != "OFF" and self._denied(role, data, _LOGGING, "*"):
            return _access_denied("The state machine IAM Role is not authorized to access the Log Destination")
        tracing: Any = data.get("tracingConfiguration") or {}
        if tracing.get("enabled") and self._denied(role, data, _TRACING, "*"):
            return _access_denied(f"'{role}' is not authorized to send traces to X-Ray")
        scope = module("ministack.core.responses")
        prefix = f"arn:aws:events:{scope.get_region()}:{scope.get_account_id()}:rule"
        for service in sorted(set(_SYNC.findall(data.get("definition") or ""))):
            rule = _RULES.get(service)
            if rule and self._denied(role, data, _MANAGED_RULE, f"{prefix}/{rule}"):
                return _access_denied(f"'{role}' is not authorized to create managed-rule.")
        return None

    def _denied(self, role: str, data: dict[str, Any], actions: tuple[str, ...], resource: str) -> bool:
        key, region = session_of(role, data.get("name") or "machine"), module("ministack.core.responses").get_region()
        attempts = [
            Attempt(access_key=key, action=name, service=name.partition(":")[0], region=region, resource=resource) for name in actions
        ]
        return any([self.enforcement.judge(attempt) is not None for attempt in attempts])  # noqa: C419 each one is recorded


def _access_denied(message: str) -> tuple[int, dict[str, str], bytes]:
    return 400, {"content-type": "application/x-amz-json-1.0"}, json.dumps({"__type": "AccessDeniedException", "message": message}).encode()

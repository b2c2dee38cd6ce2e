"""RotateSecret calls the secret's function, in its four steps, as Secrets Manager does.

MiniStack promotes a copy of the current value instead and calls nobody. As on AWS the request ends before the rotation does; a step that
fails ends it, and the current version stays. AWS would try again later.
Source: AWS Secrets Manager User Guide, "Lambda rotation functions", section "Four steps in a rotation function".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import functools
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

from marquee.emulator.clients import Clients
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
_log = logging.getLogger(__name__)


class SecretRotation:
    """Takes the place of MiniStack's `_rotate_secret`."""

    def __init__(self, service_calls: ServiceCalls):
        self._calls = service_calls

    def install(self) -> None:
        """Once, before the first request: the handler looks the operation up by its name in the module."""
        secrets = module("ministack.services.secretsmanager")
        scope = module("ministack.core.responses")
        read = secrets._get_secret_value

        def rotate_secret(data: dict[str, Any]) -> Any:
            _, secret = secrets._resolve(data.get("SecretId"))
            if not secret or secret.get("DeletedDate") or secrets._is_replica(secret):
                return _error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
            function = data.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
            if not function:
                return _error("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
            secret |= {"RotationLambdaARN": function, "RotationEnabled": True}
            secret["RotationRules"] = data.get("RotationRules") or secret.get("RotationRules")
            version = data.get("ClientRequestToken") or str(uuid.uuid4())
            account, region = scope.get_account_id(), scope.get_region()
            if not self._allowed(function, secret["ARN"], account, region):
                return _error("AccessDeniedException", "Secrets Manager cannot invoke the specified Lambda function.")
            if data.get("RotateImmediately", True):
                _drop_pending(secret)
                secret["Versions"][version] = {
                    "SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": ["AWSPENDING"],
                }  # fmt: skip
                arguments = (secret, function, version, account, region)
                threading.Thread(target=self._rotate, args=arguments, daemon=True).start()
            return module("ministack.core.responses").json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})

        def get_secret_value(data: dict[str, Any]) -> Any:
            """A version that waits for its value has none to read."""
            _, secret = secrets._resolve(data.get("SecretId"))
            found = _version(secret, data) if secret else None
            if found is not None and found["SecretString"] is None and found["SecretBinary"] is None:
                return _error("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.")
            return read(data)

        secrets._rotate_secret, secrets._get_secret_value = rotate_secret, get_secret_value

    def _allowed(self, function: str, secret: str, account: str, region: str) -> bool:
        call = ServiceCall(
            principal="secretsmanager.amazonaws.com",
            action="lambda:InvokeFunction",
            resource=function,
            source_arn=secret,
            account=account,
            region=region,
        )
        return self._calls.allowed(call)

    def _rotate(self, secret: dict[str, Any], function: str, version: str, account: str, region: str) -> None:
        for step in _STEPS:
            event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": version}
            client = _clients().client("lambda", region=region, account=account)
            answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
            if answer.get("FunctionError"):
                _log.warning("rotation of %s failed in %s: %s", secret["Name"], step, answer["Payload"].read())
                return
        secret["LastRotatedDate"] = int(time.time())


@functools.cache
def _clients() -> Clients:
    return Clients(endpoint=os.environ["AWS_ENDPOINT_URL"], ca_bundle=os.environ["AWS_CA_BUNDLE"])


def _drop_pending(secret: dict[str, Any]) -> None:
    """An earlier rotation that failed leaves a version behind; a new one takes its stage."""
    for version in list(secret["Versions"]):
        stages = secret["Versions"][version]["Stages"]
        if "AWSPENDING" in stages and "AWSCURRENT" not in stages:
            del secret["Versions"][version]


def _version(secret: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    if data.get("VersionId"):
        return secret["Versions"].get(data["VersionId"])
    stage = data.get("VersionStage", "AWSCURRENT")
    return next((each for each in secret["Versions"].values() if stage in each["Stages"]), None)


def _error(code: str, message: str) -> tuple[int, dict[str, str], bytes]:
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"__type": code, "message": message}).encode()

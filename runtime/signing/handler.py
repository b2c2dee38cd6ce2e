"""Entry point: the steps of a rotation from Secrets Manager, the first key and the last from a deployment."""

import time
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError

from runtime.signing.environment import Environment
from runtime.signing.key_group import KeyGroup
from runtime.signing.rotation import Rotation

logger = Logger()
environment = Environment.read()
_PATIENT = Config(retries={"mode": "standard", "max_attempts": 6})  # CloudFront's control plane throttles early
group = KeyGroup(boto3.client("cloudfront", config=_PATIENT), environment.key_group_name)
secrets = boto3.client("secretsmanager", config=_PATIENT)

_PAUSES = (1, 2, 4, 8, 15)  # seconds

_STEPS = {"createSecret": Rotation.create, "setSecret": Rotation.set, "testSecret": Rotation.test, "finishSecret": Rotation.finish}


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, str]:  # noqa: ARG001 the signature is Lambda's
    """`{Step, SecretId, ClientRequestToken}` from Secrets Manager, or `{secretId, reference, tf: {action}}` from a deployment.

    The latter answers `{"keyGroupId"}`. Raises for a step that fails; neither events nor answers nor logs hold a private key.
    """
    if "Step" in event:
        logger.info("rotating", extra={"step": event["Step"], "version": event["ClientRequestToken"]})
        _STEPS[event["Step"]](_rotation(event["SecretId"]), event["ClientRequestToken"])
        return {}
    if event.get("tf", {}).get("action") == "delete":
        group.delete()
        return {}
    return {"keyGroupId": _begin(event["secretId"], event["reference"])}


def _begin(secret_id: str, reference: str) -> str:
    """The deployment calls seconds after it made the role, and IAM's policies take a moment to be in force everywhere."""
    for pause in (*_PAUSES, None):
        try:
            return _rotation(secret_id).begin(reference)
        except ClientError as error:
            if pause is None or not error.response.get("Error", {}).get("Code", "").startswith("AccessDenied"):
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _rotation(secret_id: str) -> Rotation:
    return Rotation(secrets=secrets, group=group, secret_id=secret_id, settle_seconds=environment.settle_seconds)

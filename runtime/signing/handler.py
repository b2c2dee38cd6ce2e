"""Entry point: the steps of a rotation from Secrets Manager, the first key and the last from a deployment."""

from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from runtime.signing.environment import Environment
from runtime.signing.key_group import KeyGroup
from runtime.signing.rotation import Rotation

logger = Logger()
environment = Environment.read()
_PATIENT = Config(retries={"mode": "standard", "max_attempts": 6})  # CloudFront's control plane throttles early
group = KeyGroup(boto3.client("cloudfront", config=_PATIENT), environment.key_group_name)
secrets = boto3.client("secretsmanager", config=_PATIENT)

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
    return {"keyGroupId": _rotation(event["secretId"]).begin(event["reference"])}


def _rotation(secret_id: str) -> Rotation:
    return Rotation(secrets=secrets, group=group, secret_id=secret_id, settle_seconds=environment.settle_seconds)

"""Lambda: the rotation of the token keys, called by Secrets Manager step by step, and at once when the revocation list overflows.

A step may come twice, and a later one after an earlier that was cut off: each looks at what is there first.
Source: AWS Secrets Manager User Guide, "Lambda rotation functions".
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from marquee.domain.revocations import STATE_KEY, read_state
from marquee.domain.signing_keys import SigningKey, dump, load, rotated
from runtime.playback import state
from runtime.playback.key_value_store import KeyValueStore

_SETTLE_SECONDS: Final = 300
"""Until edges know a new key (AWS says that changes of a store arrive within seconds) and functions have read it (half a minute)."""

logger = Logger()
_session = boto3.Session()
_secrets = _session.client("secretsmanager")
store = KeyValueStore(arn=os.environ["STORE_ARN"], credentials=_session.get_credentials())
secret_name = os.environ["TOKEN_KEYS"]


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """`{"Step", "SecretId", "ClientRequestToken"}` from Secrets Manager, or `{"overflow": true}`. Keys are never logged.

    Raises ValueError for a version that is not pending, and for another event.
    """
    if event.get("overflow"):
        _replace_all()
        return {"replaced": True}
    step = _STEPS.get(event.get("Step", ""))
    if step is None:
        raise ValueError("this is no step of a rotation")
    secret, version = event["SecretId"], event["ClientRequestToken"]
    stages = _secrets.describe_secret(SecretId=secret)["VersionIdsToStages"].get(version)
    if stages is None:
        raise ValueError(f"the secret has no version {version}")
    if "AWSCURRENT" in stages:
        logger.info("the version is current already", extra={"step": event["Step"]})
        return {}
    step(secret, version)
    logger.info("rotated", extra={"step": event["Step"]})
    return {}


def new_key(active_from: float) -> SigningKey:
    """A key of 256 random bits, as text."""
    return SigningKey(id=secrets.token_hex(4), secret=secrets.token_urlsafe(32), active_from=int(active_from))


def _create(secret: str, version: str) -> None:
    if _value(secret, VersionId=version, VersionStage="AWSPENDING") is not None:
        return
    present = load(_value(secret, VersionStage="AWSCURRENT") or '{"keys": []}')
    keys = rotated(present, new_key(time.time() + _SETTLE_SECONDS))
    _secrets.put_secret_value(SecretId=secret, ClientRequestToken=version, SecretString=dump(keys), VersionStages=["AWSPENDING"])


def _set(secret: str, version: str) -> None:
    state.trust(store, _pending(secret, version))


def _test(secret: str, version: str) -> None:
    wanted = {key.id: key.secret for key in _pending(secret, version)}
    if dict(read_state(store.get(STATE_KEY)).keys) != wanted:
        raise ValueError("the store does not hold the pending keys")


def _finish(secret: str, version: str) -> None:
    versions = _secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = next((other for other, stages in versions.items() if "AWSCURRENT" in stages), None)
    moved = {"RemoveFromVersionId": current} if current else {}
    _secrets.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, **moved)


def _replace_all() -> None:
    """A key without a predecessor: every token dies, and with them the need for any revocation. The edge learns of it first."""
    key = new_key(time.time())
    state.trust(store, [key])
    _secrets.put_secret_value(SecretId=secret_name, SecretString=dump([key]))
    state.drop_everything(store)
    logger.warning("all tokens are void: the revocation list had overflowed")


def _pending(secret: str, version: str) -> tuple[SigningKey, ...]:
    return load(_value(secret, VersionId=version, VersionStage="AWSPENDING") or "")


def _value(secret: str, **which: str) -> str | None:
    """A version's text; None if there is none."""
    try:
        return str(_secrets.get_secret_value(SecretId=secret, **which)["SecretString"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            return None
        raise


_STEPS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "createSecret": _create,
    "setSecret": _set,
    "testSecret": _test,
    "finishSecret": _finish,
}

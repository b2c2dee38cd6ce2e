"""Lambda, on a schedule: drop revocations that refuse nothing any more; if the store still fills up, have the token keys replaced."""

import json
import os
import time
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from marquee.domain.revocations import OVERFLOW_BYTES
from runtime.playback import state
from runtime.playback.key_value_store import ConflictError, KeyValueStore

logger = Logger()
_session = boto3.Session()
store = KeyValueStore(arn=os.environ["STORE_ARN"], credentials=_session.get_credentials())
_lambda = _session.client("lambda")
rotate_function = os.environ["ROTATE_FUNCTION"]
overflow_bytes = int(os.environ.get("OVERFLOW_BYTES", OVERFLOW_BYTES))


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 the schedule says nothing of use
    """`{"entries", "bytes"}` that stay. A store that another writer changes meanwhile is left to the next run."""
    try:
        entries = state.prune(store, time.time())
    except ConflictError:
        logger.info("postponed: the store is being written")
        return {"entries": -1, "bytes": -1}
    size = store.describe()
    logger.info("pruned", extra={"entries": entries, "bytes": size.bytes})
    if size.bytes >= overflow_bytes:
        logger.warning("the store is full: all tokens die with their keys", extra={"bytes": size.bytes})
        _lambda.invoke(FunctionName=rotate_function, InvocationType="Event", Payload=json.dumps({"overflow": True}).encode())
    return {"entries": entries, "bytes": size.bytes}

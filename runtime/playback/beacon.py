"""Lambda: `POST /beacon`, what players tell of quality: checked, completed with what the token says, and put on the stream."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from runtime.playback.events import events_of
from runtime.playback.problems import RefusedError, refuse, respond, unavailable
from runtime.playback.requests import body_of

logger = Logger()
kinesis = boto3.client(
    "kinesis", config=Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
)  # seconds
stream = os.environ["STREAM"]


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """202 once the events are on the stream, 400 if one of them is not as it should be: then none is."""
    try:
        claims = cast("Mapping[str, str]", event["requestContext"]["authorizer"]["lambda"])
        records = events_of(body_of(event), claims, time.time())
        _put(records, claims["session"])
    except RefusedError as refusal:
        return refuse(refusal)
    except Exception:
        logger.exception("unavailable")
        return unavailable()
    return respond(HTTPStatus.ACCEPTED, {"accepted": len(records)})


def _put(records: Sequence[Mapping[str, Any]], session: str) -> None:
    """One session's events stay in order: they share a partition."""
    answer = kinesis.put_records(
        StreamName=stream, Records=[{"Data": json.dumps(record).encode() + b"\n", "PartitionKey": session} for record in records]
    )
    if answer["FailedRecordCount"]:
        raise TimeoutError(f"Kinesis did not take {answer['FailedRecordCount']} of {len(records)} records")

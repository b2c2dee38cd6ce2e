"""Answers `GET /health/deep` of the load balancer: 200 if the region works, 503 if a part of it does not."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger

from runtime.health import dependencies
from runtime.health.checks import Outcome, run
from runtime.health.environment import Environment

_DEADLINE = 1.5  # seconds; Route 53 gives up on an answer that takes two

logger = Logger()
environment = Environment.read()
dependencies.connect()
pool = ThreadPoolExecutor(max_workers=6)  # twice the checks, so that overrunning ones do not fail the next round


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the load balancer's request says nothing of use
    """An answer in the shape of an ALB target. The body: `{"ok", "checks": {name: {"ok", "ms", "error"?}}}`."""
    outcomes = run(dependencies.checks(environment), pool, _DEADLINE)
    failed = {name: [outcome.error, outcome.detail] for name, outcome in outcomes.items() if not outcome.ok}
    if failed:
        logger.error("unhealthy", extra={"failed": failed})
    return response(outcomes)


def response(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """503 as soon as one check failed. Never cached: a stale answer would send viewers to a region that is down."""
    ok = all(outcome.ok for outcome in outcomes.values())
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return {
        "statusCode": status.value,
        "statusDescription": f"{status.value} {status.phrase}",
        "isBase64Encoded": False,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
        "body": json.dumps({"ok": ok, "checks": {name: outcome.as_dict() for name, outcome in outcomes.items()}}),
    }

"""The deep health check: its verdict, its clock, and what it keeps to itself. The network is a stub below botocore."""

import importlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from runtime.health.checks import Outcome, run
from runtime.health.environment import Environment

VARIABLES = {
    "TABLE_NAME": "marquee-dev-catalogue",
    "TABLE_KEYS": "contentId,kind",
    "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/marquee-dev-dead-letters",
    "KEY_ARN": "arn:aws:kms:eu-west-1:111122223333:key/0f0e0d0c",
}
CONTEXT = SimpleNamespace(
    function_name="marquee-dev-health", memory_limit_in_mb=256, invoked_function_arn="arn:aws:lambda:::", aws_request_id="1"
)
REQUEST = {"httpMethod": "GET", "path": "/health/deep", "headers": {"user-agent": "ELB-HealthChecker/2.0"}, "body": ""}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    executor = ThreadPoolExecutor(max_workers=3)
    yield executor
    executor.shutdown()


class Network:
    """Answers each service's request with a status and a body, and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str]] | Exception] = {}
        self.asked: dict[str, dict[str, Any]] = {}

    def send(self, request: AWSRequest) -> AWSResponse:
        service = str(request.url).split("//")[1].split(".")[0]
        body = request.body
        self.asked[service] = json.loads(body.decode() if isinstance(body, bytes) else str(body))
        answer = self.answers.get(service, (200, {}))
        if isinstance(answer, Exception):
            raise answer
        status, content = answer
        raw = SimpleNamespace(stream=lambda *_: iter([json.dumps(content).encode()]))
        return AWSResponse(request.url, status, {"x-amzn-requestid": "1"}, raw)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    stub = Network()
    monkeypatch.setattr(URLLib3Session, "send", lambda _self, request: stub.send(request))
    return stub


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch, network: Network) -> Iterator[ModuleType]:
    """The function as Lambda starts it: modules read afresh, under the function's own environment."""
    for name, value in {**VARIABLES, "POWERTOOLS_SERVICE_NAME": "health"}.items():
        monkeypatch.setenv(name, value)
    for name, value in {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    dependencies = importlib.reload(importlib.import_module("runtime.health.dependencies"))
    module = importlib.reload(importlib.import_module("runtime.health.handler"))
    yield module
    module.pool.shutdown()
    dependencies._client.cache_clear()


def answer(module: ModuleType) -> tuple[dict[str, Any], dict[str, Any]]:
    response = module.handler(REQUEST, CONTEXT)
    return response, json.loads(response["body"])


def test_all_well_is_200_with_each_check_and_its_milliseconds(health: ModuleType) -> None:
    response, body = answer(health)
    assert (response["statusCode"], response["statusDescription"], response["isBase64Encoded"]) == (200, "200 OK", False)
    assert response["headers"] == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    assert body["ok"] is True
    assert list(body["checks"]) == ["table", "queue", "key"]
    assert all(check["ok"] is True and 0 <= check["ms"] < 10_000 and "error" not in check for check in body["checks"].values())


def test_each_dependency_is_really_asked(health: ModuleType, network: Network) -> None:
    answer(health)
    table, queue, key = (network.asked[service] for service in ("dynamodb", "sqs", "kms"))
    assert table["TableName"] == VARIABLES["TABLE_NAME"]
    assert table["Key"] == {"contentId": {"S": "#health"}, "kind": {"S": "#health"}}
    assert queue["QueueUrl"] == VARIABLES["QUEUE_URL"]
    assert key["KeyId"] == VARIABLES["KEY_ARN"]


@pytest.mark.parametrize(("service", "check"), [("dynamodb", "table"), ("sqs", "queue"), ("kms", "key")])
def test_one_failure_is_503_and_names_the_check(
    service: str, check: str, health: ModuleType, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "arn:aws:kms:eu-west-1:111122223333:key/internal is disabled"
    network.answers[service] = (400, {"__type": "AccessDeniedException", "message": secret})
    response, body = answer(health)
    assert (response["statusCode"], response["statusDescription"]) == (503, "503 Service Unavailable")
    assert response["headers"]["Cache-Control"] == "no-store"
    assert body["ok"] is False
    assert [name for name, outcome in body["checks"].items() if not outcome["ok"]] == [check]
    assert body["checks"][check]["error"] in {"AccessDeniedException", "ClientError"}
    assert "111122223333" not in response["body"]
    assert secret in str(caplog.records[-1].__dict__["failed"])  # the log tells the operator


def test_a_dependency_that_does_not_answer_is_asked_once(health: ModuleType, network: Network) -> None:
    tries: list[str] = []
    send = network.send

    def counted(request: AWSRequest) -> AWSResponse:
        tries.append(str(request.url))
        return send(request)

    network.send = counted
    network.answers["dynamodb"] = ReadTimeoutError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")
    _, body = answer(health)
    assert body["checks"]["table"]["error"] == "ReadTimeoutError"
    assert len([url for url in tries if "dynamodb" in url]) == 1


def test_clients_give_up_soon(health: ModuleType) -> None:
    dependencies = importlib.import_module("runtime.health.dependencies")
    for service in ("dynamodb", "sqs", "kms"):
        config = dependencies._client(service).meta.config
        assert (config.connect_timeout, config.read_timeout) == (2, 2)
        assert config.retries["total_max_attempts"] == 1
    assert health._DEADLINE < 2  # seconds; Route 53's limit


def test_checks_run_side_by_side(pool: ThreadPoolExecutor) -> None:
    meeting = threading.Barrier(3)  # nobody gets through it alone
    outcomes = run(dict.fromkeys("abc", lambda: meeting.wait(timeout=5)), pool, deadline_seconds=10)
    assert [outcome.ok for outcome in outcomes.values()] == [True, True, True]


def test_a_check_that_overruns_the_deadline_has_failed_and_the_others_have_not(pool: ThreadPoolExecutor) -> None:
    release = threading.Event()
    start = time.perf_counter()
    outcomes = run({"slow": lambda: release.wait(timeout=30), "fast": lambda: None}, pool, deadline_seconds=0.2)
    waited = time.perf_counter() - start
    release.set()
    assert outcomes["slow"] == Outcome(ok=False, milliseconds=200.0, error="DeadlineExceeded")
    assert outcomes["fast"].ok
    assert waited < 10


def test_a_check_that_never_got_a_thread_is_called_off() -> None:
    release, asked = threading.Event(), threading.Event()
    with ThreadPoolExecutor(max_workers=1) as alone:
        outcomes = run({"slow": lambda: release.wait(timeout=30), "starved": asked.set}, alone, deadline_seconds=0.1)
        release.set()
    assert [outcome.ok for outcome in outcomes.values()] == [False, False]
    assert not asked.is_set()


def test_an_error_is_told_by_its_class_alone(pool: ThreadPoolExecutor) -> None:
    def broken() -> None:
        raise ConnectionRefusedError("10.20.0.7 refused the password hunter2")

    outcome = run({"broken": broken}, pool, deadline_seconds=5)["broken"]
    assert outcome.detail.endswith("hunter2")  # for the log
    assert outcome.as_dict() == {"ok": False, "ms": outcome.milliseconds, "error": "ConnectionRefusedError"}


def test_the_environment_is_typed_frozen_and_complete() -> None:
    environment = Environment.read(VARIABLES)
    assert environment.table_keys == ("contentId", "kind")
    with pytest.raises(FrozenInstanceError):
        environment.table_name = "another"  # pyright: ignore[reportAttributeAccessIssue]
    for missing in VARIABLES:
        with pytest.raises(KeyError, match=missing):
            Environment.read({name: value for name, value in VARIABLES.items() if name != missing})

"""The deep health endpoint of a deployed stack, asked through its load balancer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import Verdict
from marquee.engine import Graph, run
from tests.graph.conftest import ROOT, platform

pytestmark = pytest.mark.slow

ACCOUNT, DOOMED, REGION = "515253545556", "515253545557", "eu-west-1"


def deploy(emulator: Emulator, account: str) -> Graph:
    """The dev stack in an account of its own."""
    raw = {**platform("dev"), "accounts": {"workload": account}}
    return run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})


def asker(emulator: Emulator, deployed: Graph) -> "Ask":
    host = deployed.outputs["regions"][REGION]["load_balancer"]

    def answer(method: str = "GET", path: str = "/health/deep") -> tuple[int, dict[str, Any]]:
        found = emulator.visit(method, f"https://{host}{path}")
        return found.status, json.loads(found.body or b"{}")

    return answer


@pytest.fixture(scope="session")
def healthy(emulator: Emulator) -> Graph:
    """Of the session, not the module: with stolen work a worker may come back to this module, and the account holds one stack."""
    return deploy(emulator, ACCOUNT)


@pytest.fixture
def ask(emulator: Emulator, healthy: Graph) -> "Ask":
    return asker(emulator, healthy)


Ask = Callable[..., tuple[int, dict[str, Any]]]


def failed(body: dict[str, Any]) -> set[str]:
    return {name for name, check in body["checks"].items() if not check["ok"]}


def test_a_region_that_works_answers_200(ask: Ask) -> None:
    status, body = ask()
    assert (status, body["ok"], set(body["checks"])) == (200, True, {"table", "queue", "key"})


def test_nothing_else_answers(ask: Ask) -> None:
    assert [ask(path=path)[0] for path in ("/", "/health", "/health/deep/er")] == [404, 404, 404]
    assert ask(method="POST")[0] == 404


def test_its_role_allows_what_it_does_and_it_really_asks(ask: Ask, emulator: Emulator) -> None:
    before = len(emulator.calls())
    ask()
    calls = [call for call in emulator.calls()[before:] if f"{ACCOUNT}:assumed-role/marquee-dev-health-" in call.principal]
    assert {"dynamodb:GetItem", "sqs:GetQueueAttributes", "kms:Encrypt"} <= {call.action for call in calls}
    assert {call.verdict for call in calls} == {Verdict.ALLOWED}


def test_each_part_that_fails_is_503_and_named(emulator: Emulator) -> None:
    """Destructive, so that it has a stack of its own; the key comes last because the others need it."""
    deployed = deploy(emulator, DOOMED)
    ask = asker(emulator, deployed)

    def client(service: str) -> Any:
        return emulator.client(service, region=REGION, account=DOOMED)

    def disable_key() -> None:
        (function,) = [one for one in deployed.of_type("aws:lambda/function:Function") if one.name.endswith("-health")]
        client("kms").disable_key(KeyId=function.inputs["environment"]["variables"]["KEY_ARN"])

    faults: dict[str, Callable[[], Any]] = {
        "queue": lambda: client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName="marquee-dev-dead-letters")["QueueUrl"]),
        "table": lambda: client("dynamodb").delete_table(TableName="marquee-dev-catalogue"),
        "key": disable_key,
    }
    for part, break_it in faults.items():
        assert part not in failed(ask()[1])
        break_it()
        status, body = ask()
        assert (status, body["ok"]) == (503, False)
        assert part in failed(body)
        assert DOOMED not in json.dumps(body)

"""Calls that an SDK repeats because their connection broke."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from marquee.emulator.asgi import Message, respond
from marquee.emulator.repeats import Repeated, Repeats

CALL = {"amz-sdk-invocation-id": "7d9c", "amz-sdk-request": "attempt=1; max=3"}
AGAIN = {**CALL, "amz-sdk-request": "attempt=2; max=3"}


def exchange(
    repeats: Repeats, headers: Mapping[str, str], who: str = "AKIA", *, status: int = 200, method: str = "POST", body: bytes = b"made"
) -> list[Message]:
    """What is sent for one call; what carries it out would answer `status` and `body`."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def serve() -> None:
        call = Repeated.of(headers, who)
        if not await repeats.answered(call, send):
            await respond(repeats.noting(method, call, send), status, body, {})

    with ThreadPoolExecutor(1) as pool:  # a thread of its own: asyncio.run would take this one's loop away from later tests
        pool.submit(asyncio.run, serve()).result()
    return sent


def test_a_repeated_call_gets_its_first_answer() -> None:
    repeats = Repeats()
    first = exchange(repeats, CALL)
    assert exchange(repeats, AGAIN, status=409, body=b"exists") == first
    assert first[0]["status"] == 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"status": 503}, AGAIN),  # it failed, and the SDK hopes for better
        ({"method": "GET"}, AGAIN),
        ({"body": b"x" * 70_000}, AGAIN),
        ({}, {**AGAIN, "amz-sdk-invocation-id": "another"}),
        ({}, CALL),  # waits of an SDK are calls of their own
        ({}, {}),
    ],
)
def test_any_other_call_is_carried_out(first: dict[str, object], second: Mapping[str, str]) -> None:
    repeats = Repeats()
    exchange(repeats, CALL, **first)  # pyright: ignore[reportArgumentType]
    assert exchange(repeats, second, status=409)[0]["status"] == 409


def test_an_answer_is_for_its_caller_alone() -> None:
    repeats = Repeats()
    exchange(repeats, CALL)
    assert exchange(repeats, AGAIN, "another", status=409)[0]["status"] == 409


def test_a_bounded_number_is_kept() -> None:
    repeats = Repeats()
    for number in range(600):
        exchange(repeats, {**CALL, "amz-sdk-invocation-id": str(number)})
    assert exchange(repeats, {**AGAIN, "amz-sdk-invocation-id": "0"}, status=409)[0]["status"] == 409
    assert exchange(repeats, {**AGAIN, "amz-sdk-invocation-id": "599"}, status=409)[0]["status"] == 200

"""One emulated AWS a test process; each test has an account of its own in it."""

import hashlib
from collections.abc import Iterator

import pytest

from marquee.emulator import Emulator
from tests.flows.world import World


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(insecure=True) as running:
        yield running


@pytest.fixture
def aws(emulator: Emulator, request: pytest.FixtureRequest) -> World:
    digest = int.from_bytes(hashlib.sha256(request.node.nodeid.encode()).digest()[:8], "big")
    return World(emulator, str(10**11 + digest % (9 * 10**11)))

"""One emulated AWS a test process; each test has an account of its own in it."""

import hashlib
from collections.abc import Iterator

import pytest

from marquee.emulator import Emulator
from tests.resources.bench import Bench


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def aws(emulator: Emulator, request: pytest.FixtureRequest) -> Bench:
    digest = int.from_bytes(hashlib.sha256(request.node.nodeid.encode()).digest()[:8], "big")
    return Bench(emulator, str(10**11 + digest % (9 * 10**11)))

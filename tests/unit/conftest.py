"""The edge over made-up origins, one a module: starting it takes a second, emptying it nothing."""

from collections.abc import Iterator

import pytest

from tests.edge_stand import Running, Stand


@pytest.fixture(scope="module")
def edge_stand() -> Iterator[Stand]:
    with Running() as running:
        yield running


@pytest.fixture
def stand(edge_stand: Stand) -> Stand:
    """With an empty cache and nothing asked."""
    edge_stand.forget()
    return edge_stand

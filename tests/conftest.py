"""Property tests find the same examples in every run, keep no database and have no deadline: a busy machine is no failure.

What several workers need alike they share through the session's temporary folder.
"""

import os

import pytest
from hypothesis import settings

from tests.shared import keep_in

settings.register_profile("marquee", derandomize=True, database=None, deadline=None)
settings.load_profile("marquee")


@pytest.fixture(scope="session", autouse=True)
def _folder_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    keep_in((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared")

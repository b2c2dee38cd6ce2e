"""Terraform and the provider once a session; the sample program's graph with its references once a worker."""

import os
from pathlib import Path

import pytest

from marquee.conformance.terraform import Terraform
from marquee.conformance.validate import Stack, load
from marquee.errors import MarqueeError

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """What this machine has; skips, with the reason, where it has none and cannot get it."""
    base = tmp_path_factory.getbasetemp()
    cache = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "conformance"  # workers share the schema
    try:
        return Terraform.find(cache)
    except MarqueeError as error:
        pytest.skip(f"{error}; {error.fix}")


@pytest.fixture(scope="session")
def sample(terraform: Terraform) -> Stack:
    return load(terraform, SAMPLE, "test")

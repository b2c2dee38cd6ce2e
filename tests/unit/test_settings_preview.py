"""Whatever the settings accept, the program previews: no component fails on a configuration that `load` lets pass."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from marquee.engine import run
from marquee.engine.standin import StandIn
from marquee.settings import SettingsError, load
from tests.strategies import Raw, mutated_settings, valid_settings

ROOT = Path(__file__).parents[2]


def loads(raw: Raw) -> bool:
    with contextlib.suppress(SettingsError):
        load(raw, "dev")
        return True
    return False


@pytest.mark.slow
@given(st.one_of(valid_settings(), mutated_settings().filter(loads)))
@settings(max_examples=5, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_accepted_configurations_preview(raw: Raw):
    graph = run(ROOT, stack="dev", backend=StandIn(), preview=True, config={"platform": raw})
    regions = {region["name"] for region in raw["regions"]}
    providers = {resource.name.removeprefix("aws-") for resource in graph if resource.type == "pulumi:providers:aws"}
    assert providers == regions | {"us-east-1"}

"""What a good configuration loads to: profile defaults, overrides, and what follows from them."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from pydantic import ValidationError

from marquee.settings import Problem, SettingsError, load
from marquee.settings._platform import Platform
from marquee.settings._section import settings_below
from tests.strategies import Raw, edit, existing, mature, mutated_settings, starter, valid_settings

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "prod", "e2e")


def test_starter_has_the_starters_defaults():
    settings = load(starter(), "dev")
    assert (settings.network.az_count, settings.network.nat, settings.network.interface_endpoints) == (2, "single", ())
    assert (settings.resilience.keep_data, settings.observability.log_retention_days, settings.mature) == (False, 30, False)
    assert settings.observability.slo.availability_percent == 99.5


def test_mature_has_the_matures_defaults():
    settings = load(mature(), "prod")
    assert (settings.network.az_count, settings.network.nat, settings.network.interface_endpoints) == (3, "per_az", "derived")
    assert (settings.resilience.keep_data, settings.observability.log_retention_days, settings.mature) == (True, 365, True)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("network.az_count", 4),
        ("network.nat", "single"),
        ("network.interface_endpoints", ["kms"]),
        ("resilience.keep_data", False),
        ("observability.log_retention_days", 90),
        ("observability.slo.latency_p99_ms", 50),
        ("observability.slo.availability_percent", 90),
    ],
)
def test_any_default_of_a_profile_can_be_overridden_alone(path: str, value: object):
    raw = edit(edit(mature(), "regions[0].zones", list("abcd")), path, value)
    before, after = (load(one, "prod").model_dump(mode="json") for one in (edit(mature(), "regions[0].zones", list("abcd")), raw))
    assert edit(before, path, value) == after


def test_pulumis_floats_are_whole_numbers():
    settings = load(edit(edit(starter(), "network.az_count", 3.0), "observability.log_retention_days", 60.0), "dev")
    assert settings.network.az_count == 3
    assert isinstance(settings.network.az_count, int)
    assert settings.observability.log_retention_days == 60


def test_names_and_tags_come_from_identity_and_stack():
    settings = load(starter(), "dev")
    assert settings.names.prefix == "marquee-dev"
    assert settings.names.account == "111122223333"
    assert settings.tags == {"Project": "marquee", "Stack": "dev", "Owner": "team", "CostCentre": "cc-1", "ManagedBy": "pulumi"}


def test_regions_are_found_by_name_and_role():
    settings = load(mature(), "prod")
    assert settings.primary.name == "eu-west-1"
    assert settings.region("us-east-1").code == "use1"
    with pytest.raises(KeyError):
        settings.region("eu-west-2")


def test_zones_are_the_first_of_the_region_or_of_the_list():
    settings = load(edit(mature(), "regions[1].name", "ap-northeast-1"), "prod")
    assert settings.zones(settings.region("ap-northeast-1")) == ("a", "c", "d")
    listed = load(edit(starter(), "regions[0].zones", ["c", "a", "b"]), "dev")
    assert listed.zones(listed.primary) == ("c", "a")


def test_personal_data_stays_in_the_primary_unless_residency_says_otherwise():
    assert load(mature(), "prod").pii_regions == ("eu-west-1",)
    assert load(edit(mature(), "security.residency", ["us-east-1"]), "prod").pii_regions == ("us-east-1",)


def test_an_existing_network_loads():
    settings = load(edit(mature(), "network", existing(["eu-west-1", "us-east-1"], zones=3)), "prod")
    assert settings.network.existing["us-east-1"].vpc_id == "vpc-00000001"
    assert len(settings.network.existing["eu-west-1"].data) == 3


def test_settings_cannot_be_changed():
    settings = load(starter(), "dev")
    with pytest.raises(ValidationError):
        settings.network.az_count = 4  # type: ignore[misc]


def test_loading_leaves_its_input_alone():
    raw = starter()
    load(raw, "dev")
    assert raw == starter()


def test_an_error_renders_as_plain_text_with_every_problem():
    with pytest.raises(SettingsError) as caught:
        load(edit(edit(starter(), "profile", "big"), "accounts.workload", 12), "dev")
    assert caught.value.exit_code == 2
    assert caught.value.render().splitlines() == [
        "the settings of stack 'dev' have 2 problems:",
        "  profile = 'big'",
        "    why: is none of the choices",
        "    fix: known here: starter, mature",
        "  accounts.workload = 12",
        "    why: is a number, not text: an unquoted number loses its leading zeros",
        '    fix: put it in quotes, as in "012345678901"',
    ]


def test_a_long_list_of_problems_is_cut():
    with pytest.raises(SettingsError) as caught:
        load(edit(starter(), "regions", [{"name": "x"}] * 100), "dev")
    assert len(caught.value.problems) > 100
    assert caught.value.render().endswith(f"… and {len(caught.value.problems) - 40} more")


def test_a_long_value_is_cut():
    with pytest.raises(SettingsError) as caught:
        load(edit(starter(), "identity.name", "x" * 100_000), "dev")
    assert len(caught.value.problems[0].value) == 60


def test_something_reads_every_setting():
    """A field that nothing reads would promise what it does not do. The rules alone read `reserved_cidrs`: that is its purpose."""
    readers = [
        ROOT / "__main__.py",
        ROOT / "marquee/settings/_platform.py",
        ROOT / "marquee/settings/regions.py",
        ROOT / "marquee/settings/drm.py",
    ]
    readers += [path for folder in ("components", "policy") for path in (ROOT / folder).rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    unread = {item.path for item in settings_below(Platform) if not re.search(rf"""\.{item.name}\b|["']{item.name}["']""", source)}
    assert unread == {"network.reserved_cidrs"}


@given(valid_settings())
def test_valid_configurations_load_as_any_stack(raw: Raw):
    for stack in STACKS:
        settings = load(raw, stack)
        assert settings.primary in settings.regions
        for region in settings.regions:
            assert len(settings.zones(region)) == settings.network.az_count


@given(valid_settings())
def test_the_effective_settings_load_to_themselves(raw: Raw):
    settings = load(raw, "dev")
    again = settings.model_dump(mode="json", exclude={"stack"})
    if settings.network.mode == "existing":  # its defaults, written out, would be an attempt to change that network
        del again["network"]["nat"], again["network"]["interface_endpoints"]
    assert load(again, "dev") == settings


@given(mutated_settings())
@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_configuration_loads_or_is_refused_with_a_named_field(raw: Raw):
    for problem in problems_of(raw):
        assert problem.path
        assert problem.why
        assert problem.fix
        assert "\n" not in problem.path + problem.value


def problems_of(raw: Raw) -> tuple[Problem, ...]:
    try:
        load(raw, "dev")
    except SettingsError as error:
        return error.problems
    return ()

"""The JSON schema of stack files: it accepts what loads and, as far as a schema can, refuses what does not."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from marquee.settings.schema import stack_file_schema
from tests.strategies import edit, existing, mature, starter
from tests.unit.test_settings_bad_values import ROWS

ROOT = Path(__file__).parents[2]
VALIDATOR = jsonschema.Draft7Validator(stack_file_schema())


def whole(raw: Any) -> dict[str, Any]:
    return {"config": {"pulumi:disable-default-providers": ["aws"], "marquee:platform": raw}}


def test_the_schema_is_a_schema_and_accepts_the_stacks():
    jsonschema.Draft7Validator.check_schema(stack_file_schema())
    for stack in ("dev", "prod"):
        path = ROOT / f"Pulumi.{stack}.yaml"
        VALIDATOR.validate(YAML(typ="safe").load(path))
        assert path.read_text().startswith("# yaml-language-server: $schema=docs/config.schema.json\n")


def test_the_schema_accepts_what_loads():
    for raw in (starter(), mature(), edit(starter(), "network", existing(["eu-west-1"]))):
        VALIDATOR.validate(whole(raw))


RULES_ONLY = ("AWS keeps", "AWS takes 32", "48 characters", "host bits", "out of range", "octal", "calendar", "finite", "date")
"""Reasons that a JSON schema cannot give."""


FOR_A_SCHEMA = [row for row in ROWS if row[3] not in RULES_ONLY and not str(row[2]).endswith("\n")]
"""In Python, unlike in editors, `$` also matches before a line feed at the end."""


@pytest.mark.parametrize("row", FOR_A_SCHEMA, ids=lambda row: f"{row[1]}-{str(row[2])[:20]}")
def test_the_schema_refuses_what_loading_refuses(row: tuple[Any, ...]):
    assert not VALIDATOR.is_valid(whole(edit(row[0], row[1], row[2])))


@pytest.mark.parametrize(
    "document",
    [{}, {"config": {}}, {"confg": {}}, whole(starter()) | {"x": 1}, {"config": whole(starter())["config"] | {"marquee:platfrom": {}}}],
    ids=["empty", "no settings", "misspelt", "unknown key", "unknown own key"],
)
def test_the_schema_covers_the_file_around_the_settings(document: dict[str, Any]):
    assert not VALIDATOR.is_valid(document)

"""The stacks: accepted by the provider, complete in their features, and free of what the tables do not know."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML

from marquee.conformance.deploy import plan
from marquee.conformance.left_out import NOT_PLANNED
from marquee.conformance.majors import DIFFERENCES, unlisted
from marquee.conformance.terraform import Terraform
from marquee.conformance.tokens import terraform_type
from marquee.conformance.validate import Stack, Validation, load, validate
from marquee.emulator import Emulator
from marquee.engine.typecheck import check_inputs
from marquee.settings import load as load_settings
from marquee.settings.schema import stack_file_schema
from tests.conformance.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
KEY = "marquee:platform"


def config_of(name: str) -> dict[str, Any]:
    """The configuration in a stack file of the tests."""
    return YAML(typ="safe").load((ROOT / "tests" / "stacks" / f"Pulumi.{name}.yaml").read_text())["config"]


@cache
def load_stack(terraform: Terraform, name: str) -> Stack:
    own = (ROOT / f"Pulumi.{name}.yaml").exists()
    return load(terraform, ROOT, name) if own else load(terraform, ROOT, "prod", config_of(name))


@cache
def validated(terraform: Terraform, name: str) -> Validation:
    return validate(terraform, load_stack(terraform, name))


@pytest.fixture(scope="module", params=["dev", "prod", "all-features", "existing"])
def stack_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def stack(terraform: Terraform, stack_name: str) -> Stack:
    return load_stack(terraform, stack_name)


@pytest.fixture(scope="module")
def validation(terraform: Terraform, stack_name: str) -> Validation:
    return validated(terraform, stack_name)


def test_the_provider_accepts_every_resource(validation: Validation) -> None:
    assert [str(failure) for failure in validation.failures] == []
    assert validation.resources > 70


def test_every_resource_is_judged_or_listed_as_newer(stack: Stack, validation: Validation, terraform: Terraform) -> None:
    known = terraform.schema().resources
    own = [resource for resource in stack.graph if resource.type.startswith("aws:") and resource.urn not in stack.references.external]
    newer = {entry.urn for entry in validation.newer if not entry.argument}
    assert [resource.urn for resource in own if terraform_type(resource.type, known) is None and resource.urn not in newer] == []
    assert validation.resources == len(own) - len(newer)


def test_what_is_newer_is_in_the_table_of_majors_and_of_the_sdks_types(stack: Stack, validation: Validation) -> None:
    assert unlisted(validation.newer) == []
    assert [str(problem) for resource in stack.graph for problem in check_inputs(resource.type, resource.inputs)] == []


def test_references_carry_the_order(stack: Stack) -> None:
    """Every flow that the engine saw is visible in the inputs, or kept as an explicit dependency: no literal id anywhere."""
    book, addresses = stack.references.book, stack.references.addresses
    flows = [text for resource in stack.graph if resource.urn in addresses for text in texts(resource.inputs)]
    assert sum(bool(book.references_in(text)) for text in flows) > 50
    assert [text for text in flows if "stand-in" in text] == []


@pytest.mark.parametrize("name", ["all-features", "existing"])
def test_the_stack_files_of_the_tests_are_valid(name: str) -> None:
    assert load_settings(config_of(name)[KEY], name).stack == name


def test_the_stack_files_of_the_tests_use_every_setting() -> None:
    schema = stack_file_schema()
    declared = set(fields(schema["properties"]["config"]["properties"][KEY])) | {
        name for definition in schema["$defs"].values() for name in fields(definition)
    }
    used = set(keys([config_of(name)[KEY] for name in ("all-features", "existing")]))
    assert declared - used == set()


def test_every_entry_of_the_table_of_majors_is_needed(terraform: Terraform) -> None:
    used = {entry.type for name in ("prod", "all-features") for entry in validated(terraform, name).newer}
    assert {difference.type for difference in DIFFERENCES} - used == {"*"}


@pytest.mark.parametrize("name", ["prod", "all-features"])
def test_the_provider_plans_every_resource(terraform: Terraform, name: str) -> None:
    stack = load_stack(terraform, name)
    with Emulator() as emulator:
        planned = plan(terraform, stack, emulator)
    assert [str(failure) for failure in planned.failures] == []
    assert planned.resources > 800
    assert {resource.type for resource in stack.graph if resource.urn in planned.left_out} <= NOT_PLANNED.keys()


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from texts(item)
        case list():
            for item in value:
                yield from texts(item)
        case _:
            return


def fields(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("properties", {})


def keys(value: Any) -> Iterator[str]:
    match value:
        case Mapping():
            for key, item in value.items():
                yield str(key)
                yield from keys(item)
        case list():
            for item in value:
                yield from keys(item)
        case _:
            return

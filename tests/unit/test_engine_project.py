"""A project's files, read as Pulumi reads them."""

from pathlib import Path

import pytest

from marquee.engine.project import load_project
from marquee.errors import MarqueeError

PULUMI = """
name: tiny
runtime: {name: python}
config:
  greeting: {type: string, default: hello}
  short: 5
  aws:region: {value: eu-west-1}
"""


def write(folder: Path, stack: str, pulumi: str = PULUMI) -> Path:
    (folder / "Pulumi.yaml").write_text(pulumi)
    (folder / "Pulumi.dev.yaml").write_text(stack)
    (folder / "__main__.py").write_text("")
    return folder


def test_values_become_the_texts_that_the_sdk_reads(tmp_path: Path) -> None:
    stack = """
config:
  tiny:text: word
  tiny:number: 5
  tiny:yes: true
  tiny:none: null
  tiny:list: [a, 1]
  tiny:object: {b: {c: no}, until: 2027-01-31}
  bare: belongs to the project
"""
    project = load_project(write(tmp_path, stack), "dev")
    assert project.config == {
        "tiny:greeting": "hello",
        "tiny:short": "5",
        "aws:region": "eu-west-1",
        "tiny:text": "word",
        "tiny:number": "5",
        "tiny:yes": "true",
        "tiny:none": "",
        "tiny:list": '["a", 1]',
        "tiny:object": '{"b": {"c": "no"}, "until": "2027-01-31T00:00:00Z"}',
        "tiny:bare": "belongs to the project",
    }
    assert (project.name, project.stack, project.secret_keys) == ("tiny", "dev", frozenset())


def test_the_stack_wins_over_defaults_and_overrides_over_the_stack(tmp_path: Path) -> None:
    folder = write(tmp_path, "config: {tiny:greeting: hi, tiny:short: 6}")
    project = load_project(folder, "dev", {"short": [7], "other:key": True})
    assert project.config["tiny:greeting"] == "hi"
    assert project.config["tiny:short"] == "[7]"
    assert project.config["other:key"] == "true"


def test_secure_values_are_stood_in_for_and_redacted(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, "config: {tiny:token: {secure: v1}, tiny:object: {a: [{secure: v1}], b: plain}}"), "dev")
    assert project.config["tiny:token"] == "local-token"
    assert project.config["tiny:object"] == '{"a": ["local-object.a[0]"], "b": "plain"}'
    assert project.secret_keys == {"tiny:token", "tiny:object"}
    assert project.stand_ins == {"tiny:token": "local-token", "tiny:object.a[0]": "local-object.a[0]"}
    redacted = project.redacted()
    assert redacted["tiny:token"] == redacted["tiny:object"] == "[secret]"
    assert redacted["tiny:greeting"] == "hello"


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("string", "word"),
        ("string", "5"),
        ("integer", "5"),
        ("integer", "'5'"),
        ("boolean", "true"),
        ("boolean", "'true'"),
        ("array", "[1]"),
        ("object", "{a: 1}"),
        ("object", "{secure: v1}"),
        ("integer", "{secure: v1}"),
    ],
)
def test_declared_types(tmp_path: Path, type: str, value: str) -> None:
    folder = write(tmp_path, f"config: {{tiny:key: {value}}}", f"name: tiny\nconfig: {{key: {{type: {type}}}}}")
    assert "tiny:key" in load_project(folder, "dev").config


def test_a_program_elsewhere(tmp_path: Path) -> None:
    folder = write(tmp_path, "", PULUMI + "main: src\n")
    (folder / "src").mkdir()
    (folder / "src" / "__main__.py").write_text("")
    assert load_project(folder, "dev").program == folder.resolve() / "src" / "__main__.py"


BAD = {
    "no such stack": (None, None, r"Pulumi\.dev\.yaml does not exist"),
    "no YAML": (None, "config: [", r"Pulumi\.dev\.yaml is not valid YAML"),
    "a key twice": (None, "config: {tiny:a: 1, tiny:a: 2}", "is not valid YAML"),
    "a list": (None, "- a", "a mapping is expected, not list"),
    "config as a list": (None, "config: [a]", "a mapping is expected"),
    "no name": ("runtime: python", "", "has no `name`"),
    "required configuration": ("name: tiny\nconfig: {must: {type: string}}", "", "missing configuration: tiny:must"),
    "another type than declared": (
        "name: tiny\nconfig: {n: {type: integer}}",
        "config: {tiny:n: many}",
        "tiny:n must be of type 'integer'",
    ),
    "a text for an object": ("name: tiny\nconfig: {other:o: {type: object}}", "config: {other:o: x}", "other:o must be of type 'object'"),
    "an environment": (None, "environment: [shared]", "imports environments"),
    "no program": ("name: tiny\nmain: nowhere", "", "the project has no program"),
    "a list that is none": (None, "config: {pulumi:disable-default-providers: aws}", "must be a list"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_bad_input(tmp_path: Path, case: str) -> None:
    pulumi, stack, said = BAD[case]
    folder = write(tmp_path, stack or "", pulumi or PULUMI)
    if stack is None:
        (folder / "Pulumi.dev.yaml").rename(folder / "Pulumi.prod.yaml")
    with pytest.raises(MarqueeError, match=said) as caught:
        load_project(folder, "dev").listed("pulumi:disable-default-providers")
    assert caught.value.exit_code == 2
    assert stack is not None or caught.value.fix == "stacks here: prod"


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    with pytest.raises(MarqueeError, match=r"Pulumi\.yaml does not exist"):
        load_project(tmp_path, "dev")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path, "")
    with (folder / "Pulumi.dev.yaml").open("wb") as file:
        file.truncate(11_000_000)
    with pytest.raises(MarqueeError, match="11,000,000 bytes"):
        load_project(folder, "dev")

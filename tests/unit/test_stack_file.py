"""Stack files as bytes: YAML's traps, the outline around the settings, and lines in every problem."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from marquee.errors import MarqueeError
from marquee.settings import Problem, SettingsError, load
from marquee.settings.stack_file import parse, path_of, read
from tests.strategies import Raw, valid_settings

ROOT = Path(__file__).parents[2]

GOOD = """\
config:
  pulumi:disable-default-providers: ["aws"]
  marquee:platform:
    profile: starter
    identity:
      name: marquee
      domain: media.example.org
      owner: team
      cost_centre: cc-1
    accounts:
      workload: "011122223333"
    regions:
      - name: eu-west-1
        cidr: 10.20.0.0/16
        role: primary
        zones: [a, b, c]
    security:
      residency:
        - eu-west-1
"""

# what is replaced, by what, path, word of the reason, line
TEXTS = [
    ("name: eu-west-1", "name: no", "regions[0].name", "true or false to some", 13),
    ("- eu-west-1", "- no", "security.residency[0]", "true or false to some", 19),
    ("name: eu-west-1", "name: 'no'", "regions[0].name", "not a commercial AWS region", 13),
    ("[a, b, c]", "[a, n, c]", "regions[0].zones[1]", "true or false to some", 16),
    ("owner: team", "owner: Yes", "identity.owner", "true or false to some", 8),
    ("owner: team", "owner: off", "identity.owner", "true or false to some", 8),
    ("owner: team", "owner: true", "identity.owner", "true or false, not text", 8),
    ("owner: team", "owner:", "identity.owner", "empty", 8),
    ("owner: team", "owner: ~", "identity.owner", "empty", 8),
    ("owner: team", "owner: 1_000", "identity.owner", "number to some", 8),
    ("owner: team", "owner: 1e3", "identity.owner", "number to some", 8),
    ("owner: team", "owner: 0x1F", "identity.owner", "number to some", 8),
    ("owner: team", "owner: 0o17", "identity.owner", "number to some", 8),
    ("owner: team", "owner: 12:30", "identity.owner", "base 60", 8),
    ("owner: team", "owner: .inf", "identity.owner", "finite", 8),
    ("owner: team", "owner: 2027-01-31", "identity.owner", "date", 8),
    ("owner: team", "owner: {secure: v1:abc}", "identity.owner", "secret", 8),
    ("[a, b, c]", "[a, {secure: v1:abc}]", "regions[0].zones[1]", "secret", 16),
    ("owner: team", "owner: =", "identity.owner", "special meaning", 8),
    ("owner: team", "owner: !!str team", "identity.owner", "type tag", 8),
    ("owner: team", "owner: !include team", "identity.owner", "type tag", 8),
    ("owner: team", "owner: &o team", "identity.owner", "anchor", 8),
    ("owner: team", "owner: team\n      <<: {a: b}", "identity.<<", "special meaning", 9),
    ("owner: team", "owner: team\n      owner: other", "identity.owner", "twice, first in line 8", 9),
    ("    security:", "    accounts: {}\n    security:", "accounts", "twice, first in line 10", 17),
    ("owner: team", "owner: team\n      no: thing", "identity.no", "true or false to some", 9),
    ("owner: team", "owner: team\n      7: thing", "identity.7", "key that is not text", 9),
    ("owner: team", "owner: team\n      [a]: thing", "identity.(key)", "key that is not text", 9),
    ("owner: team", "owner: team\n\tx: y", "(file)", "not YAML", 9),
    ("owner: team", "owner: 'team", "(file)", "not YAML", 20),
    ("owner: team", "owner: team: x", "(file)", "not YAML", 8),
    ("owner: team", "owner: @team", "(file)", "not YAML", 8),
    ("owner: team", "owner: [team", "(file)", "not YAML", 9),
    ("owner: team", "owner: *missing", "identity.owner", "anchor", 8),
    ("owner: team", 'owner: "\\UFFFFFFFF"', "(file)", "not YAML", 0),
    ("owner: team", "owner: te\x00am", "(file)", "not YAML", 0),
    ("owner: team", "ownr: team", "identity.ownr", "no setting", 8),
    ("      owner: team\n", "", "identity.owner", "required", 5),
    ('"011122223333"', "011122223333", "accounts.workload", "octal", 11),
    ('"011122223333"', "111122223333", "accounts.workload", "number, not text", 11),
    ('"011122223333"', "1111_2222_3333", "accounts.workload", "number to some", 11),
    ("10.20.0.0/16", "10.0.0.010/16", "regions[0].cidr", "octal", 14),
    ("10.20.0.0/16", "10.20", "regions[0].cidr", "IPv4 block", 14),
    ("profile: starter", "profile: [starter", "(file)", "not YAML", 5),
    ("profile: starter", "profile: starter\n---\na: b", "(file)", "second document", 5),
    ("    security:", "---\n    security:", "(file)", "second document", 17),
    ("marquee:platform", "marquee:plattform", "config.marquee:platform", "required", 1),
    ("marquee:platform", "marquee:plattform", "config.marquee:plattform", "no key of this program", 3),
    ('["aws"]', '["gcp"]', "config.pulumi:disable-default-providers", "does not name aws", 2),
    ('["aws"]', "aws", "config.pulumi:disable-default-providers", "does not name aws", 2),
    ('  pulumi:disable-default-providers: ["aws"]\n', "", "config.pulumi:disable-default-providers", "does not name aws", 1),
    ("config:", "confg:", "confg", "no key of a Pulumi stack file", 1),
    ("config:", "encryptionslat: x\nconfig:", "encryptionslat", "no key of a Pulumi stack file", 1),
]


def problems(data: bytes | str) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        parse(data.encode() if isinstance(data, str) else data, "dev").settings()
    return caught.value.problems


@pytest.mark.parametrize(("old", "new", "path", "word", "line"), TEXTS, ids=[f"{row[1][:30]!r}-{row[3][:20]}" for row in TEXTS])
def test_bad_text_is_refused_where_it_stands(old: str, new: str, path: str, word: str, line: int):
    assert old in GOOD
    found = [problem for problem in problems(GOOD.replace(old, new, 1)) if problem.path == path]
    assert found
    assert word in found[0].why
    assert found[0].line == line
    assert found[0].fix


def test_the_good_text_is_good():
    assert parse(GOOD.encode(), "dev").settings().accounts.workload == "011122223333"


def test_a_secret_among_the_settings_is_not_printed():
    (problem,) = problems(GOOD.replace("owner: team", "owner: {secure: v1:abc}"))
    assert "v1:abc" not in str(problem)


def test_a_tab_is_named_in_the_fix():
    (problem,) = problems(GOOD.replace("      owner", "\towner"))
    assert "not with tabs" in problem.fix


def test_an_alias_bomb_is_refused_before_it_grows():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    started = time.perf_counter()
    found = problems(bomb)
    assert time.perf_counter() - started < 2
    assert all("anchor" in problem.why for problem in found)


@pytest.mark.parametrize(
    "data", [b"x" * 10_000_000, GOOD.encode() + b"#" * 10_000_000, b"- [a]\n" * 2_000_000], ids=["text", "comment", "list"]
)
def test_a_file_of_ten_megabytes_is_refused_at_once(tmp_path: Path, data: bytes):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_bytes(data)
    started = time.perf_counter()
    with pytest.raises(SettingsError, match="larger than 64 KiB"):
        read(path, "dev")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000, "? " * 10_000], ids=["list", "map", "dashes", "keys"])
def test_deep_nesting_is_refused(text: str):
    problem = problems(text)[-1]
    assert "nested more than 32 deep" in problem.why


@pytest.mark.parametrize("data", [b"", b"# nothing\n", b"text", b"- a\n", b"3", b"\xef\xbb\xbf"])
def test_a_file_that_is_no_mapping_is_refused_as_a_whole(data: bytes):
    (problem,) = problems(data)
    assert (problem.path, problem.why) == ("(file)", "is not a mapping")


def test_bytes_that_are_not_utf8_are_refused_with_their_line():
    (problem,) = problems(GOOD.encode().replace(b"team", b"te\xe4m"))
    assert (problem.why, problem.line) == ("is not UTF-8 text", 8)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    assert parse(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "dev").settings() == parse(GOOD.encode(), "dev").settings()


def test_pulumis_own_keys_and_other_namespaces_are_left_alone():
    text = GOOD.replace(
        "config:", "encryptionsalt: v1:abc=:v1:x\nsecretsprovider: awskms://alias/x\nconfig:\n  aws:skipMetadataApiCheck: true"
    )
    found = parse(text.encode(), "dev")
    assert found.config["aws:skipMetadataApiCheck"] is True
    assert found.settings().stack == "dev"


def test_problems_come_in_the_order_of_the_file():
    text = GOOD.replace("name: marquee", "name: Marquee").replace("profile: starter", "profile: x").replace("10.20", "10.299")
    assert [problem.line for problem in problems(text)] == [4, 6, 14]


def test_a_rules_problem_has_the_line_of_what_it_blames():
    (problem,) = problems(GOOD.replace("10.20.0.0/16", "8.20.0.0/16"))
    assert (problem.path, problem.line) == ("regions[0].cidr", 14)


def test_a_missing_stack_names_those_there_are(tmp_path: Path):
    (tmp_path / "Pulumi.blue.yaml").write_text(GOOD)
    assert path_of("blue", tmp_path).name == "Pulumi.blue.yaml"
    with pytest.raises(MarqueeError) as caught:
        path_of("green", tmp_path)
    assert (caught.value.exit_code, caught.value.fix) == (2, "stacks here: blue")


@pytest.mark.parametrize("stack", ["../dev", "", "a/b", "/etc/passwd"])
def test_a_stack_is_not_a_path(tmp_path: Path, stack: str):
    with pytest.raises(MarqueeError):
        path_of(stack, tmp_path)


def test_a_folder_is_no_stack_file(tmp_path: Path):
    with pytest.raises(MarqueeError, match="cannot read"):
        read(tmp_path, "dev")


@pytest.mark.parametrize(("stack", "mature", "regions"), [("dev", False, 1), ("prod", True, 3)])
def test_the_projects_stacks_load(stack: str, mature: bool, regions: int):
    settings = read(path_of(stack, ROOT), stack).settings()
    assert (settings.mature, len(settings.regions)) == (mature, regions)
    assert not any(region.role == "standby" for region in settings.regions)


def as_yaml(raw: Any) -> str:
    """JSON is YAML whose every text is in quotes."""
    return json.dumps({"config": {"pulumi:disable-default-providers": ["aws"], "marquee:platform": raw}}, indent=1)


@given(valid_settings())
def test_a_file_loads_to_what_pulumi_would_hand_over(raw: Raw):
    assert parse(as_yaml(raw).encode(), "dev").settings() == load(raw, "dev")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_plain_yaml_reader_sees_the_same_in_the_projects_stacks(stack: str):
    path = path_of(stack, ROOT)
    assert YAML(typ="safe").load(path)["config"] == read(path, stack).config


def refused_or_loaded(data: bytes) -> None:
    with contextlib.suppress(SettingsError):
        parse(data, "dev").settings()


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_settings_errors(data: bytes):
    refused_or_loaded(data)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"%@`#?,\n\t 0.~=<\\") | st.characters(), max_size=80))
def test_no_text_raises_anything_but_settings_errors(text: str):
    refused_or_loaded(text.encode("utf-8", "surrogatepass"))


@given(st.data())
def test_no_edit_of_a_good_file_raises_anything_but_settings_errors(data: st.DataObject):
    at = data.draw(st.integers(0, len(GOOD)))
    gone = data.draw(st.integers(0, 12))
    put = data.draw(st.text(alphabet="ab:-[]{}&*!|>'\"\n\t 0", max_size=6))
    refused_or_loaded((GOOD[:at] + put + GOOD[at + gone :]).encode())


def test_what_yaml_leaves_open_hides_nothing_else():
    text = GOOD.replace("owner: team", "owner: no").replace("profile: starter", "profile: big").replace('"011122223333"', "12")
    with pytest.raises(SettingsError) as caught:
        parse(text.encode(), "dev")
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [
        ("profile", 4),
        ("identity.owner", 8),
        ("accounts.workload", 11),
    ]


def test_a_version_is_text():
    text = GOOD + "    media:\n      batch:\n        image: 1.4.0\n"
    assert parse(text.encode(), "dev").settings().media.batch.image == "1.4.0"


@pytest.mark.parametrize(
    ("section", "fix"),
    [
        ("identity", "add identity: and, below it, name, domain, owner, cost_centre"),
        ("regions", "add regions: and, in each item of a list below it, name, cidr, role"),
    ],
)
def test_a_missing_section_is_told_with_its_fields(section: str, fix: str):
    raw = {name: value for name, value in YAML(typ="safe").load(GOOD)["config"]["marquee:platform"].items() if name != section}
    with pytest.raises(SettingsError) as caught:
        load(raw, "dev")
    assert [problem.fix for problem in caught.value.problems if problem.path == section] == [fix]

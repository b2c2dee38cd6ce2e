"""Small things on the way to Terraform, without Terraform."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from marquee.conformance import provider as finding
from marquee.conformance.assets import Files
from marquee.conformance.book import Book, Reference
from marquee.conformance.literals import literal
from marquee.conformance.provider import Provider, find_provider, find_terraform
from marquee.conformance.references import References
from marquee.conformance.schema import Schema, Sequence
from marquee.conformance.terraform import Terraform
from marquee.conformance.translate import Options, translate
from marquee.conformance.validate import Stack
from marquee.conformance.values import Writer, escape
from marquee.engine import Archive, Asset, Request, Secret
from marquee.errors import MarqueeError
from tests.conformance.broken import urn_of

RAW = {
    "provider": {"block": {}},
    "data_source_schemas": {},
    "resource_schemas": {
        "aws_x": {
            "version": 0,
            "block": {
                "attributes": {
                    "name": {"type": "string", "required": True},
                    "size": {"type": "number", "optional": True},
                    "tags": {"type": ["map", "string"], "optional": True},
                    "rules": {"type": ["set", ["object", {"from": "number", "notes": ["list", "string"]}]], "optional": True},
                    "arn": {"type": "string", "computed": True},
                },
                "block_types": {"settings": {"nesting_mode": "list", "block": {"attributes": {"max_age": {"type": "number"}}}}},
            },
        }
    },
}


def reference(expression: str, known: str | None = None) -> Reference:
    return Reference(urn="urn", address="aws_x.y", expression=expression, attribute="arn", known=known, stand_in="made-up")


def writer(book: Book, *, literal_json: bool = False, files: Files | None = None) -> Writer:
    return Writer(book=book, resolve=lambda found: found, literal_json=literal_json, files=files)


def test_properties_become_arguments() -> None:
    shape = Schema("0", RAW).resource("aws_x")
    inputs = {"name": "n", "size": 2, "tags": {"camelCase": "x"}, "settings": {"maxAge": 3}, "rules": [{"from": 1}], "future": {"a": 1}}
    into = writer(Book())
    assert into.object(shape, inputs) == {
        "name": "n",
        "size": 2,
        "tags": {"camelCase": "x"},
        "settings": [{"max_age": 3}],
        "rules": [{"from": 1, "notes": None}],
    }
    assert into.newer == ["future"]
    rules = shape.fields["rules"].shape
    assert isinstance(rules, Sequence)
    assert not rules.ordered


def test_tokens_are_found_wherever_they_flowed() -> None:
    book = Book()
    arn, size = book.text(reference("aws_x.y.arn")), book.number(reference("aws_x.y.size"))
    into = writer(book)
    assert into.plain(arn) == "${aws_x.y.arn}"
    assert into.plain(size) == "${aws_x.y.size}"
    assert into.plain(f"{arn}/*") == "${aws_x.y.arn}/*"
    assert into.plain(json.dumps({"Resource": arn, "Days": size})) == '{"Resource": "${aws_x.y.arn}", "Days": ${aws_x.y.size}}'
    assert into.plain(f"{arn.upper()}") == arn.upper(), "a changed token is a text like any other"
    assert into.plain("${aws:username} %{if}") == "$${aws:username} %%{if}"
    assert into.addresses == {"aws_x.y"}
    assert into.mixed_json


def test_only_json_gets_literals_in_a_copy() -> None:
    book = Book()
    into = writer(book, literal_json=True)
    unknown, known = book.text(reference("aws_x.y.arn")), book.text(reference("aws_x.y.name", known="n$"))
    assert into.plain(f'{{"a": "{unknown}", "b": "{known}"}}') == '{"a": "made-up", "b": "n$"}'
    assert into.plain(unknown) == "${aws_x.y.arn}"


def test_a_number_of_the_programs_own_is_no_reference() -> None:
    book = Book()
    book.number(reference("aws_x.y.size"))
    assert [book.of_number(value) for value in (443, 0.5, 8_650_000_000_001, -1)] == [None] * 4
    assert list(book.pieces("8650000000001 mqref000007q")) == ["8650000000001 mqref000007q"]


def test_assets_become_files_and_equal_content_one_file(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "index.py").write_text("pass")
    files = Files(tmp_path / "assets")
    zipped = files.path_of(Archive(path=str(tmp_path / "code")))
    assert zipfile.ZipFile(zipped).namelist() == ["index.py"]
    mixed = files.path_of(Archive(assets={"a.txt": Asset(text="x"), "lib": Archive(path=str(tmp_path / "code"))}))
    assert sorted(zipfile.ZipFile(mixed).namelist()) == ["a.txt", "lib/index.py"]
    assert Path(files.path_of(Asset(text="x"))).read_text() == "x"
    assert files.path_of(Asset(text="x")) == files.path_of(Asset(text="x"))
    assert files.path_of(Asset(uri="https://example.org/x")) == "https://example.org/x"


def test_stand_ins_look_like_what_they_stand_for() -> None:
    def made(type_name: str, attribute: str) -> str:
        return literal(type_name, attribute, 7, region="eu-west-1", account="111122223333")

    assert made("aws_sqs_queue", "arn") == "arn:aws:sqs:eu-west-1:111122223333:stand-in-7"
    assert made("aws_iam_role", "arn") == "arn:aws:iam::111122223333:stand-in-7"
    assert made("aws_s3_bucket", "arn") == "arn:aws:s3:::stand-in-7"
    assert made("aws_subnet", "id") == "subnet-00000000000000007"
    assert made("aws_sqs_queue", "url").startswith("https://")


def test_the_sample_as_terraform_sees_it(sample: Stack, tmp_path: Path) -> None:
    document = translate(sample.graph, sample.references, Options(files=Files(tmp_path))).document
    resources = document["resource"]
    assert resources["aws_subnet"]["subnet-a"]["vpc_id"] == "${aws_vpc.network.id}"
    assert resources["aws_kms_key"]["far-key"]["provider"] == "aws.home_eu-central-1"
    assert {block["alias"]: block["region"] for block in document["provider"]["aws"]} == {
        "home": "eu-west-1",
        "home_eu-central-1": "eu-central-1",
    }
    assert resources["aws_sqs_queue"]["jobs"]["depends_on"] == ["aws_security_group.web"]
    assert resources["aws_lambda_function"]["worker"]["lifecycle"] == {"ignore_changes": ["source_code_hash"]}
    assert zipfile.ZipFile(resources["aws_lambda_function"]["worker"]["filename"]).namelist() == ["index.py"]
    proof = resources["aws_route53_record"]["proof"]
    assert 'if each.domain_name == "sample.example.org"' in proof["name"]
    assert document["data"] == {"aws_region": {"call_0": {"provider": "aws.home"}}}


def test_what_is_left_out_is_a_literal_for_its_dependents(sample: Stack) -> None:
    network = urn_of(sample, "aws:ec2/vpc:Vpc", "network")
    resources = translate(sample.graph, sample.references, Options(left_out=frozenset({network}))).document["resource"]
    assert "aws_vpc" not in resources
    assert resources["aws_subnet"]["subnet-a"]["vpc_id"].startswith("vpc-")
    assert resources["aws_security_group"]["web"]["ingress"][0]["cidr_blocks"] == ["10.0.0.0/16"], "known from the inputs"


def test_secrets_are_remembered_so_that_no_report_prints_them(sample: Stack) -> None:
    assert translate(sample.graph, sample.references).secrets == {"open-sesame"}
    assert "open-sesame" not in translate(sample.graph, sample.references, Options(hide_secrets=True)).text
    assert writer(Book()).plain(Secret("x")) == "x"


def test_escaping_leaves_single_signs_alone() -> None:
    assert escape("100 % of $5 {x}") == "100 % of $5 {x}"


def mirror(root: Path, *versions: str) -> None:
    for version in versions:
        folder = root / "registry.terraform.io" / "hashicorp" / "aws" / version / "linux_amd64"
        folder.mkdir(parents=True)
        (folder / f"terraform-provider-aws_v{version}_x5").touch()


def test_the_newest_provider_of_a_named_mirror_is_found_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror(tmp_path / "mirror", "5.9.0", "5.100.0")
    settings = tmp_path / "settings.tfrc"
    settings.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{tmp_path / "mirror"}" }} }}')
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(settings))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.delenv("TF_PLUGIN_CACHE_DIR", raising=False)
    assert find_provider(tmp_path / "cache").version == "5.100.0"
    monkeypatch.delenv("TF_CLI_CONFIG_FILE")
    assert find_provider(tmp_path / "cache").version == "5.100.0", "remembered"


def test_a_mirror_that_nobody_names_is_found_by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror(tmp_path / "some" / "where", "6.1.0")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing"))
    monkeypatch.delenv("TF_PLUGIN_CACHE_DIR", raising=False)
    assert find_provider(tmp_path / "cache", root=tmp_path).version == "6.1.0"


def test_no_provider_and_no_way_to_get_one_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "terraform"
    failing.write_text("#!/bin/sh\necho 'Error: Failed to query available provider packages' >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing"))
    with pytest.raises(MarqueeError, match="Failed to query") as raised:
        find_provider(tmp_path / "cache", root=tmp_path / "empty")
    assert raised.value.fix == finding.INSTALL


def test_without_terraform_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MarqueeError) as raised:
        find_terraform()
    assert "developer.hashicorp.com/terraform/install" in raised.value.fix


def test_no_aws_setting_of_the_user_reaches_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = tmp_path / "terraform"
    shown.write_text("#!/bin/sh\nenv\n")
    shown.chmod(0o755)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("TF_VAR_x", "1")
    terraform = Terraform(executable=str(shown), provider=Provider(version="5.100.0", folder=tmp_path), cache=tmp_path)
    with terraform.folder({}) as folder:
        kept = folder.path
        lines = folder.run("plan", seconds=5).stdout.splitlines()
    names = {line.partition("=")[0] for line in lines}
    assert names & {"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "TF_VAR_x"} == set()
    assert "CHECKPOINT_DISABLE=1" in lines
    assert not kept.exists()


def test_a_name_that_pulumi_makes_up_can_be_referred_to() -> None:
    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    attributes = {"alarm_name": {"type": "string", "required": True}, "arn": {"type": "string", "computed": True}}
    raw = {**RAW, "resource_schemas": {"aws_cloudwatch_metric_alarm": {"version": 0, "block": {"attributes": attributes}}}}
    references = References(Schema("5.100.0", raw))
    made = references.create(Request(urn="urn", type=token, name="errors", inputs={}, provider_inputs={}))
    (found,) = references.book.references_in(str(made.outputs["name"]))
    assert found.expression == "aws_cloudwatch_metric_alarm.errors.alarm_name"


def test_a_run_that_takes_too_long_ends_with_all_its_processes(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    slow = tmp_path / "terraform"
    slow.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {pids}\nwait\n")
    slow.chmod(0o755)
    terraform = Terraform(executable=str(slow), provider=Provider(version="5.100.0", folder=tmp_path), cache=tmp_path)
    with terraform.folder({}) as folder, pytest.raises(MarqueeError, match="did not end within 1 s"):
        folder.run("plan", seconds=1)
    child = Path("/proc") / pids.read_text().strip()
    assert not child.exists() or " Z " in (child / "stat").read_text()

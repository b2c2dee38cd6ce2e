"""`marquee validate` as a user sees it."""

import json
import sys

import pytest

from marquee.cli import _validate as command
from marquee.cli import main
from marquee.conformance.terraform import Terraform
from marquee.conformance.validate import Stack
from tests.conformance.broken import setting, urn_of, with_inputs
from tests.conformance.conftest import ROOT

pytestmark = pytest.mark.slow


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["marquee", "validate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture
def judged(terraform: Terraform, sample: Stack, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The command, judging the sample program."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(command.Terraform, "find", lambda: terraform)
    monkeypatch.setattr(command, "load", lambda *_args: sample)
    return monkeypatch


@pytest.mark.slow
def test_a_sound_stack_exits_with_zero(judged: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--stack", "dev", monkeypatch=judged) == 0
    assert "accepts all" in capsys.readouterr().out


def test_a_refusal_exits_with_one_and_names_resource_argument_and_words(
    judged: pytest.MonkeyPatch, sample: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    vpc = urn_of(sample, "aws:ec2/vpc:Vpc", "network")
    judged.setattr(command, "load", lambda *_args: with_inputs(sample, vpc, setting(cidrBlock="10.0.0.0/99")))
    assert run("--json", monkeypatch=judged) == 1
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert (failure["step"], failure["urn"], failure["argument"]) == ("validate", vpc, "cidr_block")
    assert "invalid CIDR address" in failure["message"]


def test_without_terraform_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(monkeypatch=monkeypatch) == 1
    assert "install Terraform" in " ".join(capsys.readouterr().err.split())


@pytest.mark.slow
def test_bad_settings_and_unknown_releases_exit_with_two(judged: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--stack", "no-such-stack", monkeypatch=judged) == 2
    assert run("--since", "no-such-tag", monkeypatch=judged) == 2
    assert "no-such-tag" in capsys.readouterr().err

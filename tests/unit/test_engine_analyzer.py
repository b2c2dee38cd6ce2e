"""A policy pack beside a program: what it is shown, what its answers do, and that its process never stays."""

import json
import os
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from marquee.engine import Analyzer, Finding, Graph, PolicyViolation, Secret, run
from marquee.engine.events import Event, PolicyResult, Remediated
from marquee.engine.policy_messages import seconds
from marquee.errors import MarqueeError
from tests.unit.engine_programs import HEAD, Recorder, named, project

pytestmark = pytest.mark.slow

PROGRAM = """
class Provider(pulumi.ProviderResource):
    def __init__(self, name, **props):
        super().__init__("test", name, props)

north = Provider("north", region="north", tags='{"a": 1}')
group = Group("g", pulumi.ResourceOptions(providers=[north]))
good = Thing("good", child(group), size=1, word=pulumi.Output.secret("hush"), file=pulumi.FileAsset("../x"))
plain = Thing("plain", pulumi.ResourceOptions(parent=group, protect=True, custom_timeouts=pulumi.CustomTimeouts(create="1m30s"),
              ignore_changes=["size"], delete_before_replace=True, aliases=[pulumi.Alias(name="former")]), of=good.out, ref=good)
bad = Thing("bad", pulumi.ResourceOptions(parent=group, depends_on=[plain]), size=99)
bad2 = Thing("bad2", pulumi.ResourceOptions(parent=group, depends_on=[bad]), size=98)
"""
PACK = """
import json, os
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, Severity, StackValidationPolicy

def size(args, report):
    if args.resource_type == "test:index:Thing" and "size" in args.props and args.props["size"] > 90:
        report("too big")

def knows_of(args, report):
    if args.name == "plain":
        args.props["of"]

def plain_tags(args):
    if args.name == "good":
        args.props["tags"] = {"by": "policy"}
        return args.props

def shown(args, report):
    if args.name in ("good", "plain", "north", "g"):
        report(json.dumps({
            "name": args.name, "type": args.resource_type, "urn": args.urn,
            "props": {key: "?" if value is None else repr(value) for key, value in args.props.items() if args.name != "plain"},
            "keys": sorted(args.props),
            "provider": args.provider and {"urn": args.provider.urn, "props": {k: args.provider.props[k] for k in args.provider.props}},
            "opts": [args.opts.protect, list(args.opts.ignore_changes), args.opts.delete_before_replace, list(args.opts.aliases),
                     args.opts.custom_timeouts.create_seconds, args.opts.parent],
        }))

def whole(args, report):
    for resource in args.resources:
        if resource.name == "plain":
            report(json.dumps({
                "names": [other.name for other in args.resources],
                "parent": resource.parent.name, "deps": {k: [d.name for d in v] for k, v in resource.property_dependencies.items()},
                "dependencies": [d.name for d in resource.dependencies], "provider": resource.provider.name,
                "protect": resource.opts.protect, "keys": sorted(resource.props), "cwd": os.getcwd(),
                "env": {key: os.environ[key] for key in ("PULUMI_PROJECT", "PULUMI_STACK", "PULUMI_DRY_RUN")},
                "config": json.loads(os.environ["PULUMI_CONFIG"])}), resource.urn)

PolicyPack("pack", policies=[
    ResourceValidationPolicy("size", "Size", size, EnforcementLevel.MANDATORY, severity=Severity.HIGH),
    ResourceValidationPolicy("knows-of", "Of", knows_of, EnforcementLevel.MANDATORY),
    ResourceValidationPolicy("tags", "Tags", enforcement_level=EnforcementLevel.REMEDIATE, remediate=plain_tags),
    ResourceValidationPolicy("shown", "Shown", shown),
    StackValidationPolicy("whole", "Whole", whole),
])
"""


@dataclass
class Outcome:
    """What came of a run."""

    findings: tuple[Finding, ...]
    violation: PolicyViolation | None
    graph: Graph | None
    events: list[Event]
    backend: Recorder

    def told(self, policy: str, name: str) -> Any:
        (finding,) = [found for found in self.findings if found.policy == policy and found.urn.endswith(f"::{name}")]
        return json.loads(finding.message.partition("\n")[2])


def pack(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 1.0.0\n")
    (folder / "__main__.py").write_text(textwrap.dedent(text))
    return folder


def outcome(folder: Path, program: str, *, preview: bool) -> Outcome:
    (folder / "x").write_text("")
    project(folder / "program", "", head=HEAD + program, config="tiny:token: {secure: v1}\ntiny:word: plain\n")
    analyzer, events, backend = Analyzer(pack(folder / "pack", PACK)), list[Event](), Recorder()
    graph, violation = None, None
    try:
        graph = run(folder / "program", stack="dev", backend=backend, preview=preview, analyzer=analyzer, on_event=events.append)
    except PolicyViolation as error:
        graph, violation = error.graph, error
    assert analyzer.policies == ("size", "knows-of", "tags", "shown", "whole")
    return Outcome(analyzer.findings, violation, graph, events, backend)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(tmp_path_factory.mktemp("preview"), PROGRAM, preview=True)


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return outcome(tmp_path_factory.mktemp("update"), PROGRAM, preview=False)


def test_a_preview_tells_every_violation_and_has_the_whole_graph(preview: Outcome) -> None:
    assert preview.violation is not None
    assert preview.violation.exit_code == 3
    assert preview.violation.findings == preview.findings
    assert [(found.policy, found.urn.rpartition("::")[2]) for found in preview.findings if found.blocks] == [
        ("size", "bad"),
        ("size", "bad2"),
    ]
    assert "2 mandatory policy violations" in preview.violation.what
    assert preview.graph is not None
    assert len(preview.graph) == 7


def test_a_finding_says_who_found_what(preview: Outcome) -> None:
    (finding,) = [found for found in preview.findings if found.policy == "size" and found.urn.endswith("::bad")]
    assert (finding.pack, finding.level, finding.severity, finding.deferred) == ("pack", "mandatory", "high", False)
    assert finding.message == "Size\ntoo big"


def test_a_policy_that_cannot_look_yet_is_deferred_not_passed(preview: Outcome, update: Outcome) -> None:
    deferred = [found for found in preview.findings if found.deferred]
    told = [(found.policy, found.level, found.urn.rpartition("::")[2]) for found in deferred]
    assert told == [("knows-of", "advisory", "plain"), ("shown", "advisory", "plain")]
    assert not any(found.blocks for found in deferred)
    assert not any(found.deferred for found in update.findings)


def test_an_update_stops_before_the_resource_is_made(update: Outcome) -> None:
    assert update.violation is not None
    assert [request.name for request in update.backend.created] == ["good", "plain"]
    assert [found.urn.rpartition("::")[2] for found in update.violation.findings if found.blocks] == ["bad"]
    assert update.graph is None


def test_findings_are_events_too(preview: Outcome) -> None:
    assert [event.finding for event in preview.events if isinstance(event, PolicyResult)] == list(preview.findings)


def test_a_remediation_changes_what_is_made_and_is_told(preview: Outcome, update: Outcome) -> None:
    made = {request.name: request.inputs for request in update.backend.created}
    assert made["good"]["tags"] == {"by": "policy"}
    assert made["good"]["word"] == Secret("hush"), "a remediation keeps secrets marked"
    for found in (preview, update):
        assert [event for event in found.events if isinstance(event, Remediated)] == [
            Remediated("urn:pulumi:dev::tiny::test:groups:Group$test:index:Thing::good", "tags", ("tags",))
        ]
    assert preview.graph is not None
    assert named(preview.graph, "good").inputs["tags"] == {"by": "policy"}


def test_a_resource_is_shown_as_the_real_engine_shows_it(update: Outcome) -> None:
    good, plain = update.told("shown", "good"), update.told("shown", "plain")
    assert good["keys"] == ["file", "size", "tags", "word"]
    assert good["props"]["word"] == "'hush'", "the SDK hands a policy the plain value of a secret"
    assert good["props"]["size"] == "1.0"
    assert good["props"]["file"].startswith("<pulumi.asset.FileAsset")
    north = "urn:pulumi:dev::tiny::pulumi:providers:test::north"
    assert good["provider"] == {"urn": north, "props": {"region": "north", "tags": '{"a": 1}'}}
    assert good["opts"] == [False, [], None, [], 0.0, "urn:pulumi:dev::tiny::test:groups:Group::g"]
    former = "urn:pulumi:dev::tiny::test:groups:Group$test:index:Thing::former"
    assert plain["opts"] == [True, ["size"], True, [former], 90.0, "urn:pulumi:dev::tiny::test:groups:Group::g"]
    assert update.told("shown", "north")["props"]["tags"] == repr('{"a": 1}')
    assert update.told("shown", "g")["provider"] is None


def test_the_stack_is_shown_at_the_end_with_outputs(preview: Outcome) -> None:
    told = preview.told("whole", "plain")
    assert told["names"] == ["tiny-dev", "north", "g", "good", "plain", "bad", "bad2"]
    assert told["parent"] == "g"
    assert told["deps"] == {"of": ["good"], "ref": ["good"]}
    assert told["dependencies"] == ["good"]
    assert told["provider"] == "north"
    assert told["protect"] is True
    assert told["keys"] == ["of", "ref"]


def test_the_pack_runs_in_its_folder_with_the_stack_in_its_environment(preview: Outcome) -> None:
    told = preview.told("whole", "plain")
    assert Path(told["cwd"]).name == "pack"
    assert told["env"] == {"PULUMI_PROJECT": "tiny", "PULUMI_STACK": "dev", "PULUMI_DRY_RUN": "true"}
    assert told["config"] == {"tiny:token": "[secret]", "tiny:word": "plain"}


def simple(folder: Path, policies: str, *, preview: bool = False) -> Graph:
    """Run one `Thing` under a pack of a few lines."""
    text = f"from pulumi_policy import *\nPolicyPack('pack', policies=[{policies}])\n"
    analyzer = Analyzer(pack(folder / "pack", text))
    return run(project(folder / "program", 'Thing("a")'), stack="dev", backend=Recorder(), preview=preview, analyzer=analyzer)


def test_a_stack_policy_can_fail_an_update_that_has_been_made(tmp_path: Path) -> None:
    policy = "StackValidationPolicy('s', 'S', lambda args, report: report('no'), EnforcementLevel.MANDATORY)"
    with pytest.raises(PolicyViolation, match="s: stack: S\nno") as caught:
        simple(tmp_path, policy)
    assert caught.value.graph is not None
    assert named(caught.value.graph, "a").id == "a-id"


@pytest.mark.parametrize("preview", [True, False])
def test_advice_stops_nothing(tmp_path: Path, preview: bool) -> None:
    assert len(simple(tmp_path, "ResourceValidationPolicy('r', 'R', lambda args, report: report('hm'))", preview=preview)) == 2


@pytest.mark.parametrize("preview", [True, False])
def test_a_policy_that_crashes_is_an_error_never_a_pass(tmp_path: Path, preview: bool) -> None:
    with pytest.raises(MarqueeError, match=r"policy pack pack: .*division by zero"):
        simple(tmp_path, "ResourceValidationPolicy('r', 'R', lambda args, report: 1 / 0)", preview=preview)


def test_a_pack_that_does_not_start_says_why(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(MarqueeError, match=r"does not start: it exited with code 1[\s\S]*No module named 'nowhere'"):
        run(
            project(tmp_path / "program", 'Thing("a")'),
            stack="dev",
            backend=Recorder(),
            preview=True,
            analyzer=Analyzer(pack(tmp_path / "pack", "import nowhere")),
        )
    assert time.monotonic() - started < 30


def test_a_pack_that_prints_no_port_says_what_it_printed(tmp_path: Path) -> None:
    with pytest.raises(MarqueeError, match="printed 'hello', no port"):
        run(
            project(tmp_path / "program", 'Thing("a")'),
            stack="dev",
            backend=Recorder(),
            preview=True,
            analyzer=Analyzer(pack(tmp_path / "pack", "import time\nprint('hello')\ntime.sleep(60)")),
        )


WATCHED = """
import os, sys
from pathlib import Path
from marquee.engine.pack_process import PackProcess
from marquee.engine.project import load_project
started = PackProcess(Path(sys.argv[1]), load_project(Path(sys.argv[2]), "dev"), preview=True)
started.stub
print(started.pid, flush=True)
os._exit(0)  # as a kill would: nothing is cleaned up
"""


def test_the_pack_ends_when_we_do_however_we_end(tmp_path: Path) -> None:
    folder = pack(tmp_path / "pack", "from pulumi_policy import *\nPolicyPack('p', policies=[StackValidationPolicy('s', 'S', print)])")
    program = project(tmp_path / "program", "")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder), str(program)], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the pack's process is still there")


def test_go_durations() -> None:
    assert [seconds(text) for text in ("", "90s", "1h30m", "1.5m", "250ms")] == [0, 90, 5400, 90, 0.25]

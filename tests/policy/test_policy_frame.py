"""The frame: what holds for every control, whatever it asks."""

from collections.abc import Iterator
from datetime import date

import pytest
from pulumi.runtime.proto import analyzer_pb2

from guard import VERSION
from guard.config import Config
from guard.control import Control, Edit, Level, Severity, resource_control
from guard.dispatch import Dispatcher
from guard.exemptions import parse
from guard.node import Findings, Node, NotApplicable
from guard.normalise import normalise
from guard.registry import controls
from guard.remediate import apply
from guard.resource import Resource
from guard.values import SECRET, UNKNOWN
from tests.policy import harness
from tests.policy.harness import PACK, Analyzer, Item, analyzer, secret, struct, urn

BUCKET = "aws:s3/bucket:Bucket"
OPEN_GROUP = Item(
    "aws:ec2/securityGroup:SecurityGroup",
    {"ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]},
    "edge",
)


@pytest.fixture(scope="module")
def pack() -> Iterator[Analyzer]:
    with analyzer() as running:
        yield running


def messages(reply: analyzer_pb2.AnalyzeResponse, control: str) -> list[tuple[str, str]]:
    """Level and message of what one policy says."""
    named = [item for item in reply.diagnostics if item.policyName == control]
    return [(analyzer_pb2.EnforcementLevel.Name(item.enforcementLevel), item.message) for item in named]


def exemption(**fields: str) -> dict[str, str]:
    return {"control": "N1", "resource": "edge", "reason": "Until the VPN is up", "owner": "platform", "expires": "2027-01-31", **fields}


def in_stack_file(*exemptions: dict[str, str]) -> dict[str, object]:
    return {"marquee:platform": {"security": {"exemptions": list(exemptions)}}}


def test_the_wire_becomes_plain_data() -> None:
    unread = {"s": secret("hunter2"), "u": f"arn:{harness.UNKNOWN}:x", "l": [{"u": harness.UNKNOWN}]}
    properties = struct({"n": 3, "f": 0.5, "none": None, **unread})
    assert normalise(properties) == {"n": 3, "f": 0.5, "none": None, "s": SECRET, "u": UNKNOWN, "l": [{"u": UNKNOWN}]}
    assert isinstance(normalise(properties)["n"], int)


def test_each_goes_through_lists_and_lone_objects_alike() -> None:
    listed, lone = Node({"rules": [{"a": {"b": 1}}, {"a": [{"b": 2}]}]}), Node({"rules": {"a": {"b": 1}}})
    assert [(node.path, node.value) for node in listed.each("rules", "a", "b")] == [("rules[0].a.b", 1), ("rules[1].a[0].b", 2)]
    assert [node.path for node in lone.each("rule|rules", "a", "b")] == ["rules.a.b"]


def test_a_level_of_the_config_is_the_level_of_the_finding(pack: Analyzer) -> None:
    pack.configure({"N1": "advisory"})
    assert [level for level, _ in messages(pack.analyze(OPEN_GROUP), "N1")] == ["ADVISORY"]
    pack.configure({"N1": "disabled"})
    assert messages(pack.analyze(OPEN_GROUP), "N1") == []


def test_an_exempted_finding_is_shown_and_does_not_block(pack: Analyzer) -> None:
    pack.configure({"pack": {"today": "2026-11-23"}})
    pack.configure_stack(config=in_stack_file(exemption()))
    reply = pack.analyze_stack(OPEN_GROUP)
    [(level, message)] = messages(reply, "N1")
    assert level == "ADVISORY"
    assert message.startswith("[N1 high] exempted until 2027-01-31 by platform: Anybody on the internet can reach SSH")
    assert messages(reply, "pack") == []


@pytest.mark.parametrize(
    ("given", "problem", "blocks"),
    [
        pytest.param(exemption(expires="2026-11-22"), "[X1 high]", True, id="expired"),
        pytest.param(exemption(resource="elsewhere"), "[X2 medium]", True, id="unused"),
        pytest.param(exemption(resource="*"), "[X3 high]", False, id="too broad"),
        pytest.param(exemption(owner=""), "[X4 high]", True, id="without an owner"),
        pytest.param(exemption(control="N999"), "[X4 high]", True, id="no such control"),
    ],
)
def test_a_bad_exemption_is_a_finding_of_its_own(pack: Analyzer, given: dict[str, str], problem: str, blocks: bool) -> None:
    pack.configure({"pack": {"today": "2026-11-23"}})
    pack.configure_stack(config=in_stack_file(given))
    reply = pack.analyze_stack(OPEN_GROUP)
    assert [level for level, message in messages(reply, "pack") if message.startswith(problem)] == ["MANDATORY"]
    assert ("MANDATORY" in [level for level, _ in messages(reply, "N1")]) == blocks


def test_exemptions_of_another_stack_come_through_the_config(pack: Analyzer) -> None:
    pack.configure({"pack": {"today": "2026-11-23", "exemptions": [exemption()]}})
    pack.configure_stack()
    assert [level for level, _ in messages(pack.analyze(OPEN_GROUP), "N1")] == ["ADVISORY"]


def test_an_exemption_that_matches_too_many_resources_is_too_broad() -> None:
    [entry] = parse([exemption(resource="edge-*")], date(2026, 11, 23)).entries
    groups = [Resource(urn=f"urn::edge-{n}", type=OPEN_GROUP.type, name=f"edge-{n}", inputs={}) for n in range(11)]
    exemptions = parse([exemption(resource="edge-*")], date(2026, 11, 23))
    assert entry.matches_resource("urn::edge-1", "edge-1")
    assert "X3" in [problem.id for problem in exemptions.problems(controls(), groups, 10)]
    assert "X3" not in [problem.id for problem in exemptions.problems(controls(), groups[:10], 10)]


def _crashing() -> Control:
    def check(resource: Resource) -> Findings:
        yield resource.at("a").fail("Found before the crash")
        raise ValueError(str(resource.inputs))

    return resource_control(id="Z1", title="t", severity=Severity.LOW, types=(BUCKET,), why="w", fix="f", level=Level.ADVISORY)(check)


def test_a_crash_is_mandatory_names_the_control_and_hides_no_finding() -> None:
    subject = Resource(urn="u", type=BUCKET, name="n", inputs={"a": "hunter2"})
    found = Dispatcher([_crashing()], Config()).analyze(subject).diagnostics
    assert [item.level for item in found] == [Level.ADVISORY, Level.MANDATORY]
    assert found[1].message.startswith("[Z1 low] control error: Z1 crashed (ValueError at check:")
    assert "hunter2" not in "".join(item.message for item in found)


def test_not_applicable_is_neither_a_pass_nor_a_finding() -> None:
    def check(resource: Resource) -> Findings:
        raise NotApplicable("asymmetric keys do not rotate")

    control = resource_control(id="Z1", title="t", severity=Severity.LOW, types=(BUCKET,), why="w", fix="f")(check)
    report = Dispatcher([control], Config()).analyze(Resource(urn="u", type=BUCKET, name="n", inputs={}))
    assert (report.diagnostics, [item.reason for item in report.not_applied]) == ([], ["asymmetric keys do not rotate"])


def test_no_message_quotes_a_secret(pack: Analyzer) -> None:
    pack.configure()
    reply = pack.analyze(Item("aws:iam/policy:Policy", {"policy": secret('{"Statement": "hunter2"}')}))
    assert reply.diagnostics
    assert "hunter2" not in str(reply)


def test_stack_controls_judge_inputs_that_the_preview_left_out_of_the_outputs(pack: Analyzer) -> None:
    pack.configure()
    rules = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}]
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    encryption = Item(token, {"bucket": harness.UNKNOWN, "rules": rules}, "sse", {"bucket": ["b"]}, outputs={})
    assert messages(pack.analyze_stack(Item(BUCKET, {}, "b"), encryption), "E1") == []


def test_an_edit_leaves_unknowns_and_secrets_alone() -> None:
    before = struct({"u": harness.UNKNOWN, "s": secret(False), "o": {"x": 1}})
    edits = [Edit(("u", "x"), True), Edit(("u",), True), Edit(("s",), True), Edit(("o", "x"), 1)]
    assert apply(before, edits) is None
    changed = apply(before, [Edit(("o", "y"), True), Edit(("new", "deep"), True)])
    assert changed is not None
    assert changed.fields["s"] == before.fields["s"]
    assert normalise(changed) == {"u": UNKNOWN, "s": SECRET, "o": {"x": 1, "y": True}, "new": {"deep": True}}


def test_a_remediation_passes_its_own_control_and_then_rests(pack: Analyzer) -> None:
    pack.configure({"E1.2": "remediate"})
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    bad = Item(
        token,
        {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": harness.UNKNOWN}}]},
    )
    fixed = pack.remediate(bad)
    assert fixed is not None
    assert fixed["rules"][0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == harness.UNKNOWN
    good = Item(token, fixed)
    assert messages(pack.analyze(good), "E1.2") == []
    assert pack.remediate(good) is None


def test_the_pack_lists_each_control_as_a_policy(pack: Analyzer) -> None:
    info = pack.info()
    assert [policy.name for policy in info.policies] == [*(control.id for control in controls()), "pack"]
    assert info.version == VERSION
    assert f"version: {VERSION}" in (PACK / "PulumiPolicy.yaml").read_text()
    sse = next(policy for policy in info.policies if policy.name == "E1")
    assert {"CKV_AWS_145", "S3.17"} <= set(sse.tags)


def test_the_stack_file_may_hold_anything_else() -> None:
    for text in ("", "[]", '"x"', "{", '{"security": []}', '{"security": {"exemptions": {}}}'):
        assert Config(stack_config={"marquee:platform": text}).exemptions() == []


def test_types_by_their_old_names_are_judged_too(pack: Analyzer) -> None:
    pack.configure()
    old = Item("aws:elasticloadbalancingv2/loadBalancer:LoadBalancer", {"subnets": ["a", "b"]})
    assert [level for level, _ in messages(pack.analyze(old), "L3")] == ["MANDATORY"]


def test_urns_match_whole_or_by_star() -> None:
    [entry] = parse([exemption(resource=urn(BUCKET, "a.b"))], date(2026, 11, 23)).entries
    assert entry.matches_resource(urn(BUCKET, "a.b"), "a.b")
    assert not entry.matches_resource(urn(BUCKET, "axb"), "axb")

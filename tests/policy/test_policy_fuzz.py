"""No property, however odd, crashes a control, its remediation or the pack; and no secret among them is ever told."""

import json
import random
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from guard.config import Config
from guard.control import Control, Env, Level, Status, run
from guard.node import Deferred, NotApplicable
from guard.registry import controls
from guard.remediate import apply
from guard.resource import Resource, Stack
from guard.server import Servicer
from guard.values import SECRET
from marquee.cli import policy
from marquee.engine.analyzer import finding_of
from marquee.policies import ControlInfo, catalogue, report
from marquee.policies.formats import html, markdown, sarif
from tests.policy.harness import PACK, secret, struct
from tests.policy.mutation import cases_of
from tests.policy.shapes import TYPED, like
from tests.policy.worlds import marked, stack_to_wire, to_wire

pytestmark = pytest.mark.slow

RUNS: Final = 40
"""Resources a control and type."""
TOKENS: Final = sorted({type_ for control in controls() for type_ in control.types})
"""Every type that any control judges."""
SHARDS: Final = 12
REMEDIATING: Final = [control for control in controls() if control.remediate]
ENV: Final = date(2026, 11, 23)


def _env(control: Control) -> Env:
    return Env(ENV, {param.name: param.default for param in control.params})


def _resource(type_: str, random_: random.Random, name: str = "subject") -> Resource:
    return Resource(urn=f"urn::{name}", type=type_, name=name, inputs=like(type_, random_))


def _some(types: tuple[str, ...], random_: random.Random) -> list[str]:
    """All of the types, or a sample where a control judges hundreds alike."""
    return list(types) if len(types) <= 40 else random_.sample(types, 40)


@pytest.mark.parametrize("control", controls(), ids=lambda control: control.id)
def test_no_control_crashes(control: Control) -> None:
    random_ = random.Random(control.id)  # noqa: S311
    company = sorted({item.type for case in cases_of(control.id) for item in case.items})
    for type_ in _some(control.types, random_):
        for _ in range(RUNS):
            subject = _resource(type_, random_)
            beside = [_resource(random_.choice(company), random_, f"other-{n}") for n in range(3)] if control.stack else []
            outcome = run(control, subject, _env(control), Stack([subject, *beside]) if control.stack else None)
            assert outcome.status is not Status.CRASH, (outcome.reason, subject.inputs)


@pytest.mark.parametrize("control", REMEDIATING, ids=lambda control: control.id)
def test_no_remediation_crashes(control: Control) -> None:
    random_ = random.Random(control.id)  # noqa: S311
    for type_ in _some(control.types, random_):
        for _ in range(RUNS):
            subject = _resource(type_, random_)
            try:
                edits = list(control.edits(subject, _env(control)))
            except (Deferred, NotApplicable):
                continue
            apply(struct({}), edits)
            apply(struct(marked(dict(subject.inputs))), edits)


@pytest.fixture(scope="module")
def pack() -> Servicer:
    """The whole pack, with every remediation on."""
    return Servicer(controls(), Config(levels={control.id: Level.REMEDIATE for control in REMEDIATING}))


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_pack_answers_for_every_type_off_the_wire(pack: Servicer, shard: int) -> None:
    random_ = random.Random(shard)  # noqa: S311
    for type_ in TOKENS[shard::SHARDS]:
        for taste in (*[TYPED] * 3, *[None] * 5):
            inputs = like(type_, random_, taste) if taste else like(type_, random_)
            subject = Resource(urn="urn::x", type=type_, name="x", inputs=inputs)
            asked = to_wire(subject)
            answers = (pack.Analyze(asked, None), pack.AnalyzeStack(stack_to_wire([subject]), None))
            pack.Remediate(asked, None)
            errors = [item.message for answer in answers for item in answer.diagnostics if "control error" in item.message]
            assert errors == [], inputs


TOLD: Final = "hunter2-d41d8cd9"


def _telling(value: Any) -> Any:
    """Properties on the wire in which every secret holds a text to look for."""
    if value is SECRET:
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": TOLD, "Principal": "*"}]}
        return secret(json.dumps(document))
    if isinstance(value, dict):
        return {key: _telling(item) for key, item in value.items()}
    return [_telling(item) for item in value] if isinstance(value, list) else marked(value)


@pytest.fixture(scope="module")
def listed() -> tuple[ControlInfo, ...]:
    return catalogue(PACK)


@pytest.mark.slow
@examples(max_examples=400)
@given(type_=st.sampled_from(TOKENS), seed=st.integers(0, 2**32))
def test_no_report_tells_a_secret(pack: Servicer, listed: tuple[ControlInfo, ...], type_: str, seed: int) -> None:
    inputs = _telling(like(type_, random.Random(seed)) | {"adminPassword": SECRET, "policy": SECRET})  # noqa: S311
    asked = to_wire(Resource(urn="urn:pulumi:s::p::t::x", type=type_, name="x", inputs={}))
    asked.properties.CopyFrom(struct(inputs))
    asked.provider.properties.CopyFrom(struct({"region": secret(TOLD), "defaultTags": secret(TOLD)}))
    whole = stack_to_wire([])
    whole.resources.add(type=type_, urn=asked.urn, name="x", properties=asked.properties, provider=asked.provider)
    diagnostics = [*pack.Analyze(asked, None).diagnostics, *pack.AnalyzeStack(whole, None).diagnostics]
    found = report([finding_of(item, asked.urn) for item in diagnostics], listed, stack="s", preview=True, resources=1)
    texts = [str(diagnostics), json.dumps(found.to_json()), json.dumps(sarif(found, listed)), markdown(found), html(found), _table(found)]
    assert not [text for text in texts if TOLD in text]


def _table(found: Any) -> str:
    with policy.console.capture() as captured:
        policy._print(found)
    return captured.get()

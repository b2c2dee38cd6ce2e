"""Prefetching asks as every device class and DRM system that the function at the edge tells apart, with a token that it takes."""

import itertools
import re

import pytest

from marquee.domain.revocations import STATE_KEY, State
from marquee.domain.signing_keys import SigningKey
from runtime.prefetch import agents
from runtime.prefetch.access import grant
from tests.edge.node import EDGE, request, run
from tests.unit.test_prefetch import PEM

pytestmark = pytest.mark.slow  # starts Node

NOW = 1_800_000_000


def test_each_agent_is_a_device_of_its_own_and_none_is_left_out() -> None:
    key = SigningKey(id="0a1b2c3d", secret="k" * 43, active_from=0)
    access = grant(
        "media.example.org", "my-film", "9" * 16, token_key=key, cookie_key=SigningKey(id="K", secret=PEM, active_from=0), now=NOW
    )
    path = access.base.removeprefix("https://media.example.org") + "index.m3u8"
    events = [request(path, headers={"user-agent": agent}) for agent in agents.AGENTS]
    answers = [each["answer"] for each in run("media.js", events, store={STATE_KEY: State(((key.id, key.secret),)).text}, now=NOW)]
    told = [(a["headers"]["x-marquee-device"]["value"], a["headers"]["x-marquee-drm"]["value"]) for a in answers]
    source = (EDGE / "media.js").read_text()
    devices, systems = set(re.findall(r"'(tv|mobile|desktop)'", source)), set(re.findall(r"'(fairplay|playready|widevine)'", source))
    possible = set(itertools.product(devices, systems)) - {("mobile", "playready")}  # no such device: its pattern names none
    assert len(told) == len(set(told))
    assert set(told) == possible

"""One emulated AWS a test process; each test has an account of its own in it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.engine import run
from marquee.ingest import Target
from marquee.settings import load, stack_file
from tests.flows.ingest_stack import ACCOUNT, ROOT, Stack
from tests.flows.key_provider_stack import Provider, deploy
from tests.flows.world import World
from tests.media_files import AAC, AVC, SOUND, ffmpeg, picture


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(insecure=True) as running:
        yield running


@pytest.fixture
def aws(emulator: Emulator, request: pytest.FixtureRequest) -> World:
    digest = int.from_bytes(hashlib.sha256(request.node.nodeid.encode()).digest()[:8], "big")
    return World(emulator, str(10**11 + digest % (9 * 10**11)))


# Of the session, not the module: with stolen work a worker may come back to this module, and the account holds one stack.
@pytest.fixture(scope="session")
def stack(emulator: Emulator) -> Iterator[Stack]:
    raw = dict(stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform)
    raw["accounts"] = {**raw["accounts"], "workload": ACCOUNT}
    run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
    target = Target.of_emulator(emulator, load(raw, "dev"))
    world = World(emulator, ACCOUNT, target.region)
    bus = target.names.event_bus()
    rule = world("events").put_rule(Name="subscriber", EventBusName=bus, EventPattern=json.dumps({"source": [titles.EVENT_SOURCE]}))[
        "RuleArn"
    ]
    from_rule = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": world.arn("sqs", "subscriber"),
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    url, arn = world.queue("subscriber", from_rule)
    world("events").put_targets(Rule="subscriber", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    yield Stack(world, target, url)
    # Services' calls for other accounts of the same emulator are other tests' business.
    tried = [call for call in refused(world.calls()) if ACCOUNT in call.principal + call.resource]
    assert not tried, "a role or a service tried what its policies do not allow"


@pytest.fixture(scope="session")
def provider(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """The reference key provider, in an account of its own."""
    return deploy(emulator, tmp_path_factory.mktemp("provider"))


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "My Film (final) é+.mp4"
    ffmpeg(*picture(), *SOUND, *AVC, *AAC, "-movflags", "+faststart", path)
    return path


@pytest.fixture(scope="session")
def broken(film: Path) -> Path:
    path = film.with_name("broken.mp4")
    path.write_bytes(film.read_bytes()[:-1000])
    return path

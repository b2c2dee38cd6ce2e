"""A live channel that is deployed, started, watched, stopped, harvested and guarded, with real media at every step."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from components.live.watch import definition
from marquee.domain.names import Names
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Target
from marquee.ingest.live import LiveChannels, Window
from tests.flows.live_viewer import Viewer, ages, clocks, feed, ffmpegs, next_segment
from tests.flows.world import World, wait_for
from tests.live_program import NEWS, PREFIX, live
from tests.media_files import program

pytestmark = pytest.mark.slow
ACCOUNT = "135792468013"
CHANNEL = NEWS | {"resolution": "540p", "schedule": None}
SECONDS = 2.0  # of a segment


@dataclass
class Deployed:
    """The channel's region, with a subscriber to MediaLive's events."""

    world: World
    target: Target
    viewer: Viewer
    channel_id: str
    events: str
    """Queue's URL."""

    @property
    def channels(self) -> LiveChannels:
        return LiveChannels(self.target)

    def state(self) -> str:
        return self.world("medialive").describe_channel(ChannelId=self.channel_id)["State"]


@pytest.fixture(scope="module")
def deployed(emulator: Emulator) -> Iterator[Deployed]:
    graph = live(EmulatorBackend(emulator), [CHANNEL], account=ACCOUNT)
    world = World(emulator, ACCOUNT)
    target = Target(
        stack="live",
        names=Names(prefix=PREFIX, account=ACCOUNT),
        region=world.region,
        environment=emulator.environment(ACCOUNT, world.region),
    )
    rule = world("events").put_rule(Name="heard", EventPattern=json.dumps({"source": ["aws.medialive"]}))["RuleArn"]
    url, arn = world.queue("heard", _may_send(rule, world.arn("sqs", "heard")))
    world("events").put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn}])
    viewer = Viewer(world, graph.outputs["origin"], f"/out/v1/{PREFIX}-live/news/cmaf/")
    found = Deployed(world, target, viewer, graph.outputs["channels"]["news"], url)
    feed(world, found.channel_id)
    yield found
    if found.state() == "RUNNING":
        found.channels.stop("news", seconds=10)


@pytest.fixture
def running(deployed: Deployed) -> Deployed:
    deployed.channels.start("news", seconds=10)
    deployed.viewer.manifest()
    return deployed


def test_a_channel_is_watched_within_less_than_a_segment_of_its_camera(running: Deployed) -> None:
    """From the clock in the test picture, over RTMP, encoder, origin and TLS, to the viewer: every part, as soon as it is made."""
    mpd = running.viewer.manifest()
    init, media = next_segment(mpd)
    arrival = running.viewer.watch(media)
    took = arrival.times[-1] - arrival.times[0]
    assert len(arrival.times) >= 4
    assert took > SECONDS / 2, "it came at once: it was not served while it grew"
    old = ages(arrival, clocks(running.viewer.get(init).body, arrival.content))
    assert len(old) >= 5
    assert max(old) < SECONDS, old
    # What is not like AWS says so, and HLS without parts claims none.
    hls = running.viewer.get("index.m3u8")
    label = hls.headers["x-marquee-emulated"]
    assert "not encrypted" in label
    assert re.search(r"2 of 3 renditions", label)
    assert hls.body.count(b"#EXT-X-STREAM-INF") == 2
    playlist = running.viewer.get("media_0.m3u8").body
    assert playlist.startswith(b"#EXTM3U")
    assert b"#EXT-X-PART" not in hls.body + playlist
    assert 'availabilityTimeComplete="false"' in mpd
    assert running.viewer.get("time").headers["cache-control"] == "no-store", "a player would take an old time for the present"


def test_only_cloudfront_of_the_account_reads_it(running: Deployed) -> None:
    other = {"x-marquee-source-arn": "arn:aws:cloudfront::999988887777:distribution/E1234567890ABC"}
    assert running.viewer.get("index.mpd").status == 200
    assert running.viewer.get("index.mpd", {}).status == 403
    assert running.viewer.get("index.mpd", other).status == 403
    for name in ("../news/cmaf/index.mpd", "running.json", "encoder.log", "segment-1-0-00001.m4s.tmp", "nothing.mpd"):
        assert running.viewer.get(name).status == 404, name


def test_states_are_told_and_nothing_runs_afterwards(running: Deployed) -> None:
    assert ffmpegs(running.world.emulator) >= 2  # encoder and contributor, in the group that ends with the emulator
    stopped = running.channels.stop("news", seconds=10)
    assert stopped.state == "IDLE"
    assert stopped.sends_to[0].startswith("rtmp://127.0.0.1:")
    wait_for(lambda: _heard(running)[-4:] == ["STARTING", "RUNNING", "STOPPING", "IDLE"])
    wait_for(lambda: ffmpegs(running.world.emulator) == 0)
    with pytest.raises(running.world("medialive").exceptions.ConflictException):
        running.world("medialive").stop_channel(ChannelId=running.channel_id)


def test_a_window_becomes_a_title(running: Deployed, tmp_path: Path) -> None:
    time.sleep(max(0.0, SECONDS + 0.5 - _recorded(running)))
    began = datetime.now(UTC) - timedelta(seconds=_recorded(running))
    window = Window(start=began + timedelta(seconds=0.2), end=began + timedelta(seconds=1.8))
    version = running.channels.harvest("news", "first-minutes", window, shown_as="The first minutes", seconds=30)
    title = Catalogue(running.target).title("first-minutes")
    assert title is not None
    assert (title["status"], title["version"], title["harvested"]["channel"]) == ("published", version, "news")
    playback = title["playback"]
    assert playback["prefix"] == f"titles/first-minutes/{version}/"
    assert [one["height"] for one in playback["renditions"]] == [234, 432]
    assert playback["durationMs"] == 2000  # whole segments
    _download(running, playback["bucket"], playback["prefix"], tmp_path)
    for manifest in ("index.m3u8", "index.mpd"):  # they end, and every frame decodes
        assert _frames(tmp_path / manifest) == round(playback["durationMs"] / 1000 * 25)
    tried = [call for call in refused(running.world.emulator.calls()) if ACCOUNT in call.principal + call.resource]
    assert [call for call in tried if "GetObject" not in call.action] == []


def test_a_window_that_was_not_on_is_no_title(running: Deployed) -> None:
    now = datetime.now(UTC)
    with pytest.raises(MarqueeError, match="not recorded"):
        running.channels.harvest(
            "news", "nothing", Window(start=now - timedelta(hours=2), end=now - timedelta(hours=1)), shown_as="", seconds=30
        )
    assert Catalogue(running.target).title("nothing") is None


def test_what_runs_for_too_long_is_stopped(running: Deployed) -> None:
    """The stack's own machine and role, with a limit of eight seconds by the clock: its waits of four take two each here."""
    states, machine = running.world("stepfunctions"), running.world.arn("states", f"stateMachine:{PREFIX}-live-watch")
    described = states.describe_state_machine(stateMachineArn=machine)
    assert f'"{PREFIX}-news": 43200' in json.loads(described["definition"])["States"]["Look"]["Assign"]["limit"]
    watches = states.list_executions(stateMachineArn=machine)["executions"]
    assert watches, "the start of the channel started no watch"
    short = definition({f"{PREFIX}-news": 8}, look_every=4)
    states.update_state_machine(stateMachineArn=machine, definition=short)
    event = {"detail": {"channel_arn": running.world.arn("medialive", f"channel:{running.channel_id}"), "state": "RUNNING"}}
    try:
        ended = running.world.run(machine, event, name=f"short-{time.monotonic_ns()}")
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=described["definition"])
    assert (ended["status"], ended["error"]) == ("FAILED", "RanTooLong")
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() >= 8
    assert wait_for(lambda: running.state() == "IDLE")


def test_a_schedule_starts_it_with_its_own_role(deployed: Deployed) -> None:
    """A one-time schedule; the role trusts Scheduler for schedules of the group alone."""
    world, channel = deployed.world, f"arn:aws:medialive:*:{ACCOUNT}:channel:{deployed.channel_id}"
    group = world.arn("scheduler", "schedule-group/live-test")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": group}},
    }
    iam = world("iam")
    role = iam.create_role(RoleName="starter", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    statement = {"Effect": "Allow", "Action": "medialive:StartChannel", "Resource": channel}
    iam.put_role_policy(RoleName="starter", PolicyName="start", PolicyDocument=_policy(statement))
    scheduler = world("scheduler")
    scheduler.create_schedule_group(Name="live-test")

    def once(name: str, action: str, **place: str) -> None:
        target = {
            "Arn": f"arn:aws:scheduler:::aws-sdk:medialive:{action}",
            "RoleArn": role,
            "Input": json.dumps({"ChannelId": deployed.channel_id}),
        }
        at = (datetime.now(UTC) - timedelta(seconds=1)).strftime("at(%Y-%m-%dT%H:%M:%S)")
        scheduler.create_schedule(Name=name, ScheduleExpression=at, FlexibleTimeWindow={"Mode": "OFF"}, Target=target, **place)

    before = len(world.calls())
    once("start", "startChannel", GroupName="live-test")
    wait_for(lambda: deployed.state() == "RUNNING")
    once("stop", "stopChannel", GroupName="live-test")  # which the role may not
    denied = wait_for(lambda: [call for call in world.calls()[before:] if call.action == "medialive:StopChannel"])
    assert denied[0].verdict.value == "denied"
    assert deployed.state() == "RUNNING"


def _may_send(rule: str, queue: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


_said: list[tuple[str, str]] = []


def _heard(deployed: Deployed) -> list[str]:
    """States that were told so far, in the order of the events' times."""
    answer = deployed.world("sqs").receive_message(QueueUrl=deployed.events, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        deployed.world("sqs").delete_message(QueueUrl=deployed.events, ReceiptHandle=message["ReceiptHandle"])
        event = json.loads(message["Body"])
        if event["detail-type"] == "MediaLive Channel State Change":
            _said.append((event["detail"]["channel_arn"], event["detail"]["state"]))
    return [state for arn, state in _said if arn.endswith(deployed.channel_id)]


def _recorded(deployed: Deployed) -> float:
    """Seconds that the present run has on disk."""
    match = re.search(r'availabilityStartTime="([^"]+)"', deployed.viewer.manifest())
    assert match
    return (datetime.now(UTC) - datetime.fromisoformat(match[1])).total_seconds()


def _download(deployed: Deployed, bucket: str, prefix: str, folder: Path) -> None:
    s3 = deployed.world("s3")
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        (folder / item["Key"].removeprefix(prefix)).write_bytes(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())


def _frames(manifest: Path) -> int:
    command = [program(), "-v", "error", "-xerror", "-i", manifest, "-map", "0:v:0", "-f", "framecrc", "-"]
    lines = subprocess.run(command, capture_output=True, check=True, text=True, cwd=manifest.parent).stdout.splitlines()
    return sum(not line.startswith("#") for line in lines)

"""The emulator leaves nothing behind, listens on the loopback alone, and carries each service in one place."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from marquee.emulator import Emulator
from marquee.errors import MarqueeError
from tests.flows.world import World, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
LISTENING = "0A"  # /proc/net/tcp's code
LOOPBACK = {"0100007F"}

PARENT = """
import sys, time
from marquee.emulator import Emulator
with Emulator() as emulator:
    print(emulator.process_group, emulator.ca_bundle, flush=True)
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def members(group: int) -> list[int]:
    """Live processes of a process group; one that is dead and only waits to be reaped does not count."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(its_group) == group and state not in {"Z", "X"}:
                found.append(int(entry.name))
    return found


def listeners(group: int) -> list[str]:
    """Local addresses, as /proc writes them, of the TCP sockets on which the group listens, IPv6 too."""
    inodes: set[str] = set()
    for process in members(group):
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            try:
                target = str(descriptor.readlink())
            except FileNotFoundError:
                continue
            if target.startswith("socket:["):
                inodes.add(target.removeprefix("socket:[").removesuffix("]"))
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return [row[1].partition(":")[0] for row in rows if row[3] == LISTENING and row[9] in inodes]


@pytest.fixture
def parent() -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """A process of its own that runs an emulator; its group and its folder."""
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    assert process.stdout is not None
    group, bundle = process.stdout.readline().split()
    yield process, int(group), Path(bundle).parent
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_listens_on_the_loopback_only(emulator: Emulator) -> None:
    found = listeners(emulator.process_group)
    assert len(found) == 2  # TLS and, for these tests, plain
    assert set(found) == LOOPBACK


def test_nothing_remains_after_the_end(aws: World) -> None:
    with Emulator() as emulator:
        group, folder = emulator.process_group, Path(emulator.ca_bundle).parent
        world = World(emulator, aws.account)
        world.function("idle", "def handler(event, context):\n    return 1\n")
        assert world.invoke("idle") == 1
        assert len(members(group)) == 2
        assert folder.exists()
    assert wait_for(lambda: members(group) == [])
    assert not folder.exists()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_remains_after_the_parent_is_gone(parent: tuple[subprocess.Popen[str], int, Path], end: signal.Signals) -> None:
    process, group, folder = parent
    assert len(members(group)) == 1
    process.send_signal(end)
    process.wait()
    assert wait_for(lambda: members(group) == [])
    assert wait_for(lambda: not folder.exists())


def test_a_start_that_fails_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("marquee.emulator.process.clients.SECRET_KEY", "bad\0key")
    with pytest.raises((MarqueeError, ValueError)), Emulator():
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_import_error_of_the_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(MarqueeError, match="did not start"), Emulator():
        pass


def test_a_free_port_each(emulator: Emulator) -> None:
    with Emulator() as other:
        assert other.endpoint != emulator.endpoint
        other.client("s3", region="eu-west-1", account="111122223333").create_bucket(
            Bucket="only-there", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        names = emulator.client("s3", region="eu-west-1", account="111122223333").list_buckets()["Buckets"]
        assert "only-there" not in {bucket["Name"] for bucket in names}


def test_the_environment_is_enough_for_a_subprocess(aws: World) -> None:
    code = "import boto3, json; print(json.dumps(boto3.client('sts').get_caller_identity()['Account']))"
    environment = aws.emulator.environment(aws.account, aws.region) | {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == aws.account


def test_the_server_calls_nobody(aws: World) -> None:
    """A subscription to an outside address would be a call outwards; it must not leave, and the server must live on."""
    topic = aws("sns").create_topic(Name="outward")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="https", Endpoint="https://192.0.2.1/hook")
    aws("sns").publish(TopicArn=topic, Message="x")
    log = Path(aws.emulator.ca_bundle).parent / "log"
    wait_for(lambda: "does not connect to 192.0.2.1" in log.read_text())
    assert aws("sns").list_topics()["Topics"]


class TestHosts:
    """Where services live."""

    def test_an_unknown_service_is_refused_by_name(self, aws: World) -> None:
        with pytest.raises(ClientError, match="no service that signs as 'gamelift'"):
            aws("gamelift").list_fleets()

    def test_moto_s_services_know_account_and_region(self, aws: World) -> None:
        made = aws("ecr").create_repository(repositoryName="images")["repository"]["repositoryArn"]
        assert made == aws.arn("ecr", "repository/images")
        assert aws("ecr", "eu-central-1").describe_repositories()["repositories"] == []
        other = aws.emulator.client("ecr", region=aws.region, account="999988887777")
        assert other.describe_repositories()["repositories"] == []

    def test_what_moto_lacks_is_no_mystery(self, aws: World) -> None:
        with pytest.raises(ClientError, match="NotImplemented"):
            aws("ec2").get_ebs_default_kms_key_id()

    @pytest.mark.parametrize("service", ["application-autoscaling", "fis", "lakeformation", "shield", "xray"])
    def test_moto_answers(self, aws: World, service: str) -> None:
        call = {
            "application-autoscaling": lambda client: client.describe_scalable_targets(ServiceNamespace="ecs"),
            "fis": lambda client: client.list_experiment_templates(),
            "lakeformation": lambda client: client.list_permissions(),
            "shield": lambda client: client.list_protections(),
            "xray": lambda client: client.put_trace_segments(TraceSegmentDocuments=["{}"]),
        }[service]
        assert call(aws(service))["ResponseMetadata"]["HTTPStatusCode"] == 200

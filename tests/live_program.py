"""A program that makes one region's live channels of every kind, for graph tests on stand-ins and for flows on the emulated AWS."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from marquee.engine import Backend, Graph, run
from tests.unit.engine_programs import project

ROOT = Path(__file__).resolve().parents[1]
ACCOUNT, REGION, PREFIX = "111122223333", "eu-west-1", "marquee-live"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:srt-AbCdEf"
FLOWS = [f"arn:aws:mediaconnect:{REGION}:{ACCOUNT}:flow:1-{name}:{name}" for name in "ab"]
SCHEDULE = {"start": "cron(45 17 ? * MON-FRI *)", "stop": "cron(15 23 ? * MON-FRI *)", "timezone": "Europe/Dublin"}
NEWS: dict[str, Any] = {"name": "news", "region": REGION, "input": "rtmp_push", "allowed_cidrs": ["203.0.113.7/32", "198.51.100.0/24"]}
EVERY_KIND: list[dict[str, Any]] = [
    NEWS | {"schedule": SCHEDULE, "max_run_hours": 6},
    {
        "name": "sport",
        "region": REGION,
        "input": "srt_listener",
        "allowed_cidrs": ["203.0.113.9/32"],
        "srt_passphrase_secret": SECRET,
        "frame_rate": "50",
    },
    {"name": "arts", "region": REGION, "input": "srt_caller", "srt_sources": ["a.example.org:9000", "b.example.org:9001"]},
    {
        "name": "archive",
        "region": REGION,
        "input": "mediaconnect",
        "flows": FLOWS,
        "resolution": "540p",
        "low_latency": False,
        "max_run_hours": None,
    },
]

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from components.live.live import Live, LiveArgs
from components.messaging.queue import Queue, QueueArgs
from components.observability.alarm_topic import AlarmTopic, AlarmTopicArgs
from components.keys.key_set import KeySet, KeySetArgs
from components.live.access import written_by_harvests
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs
from components.storage.table import Table, TableArgs
from components.refs import KeyProviderRef, Placement
from marquee.domain.ladder.drm import Protection
from marquee.domain.names import Names
from marquee.settings.live import LiveChannel
from marquee.settings.media import Media

REGION = "eu-west-1"
names = Names(prefix="marquee-live", account="ACCOUNT")
provider = aws.Provider(REGION, region=REGION, allowed_account_ids=["ACCOUNT"])
here = pulumi.ResourceOptions(provider=provider)
everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
boundary = aws.iam.Policy("boundary", name="boundary", policy=json.dumps(everything), opts=here)
keys = KeySet("keys", KeySetArgs(names=names, home=REGION, providers={REGION: provider}, residency=(REGION,), keep_data=False), opts=here)
place = Placement(region=REGION, names=names, boundary_arn=boundary.arn, keys=keys.refs[REGION], keep_data=False, log_retention_days=30)
topic = AlarmTopic("topic", AlarmTopicArgs(placement=place, email=None), opts=here).ref
rules = [f"arn:aws:events:{REGION}:ACCOUNT:rule/{names.event_rule(rule)}" for rule in ("live-running",)]
queue = Queue("letters", QueueArgs(placement=place, purpose="dead-letters", event_sources=rules), opts=here).ref
provider_ref = KeyProviderRef(
    url="https://keys.example.org/speke", invoke_arn="arn:aws:execute-api:eu-west-1:ACCOUNT:a1b2c3/prod/POST/speke"
)
bucket_name = names.bucket("renditions", REGION)
renditions = EncryptedBucket(
    "renditions",
    EncryptedBucketArgs(
        bucket_name=bucket_name, key_arn=place.keys.media, region=REGION, keep_data=False,
        statements=[written_by_harvests(f"arn:aws:s3:::{bucket_name}", names.account)],
    ),
    opts=here,
)
catalogue = Table(
    "catalogue",
    TableArgs(
        table_name=names.table("catalogue"), account=names.account, region=REGION, partition_key="contentId",
        key_arns={REGION: place.keys.data}, keep_data=False,
    ),
    opts=here,
)
bus = aws.cloudwatch.EventBus("bus", name=names.event_bus(), opts=here)
live = Live(
    "live",
    LiveArgs(
        placement=place, channels=tuple(LiveChannel.model_validate(one) for one in CHANNELS),
        media=Media.model_validate({"segment_seconds": 6, "gop_seconds": 2, "storage": STORAGE}), protection=Protection(),
        key_provider=provider_ref if ENCRYPTED else None, rotation_seconds=3600, owns_account_logs=True,
        renditions=renditions.ref, catalogue=catalogue.refs[REGION], event_bus=names.event_bus(),
        dead_letters=queue, alarms=topic, tags={"Project": "marquee", "Stack": "live"},
    ),
    opts=here,
)
pulumi.export("channels", live.channel_ids)
pulumi.export("origin", live.ref.origin_domain)
"""
_STORAGE = {"masters_glacier_ir_days": None, "masters_deep_archive_days": None, "renditions_class": "standard"}


def live(
    backend: Backend,
    channels: list[dict[str, Any]],
    *,
    encrypted: bool = True,
    preview: bool = False,
    account: str = ACCOUNT,
    replace: Mapping[str, str] | None = None,
) -> Graph:
    """The graph of a region with `channels`, as the stack file has them. `replace`: pieces of the program's text → others."""
    words = {"CHANNELS": repr(channels), "ENCRYPTED": repr(encrypted), "STORAGE": repr(_STORAGE), "ACCOUNT": account, **(replace or {})}
    text = PROGRAM
    for word, value in words.items():
        text = text.replace(word, value)
    with TemporaryDirectory() as folder:
        project(Path(folder), text, head="")
        (Path(folder) / ".build").symlink_to(ROOT / ".build")  # artefacts are built beside the components
        return run(Path(folder), stack="dev", backend=backend, preview=preview)

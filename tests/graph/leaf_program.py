"""A program that makes one of each leaf component, on stand-ins, and ways to ask what it made."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from marquee.engine import Graph, Resource, run
from marquee.engine.standin import StandIn
from tests.graph.conftest import ROOT
from tests.unit.engine_programs import project

ACCOUNT = "111122223333"
HOME, AWAY = "eu-west-1", "us-east-1"
PREFIX = "marquee-leaf"

PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.keys.key_set import KeySet, KeySetArgs
from components.messaging.queue import Queue, QueueArgs
from components.refs import Placement
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs
from components.storage.table import Index, Table, TableArgs, use_table
from marquee.domain.names import Names

HOME, AWAY, keep = "eu-west-1", "us-east-1", KEEP
names = Names(prefix="marquee-leaf", account="111122223333")
providers = {region: aws.Provider(region, region=region) for region in (HOME, AWAY)}
at_home = pulumi.ResourceOptions(provider=providers[HOME])
boundary = "arn:aws:iam::111122223333:policy/boundary"

keys = KeySet("keys", KeySetArgs(names=names, home=HOME, providers=providers, residency=[AWAY], keep_data=keep), opts=at_home)
place = Placement(region=HOME, names=names, boundary_arn=boundary, keys=keys.refs[HOME], keep_data=keep, log_retention_days=30)
bucket = EncryptedBucket(
    "films",
    EncryptedBucketArgs(
        bucket_name="films", key_arn=place.keys.media, region=HOME, keep_data=keep, noncurrent_days=9,
        expire_days={"refused/": 90, "": 400}, notify_event_bridge=True,
        statements=[{"Sid": "Extra", "Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "s3:PutObject"}],
    ),
    opts=at_home,
)
EncryptedBucket("logs", EncryptedBucketArgs(bucket_name="logs", key_arn=None, region=HOME, keep_data=keep), opts=at_home)
table = Table(
    "titles",
    TableArgs(
        table_name="titles", account=names.account, region=HOME, partition_key="id", sort_key="at",
        indexes=[Index(name="by-name", partition_key="name"), Index(name="by-day", partition_key="day", sort_key="at")],
        key_arns={region: keys.refs[region].data for region in (HOME, AWAY)}, ttl_attribute="gone", keep_data=keep,
    ),
    opts=at_home,
)
queue = Queue("letters", QueueArgs(placement=place, purpose="dead-letters", event_sources=["arn:aws:events:r:a:rule/x"]), opts=at_home)
LambdaFunction(
    "health",
    LambdaFunctionArgs(
        placement=place, workload="health", handler="runtime.health.handler.handler", dead_letters=queue.ref,
        statements=[*bucket.read("masters/"), *bucket.write("out/"), *bucket.delete("out/")],
        environment={"QUEUE": queue.ref.url}, memory_mb=512, timeout_seconds=20,
    ),
    opts=at_home,
)
Role(
    "reader",
    RoleArgs(
        role_name="reader", trust=assume_role_policy("states.amazonaws.com", account=names.account), boundary_arn=boundary,
        statements=use_table(table.refs[HOME], "dynamodb:GetItem", region=HOME), description="reads titles",
    ),
    opts=at_home,
)
"""


@cache
def leaves(keep: bool, preview: bool = False) -> Graph:
    with TemporaryDirectory() as folder:
        project(Path(folder), PROGRAM.replace("KEEP", str(keep)), head="")
        (Path(folder) / ".build").symlink_to(ROOT / ".build")  # artefacts are built beside the components
        return run(Path(folder), stack="dev", backend=StandIn(), preview=preview)


def the(token: str, name: str, *, keep: bool = False, preview: bool = False) -> Resource:
    """The resource of a type (its last word) and logical name."""
    (found,) = [r for r in leaves(keep, preview) if r.type.rpartition(":")[2] == token and r.name == name and r.type.startswith("aws:")]
    return found


def inputs(token: str, name: str, *, keep: bool = False) -> dict[str, Any]:
    return dict(the(token, name, keep=keep).inputs)


def statements(document: Any) -> list[dict[str, Any]]:
    return json.loads(document)["Statement"]


def key(data_class: str, region: str = HOME) -> str:
    """ARN of the key of a data class in a region."""
    name, kinds = f"keys-{data_class}-{region}", ("kms/key:Key", "kms/replicaKey:ReplicaKey")
    (found,) = [r for r in leaves(keep=False) if r.name == name and r.type.endswith(kinds)]
    return found.outputs["arn"]

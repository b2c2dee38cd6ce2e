"""What is written in one region arrives in the others, under their keys, by a role that may do just that."""

import json
from pathlib import Path
from typing import Any

import pytest

from marquee.emulator.backend import EmulatorBackend
from marquee.engine import run
from tests.flows.world import World, wait_for
from tests.unit.engine_programs import project

REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
PREFIX = "marquee-copies"
KEY_HEADER = "SSEKMSKeyId"

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from components.identity.boundary import boundary_policy
from components.keys.key_set import KeySet, KeySetArgs
from components.media.replication import MediaReplication, MediaReplicationArgs, routes
from components.media.stores import MediaStores, MediaStoresArgs
from components.refs import Placement, TopicRef
from marquee.domain.names import Names
from marquee.settings.media import Media
from marquee.settings.media_storage import MediaStorage

REGIONS, ACCOUNT = ("eu-west-1", "us-east-1", "ap-southeast-2"), "ACCOUNT"
names = Names(prefix="marquee-copies", account=ACCOUNT)
providers = {region: aws.Provider(region, region=region, allowed_account_ids=[ACCOUNT]) for region in REGIONS}
home = pulumi.ResourceOptions(provider=providers["eu-west-1"])
root = pulumi.ComponentResource("test:index:Root", "root", {}, home)
boundary = boundary_policy("boundary", names=names, deploy_role=None, parent=root, features=("replication",))
keys = KeySet("keys", KeySetArgs(names=names, home="eu-west-1", providers=providers, residency=[], keep_data=False), opts=home)
storage = MediaStorage(masters_glacier_ir_days=30, masters_deep_archive_days=200, renditions_class="standard_ia")
media = Media(storage=storage)
places = {
    region: Placement(region=region, names=names, boundary_arn=boundary.arn, keys=keys.refs[region], keep_data=False, log_retention_days=1)
    for region in REGIONS
}
refs = {}
for region, place in places.items():
    here = pulumi.ResourceOptions(provider=providers[region])
    refs[region] = MediaStores(f"stores-{region}", MediaStoresArgs(placement=place, media=media), opts=here).refs
for region, place in places.items():
    MediaReplication(
        f"copies-{region}",
        MediaReplicationArgs(
            placement=place, routes=routes(refs), locked=False, alarms=TopicRef(arn=f"arn:aws:sns:{region}:{ACCOUNT}:alarms")
        ),
        opts=pulumi.ResourceOptions(provider=providers[region]),
    )
"""


@pytest.fixture
def copies(aws: World, tmp_path: Path) -> World:
    project(tmp_path, PROGRAM.replace('"ACCOUNT"', json.dumps(aws.account)), head="")
    run(tmp_path, stack="dev", backend=EmulatorBackend(aws.emulator), preview=False)
    return aws


def bucket(aws: World, purpose: str, region: str) -> str:
    code = {"eu-west-1": "euw1", "us-east-1": "use1", "ap-southeast-2": "apse2"}[region]
    return f"{PREFIX}-{purpose}-{aws.account}-{code}"


def head(aws: World, purpose: str, region: str, key: str) -> dict[str, Any]:
    return aws("s3", region).head_object(Bucket=bucket(aws, purpose, region), Key=key)


def keys_in(aws: World, purpose: str, region: str) -> set[str]:
    listed = aws("s3", region).list_objects_v2(Bucket=bucket(aws, purpose, region))
    return {item["Key"] for item in listed.get("Contents", [])}


@pytest.mark.slow
def test_renditions_reach_every_region_and_masters_one_other(copies: World) -> None:
    for region in REGIONS:
        copies("s3", region).put_object(Bucket=bucket(copies, "renditions", region), Key=f"titles/{region}/init.mp4", Body=b"x" * 99)
        copies("s3", region).put_object(Bucket=bucket(copies, "masters", region), Key=f"masters/{region}.mp4", Body=b"m")
    everything = {f"titles/{region}/init.mp4" for region in REGIONS}
    home, second, *_ = REGIONS
    for region in REGIONS:
        assert keys_in(copies, "renditions", region) == everything
        # The primary region keeps a copy of all the others' masters, and the second one of its own. No replica is replicated on.
        held = set(REGIONS) if region == home else {region, home} if region == second else {region}
        assert keys_in(copies, "masters", region) == {f"masters/{one}.mp4" for one in held}
        for other in REGIONS:
            found = head(copies, "renditions", region, f"titles/{other}/init.mp4")
            assert f":kms:{region}:" in found[KEY_HEADER]
            assert found["ReplicationStatus"] == ("COMPLETED" if other == region else "REPLICA")
    made = [call for call in copies.calls() if "copy-" in call.role]
    assert {call.verdict for call in made} == {"allowed"}
    assert {call.action for call in made if call.action.startswith("kms:")} == {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}

    # A takedown holds everywhere.
    copies("s3").delete_object(Bucket=bucket(copies, "renditions", "eu-west-1"), Key="titles/eu-west-1/init.mp4")
    for region in REGIONS:
        assert keys_in(copies, "renditions", region) == everything - {"titles/eu-west-1/init.mp4"}

    # A role that may not use the destination's key copies nothing there, and the source says so.
    copies("iam").delete_role_policy(RoleName=f"{PREFIX}-copy-masters-euw1", PolicyName="keys")
    copies("s3").put_object(Bucket=bucket(copies, "masters", "eu-west-1"), Key="masters/refused.mp4", Body=b"m")
    assert head(copies, "masters", "eu-west-1", "masters/refused.mp4")["ReplicationStatus"] == "FAILED"
    assert "masters/refused.mp4" not in keys_in(copies, "masters", "us-east-1")


@pytest.mark.slow
def test_large_and_copied_objects_are_replicated_and_tagged(copies: World) -> None:
    s3, name = copies("s3"), bucket(copies, "renditions", "eu-west-1")
    started = s3.create_multipart_upload(Bucket=name, Key="titles/big")["UploadId"]
    part = s3.upload_part(Bucket=name, Key="titles/big", UploadId=started, PartNumber=1, Body=b"p" * 100)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=name, Key="titles/big", UploadId=started, MultipartUpload=parts)
    s3.copy_object(Bucket=name, Key="titles/copy", CopySource=f"{name}/titles/big")
    s3.put_object(Bucket=name, Key="titles/tagged", Body=b"t", Tagging="kind=sprite")
    for region in REGIONS[1:]:
        there = bucket(copies, "renditions", region)
        assert wait_for(lambda region=region: keys_in(copies, "renditions", region)) == {"titles/big", "titles/copy", "titles/tagged"}
        assert copies("s3", region).get_object(Bucket=there, Key="titles/copy")["Body"].read() == b"p" * 100
        assert copies("s3", region).get_object_tagging(Bucket=there, Key="titles/tagged")["TagSet"] == [{"Key": "kind", "Value": "sprite"}]

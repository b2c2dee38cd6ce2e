"""A deployed stack with real-time logs, access logs and a canary: viewers play, and the logs tell of it without credentials."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest

from components.edge.logs import REALTIME_FIELDS
from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.edge.canary import COOKIE
from marquee.emulator.edge.server import EdgeServer
from marquee.emulator.recorder import Call, refused
from marquee.ingest import Target
from tests.flows.edge_stack import EdgeStack, as_header, ask, cookies_of, deployed, playback
from tests.flows.world import World, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION, EDGE = "618273645546", "eu-west-1", "us-east-1"
TITLE, VERSION, SEGMENT = "film", "0123456789abcdef", "video/00001.m4s"
CMCD = quote('br=3200,bs,cid="film, the",ot=v,sid="6e2fb550-c457-11e9-bb97-0800200c9a66"', safe="")


@dataclass
class Platform:
    """The stack behind its edge, a session, and what was asked of it."""

    world: World
    target: Target
    edge: EdgeServer
    jwt: str
    base: str
    cookies: dict[str, str]

    def ask(self, label: str, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Through the edge."""
        agent = {"user-agent": "Tele Vision/1 (ü)".encode()}
        return ask(self.edge, method, label, path, headers={**agent, **options.pop("headers", {})}, **options)

    def play(self, name: str = SEGMENT, session: str = "") -> httpx.Response:
        """A file of the title with everything that it needs. `session`: the canary's cookie, once it was set."""
        carried = as_header(self.cookies)
        return self.ask(
            "media", f"{self.base}{name}?CMCD={CMCD}", headers={"cookie": f"{carried}; {COOKIE}={session}" if session else carried}
        )

    def lines(self) -> list[dict[str, str]]:
        """Every record of the stream so far, by field."""
        kinesis, name = self.world("kinesis", EDGE), self.target.names.stream("realtime-logs")
        found: list[dict[str, str]] = []
        for shard in kinesis.list_shards(StreamName=name)["Shards"]:
            iterator = kinesis.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
                "ShardIterator"
            ]
            while records := (answer := kinesis.get_records(ShardIterator=iterator))["Records"]:
                texts = [record["Data"].decode("ascii") for record in records]
                assert all(text.endswith("\n") and text.count("\n") == 1 for text in texts)
                found += [dict(zip(map(str, REALTIME_FIELDS), text.rstrip("\n").split("\t"), strict=True)) for text in texts]
                iterator = answer["NextShardIterator"]
        return found

    def files(self) -> dict[str, list[dict[str, str]]]:
        """Every file of access logs so far: key → records."""
        s3, bucket = self.world("s3"), self.target.names.bucket("edge-logs", REGION)
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        contents = {key: gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).decode() for key in keys}
        return {key: [json.loads(text) for text in content.splitlines()] for key, content in contents.items()}

    def distributions(self) -> dict[str, str]:
        """`media`, `api` and `canary` → id."""
        client = self.world("cloudfront", EDGE)
        found: dict[str, str] = {}
        for each in client.list_distributions()["DistributionList"]["Items"]:
            config = client.get_distribution(Id=each["Id"])["Distribution"]["DistributionConfig"]
            found["canary" if config.get("Staging") else config["Aliases"]["Items"][0].partition(".")[0]] = each["Id"]
        return found


@pytest.fixture(scope="session")
def edge_stack(emulator: Emulator) -> EdgeStack:
    """`dev` with every request in the real-time logs and one viewer of ten at the canary; a title lies there already."""
    found = deployed(emulator, ACCOUNT, edge={"realtime_log_percent": 100, "canary_percent": 10})
    found.lay(TITLE, VERSION, (titles.HLS_MANIFEST, SEGMENT), b"#EXTM3U\n" * 9)
    return found


def opened(stack: EdgeStack, edge: EdgeServer) -> Platform:
    answer = playback(edge, stack.jwt, TITLE)
    cookies = cookies_of(answer)
    return Platform(stack.world, stack.target, edge, stack.jwt, urlsplit(answer.json()["base"]).path, cookies)


@pytest.fixture
def platform(edge_stack: EdgeStack) -> Iterator[Platform]:
    with edge_stack.edge() as edge:
        yield opened(edge_stack, edge)
    assert [call for call in refused(edge_stack.world.calls()) if ACCOUNT in call.principal + call.resource] == []


def secrets_of(platform: Platform) -> list[str]:
    """What no real-time log may hold."""
    return [platform.jwt, platform.base.split("/")[2], *platform.cookies.values()]


def test_every_request_is_in_the_stream_with_what_its_player_said(platform: Platform) -> None:
    answers = [platform.play(), platform.play(), platform.ask("media", "/nothing")]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    ids = [answer.headers["x-amz-cf-id"] for answer in answers]
    wait_for(lambda: {line["x-edge-request-id"] for line in platform.lines()} >= set(ids))
    first, second, third = (next(line for line in platform.lines() if line["x-edge-request-id"] == one) for one in ids)
    assert [line["x-edge-result-type"] for line in (first, second, third)] == ["Miss", "Hit", "Error"]
    assert third["x-edge-detailed-result-type"] == "InvalidRequestBlocked"
    assert (first["sc-status"], first["cs-method"], first["cs-protocol-version"]) == ("200", "GET", "HTTP/1.1")
    assert first["cs-host"] == f"media.{platform.edge.door.domain}"
    assert first["cs-user-agent"] == "Tele%20Vision/1%20(%C3%BC)"
    assert int(second["sc-bytes"]) > int(second["sc-content-len"]) == 72
    assert float(first["time-taken"]) >= float(first["origin-lbl"]) >= float(first["origin-fbl"]) > 0
    assert (second["origin-fbl"], third["sc-content-len"]) == ("-", str(len(answers[2].content)))
    assert first["cache-behavior-path-pattern"] == "/t/*"
    assert abs(float(first["timestamp"]) - time.time()) < 60
    assert (first["ssl-protocol"], first["c-country"], first["asn"]) == ("-", "-", "-")
    said = {name: unquote(value) for name, value in first.items() if name.startswith("cmcd-") and value != "-"}
    assert said == {
        "cmcd-encoded-bitrate": "3200", "cmcd-buffer-starvation": "true", "cmcd-content-id": "film, the", "cmcd-object-type": "v",
        "cmcd-session-id": "6e2fb550-c457-11e9-bb97-0800200c9a66",
    }  # fmt: skip
    assert {value for name, value in third.items() if name.startswith("cmcd-")} == {"-"}
    text = json.dumps(platform.lines())
    assert not [secret for secret in secrets_of(platform) if secret in unquote(text)]
    assert platform.edge.statistics.logs.realtime_lost == 0


def test_one_viewer_of_ten_is_the_canarys_and_stays_there(platform: Platform) -> None:
    ids = platform.distributions()
    viewers = [platform.play() for _ in range(10)]
    sessions = [re.findall(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])[0] for answer in viewers]
    sides = [session.split(".")[1] for session in sessions]
    assert sides.count("staging") == 1
    chosen = sides.index("staging")
    assert viewers[chosen].headers["x-cache"] == "Miss from cloudfront", "it has a cache of its own"
    counts = platform.edge.statistics.distributions
    again = [platform.play(session=sessions[chosen]) for _ in range(3)]
    assert {answer.headers["x-cache"] for answer in again} == {"Hit from cloudfront"}
    assert counts[f"{ids['canary']} staging"] == {"Miss": 1, "Hit": 3}
    assert counts[ids["media"]] == {"Miss": 1, "Hit": 8}
    assert platform.play(session=sessions[chosen - 1]).headers["x-cache"] == "Hit from cloudfront"
    assert counts[f"{ids['canary']} staging"].total() == 4
    stray = platform.edge.door.port
    domain = platform.world("cloudfront", EDGE).get_distribution(Id=ids["canary"])["Distribution"]["DomainName"]
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"http://127.0.0.1:{stray}/", headers={"host": domain}).status_code == 421, "nobody asks it by name"


def test_a_policy_that_is_switched_off_sends_nobody(platform: Platform) -> None:
    client = platform.world("cloudfront", EDGE)
    (listed,) = client.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]["Items"]
    policy_id = listed["ContinuousDeploymentPolicy"]["Id"]

    def switch(**changed: Any) -> None:
        answer = client.get_continuous_deployment_policy_config(Id=policy_id)
        config = {**answer["ContinuousDeploymentPolicyConfig"], **changed}
        client.update_continuous_deployment_policy(Id=policy_id, IfMatch=answer["ETag"], ContinuousDeploymentPolicyConfig=config)

    kept = client.get_continuous_deployment_policy_config(Id=policy_id)["ContinuousDeploymentPolicyConfig"]["TrafficConfig"]
    switch(Enabled=False)
    wait_for(lambda: "set-cookie" not in platform.play().headers)
    switch(Enabled=True, TrafficConfig={"Type": "SingleHeader", "SingleHeaderConfig": {"Header": "aws-cf-cd-try", "Value": "yes"}})
    staging = f"{platform.distributions()['canary']} staging"
    counts = platform.edge.statistics.distributions
    wait_for(lambda: platform.ask("media", "/x", headers={"aws-cf-cd-try": "yes"}) and counts.get(staging))
    before = counts[staging].total()
    platform.ask("media", "/x", headers={"aws-cf-cd-try": "no"})
    assert counts[staging].total() == before
    switch(TrafficConfig=kept)
    wait_for(lambda: "set-cookie" in platform.play().headers)


def test_the_access_log_is_in_the_bucket_once_the_edge_has_ended(edge_stack: EdgeStack) -> None:
    with edge_stack.edge() as edge:
        platform = opened(edge_stack, edge)
        before = platform.files()
        answers = [platform.play() for _ in range(10)]
        sought = [answer.headers["x-amz-cf-id"] for answer in answers]
    calls: list[Call] = refused(platform.world.calls())
    assert [call for call in calls if ACCOUNT in call.principal + call.resource] == []
    new = {key: records for key, records in platform.files().items() if key not in before}
    ids = platform.distributions()
    hours = {f"{datetime.fromtimestamp(at, UTC):%Y/%m/%d/%H}" for at in (time.time(), time.time() - 60)}
    for key, records in new.items():
        found = re.fullmatch(r"AWSLogs/(\d+)/CloudFront/cloudfront/(\w+)/(\d{4}/\d\d/\d\d/\d\d)/(\w+)\.([\d-]+)\.[0-9a-f]{8}\.gz", key)
        assert found is not None, key
        assert (found[1], found[4], found[5]) == (ACCOUNT, ids[found[2]], found[3].replace("/", "-"))
        assert found[3] in hours
        assert {record["DistributionId"] for record in records} == {ids[found[2]]}
    assert {key.split("/")[4] for key in new} == {"media", "api", "canary"}
    records = {record["x-edge-request-id"]: record for every in new.values() for record in every}
    mine = [records[one] for one in sought]
    assert {record["cs-uri-stem"] for record in mine} == {quote(f"{platform.base}{SEGMENT}", safe="/-_.")}
    assert {record["c-ip"] for record in mine} == {"127.0.0.1"}
    assert [record["DistributionId"] for record in mine].count(ids["canary"]) == 1
    assert len({tuple(record) for record in records.values()}) == 1, "every record has the fields that were asked for, in their order"
    text = unquote(json.dumps(list(records.values())))
    assert not [secret for secret in (platform.jwt, *platform.cookies.values(), "CMCD") if secret in text]
    assert edge.statistics.logs.access_lost == 0
    assert edge.statistics.logs.access_written == len(records)
    assert edge.statistics.logs.problems == set()

"""A stack that packages just in time, deployed whole: a viewer's session plays such a title through the edge, and its end is an end."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from marquee.domain import titles
from marquee.domain.content_keys import Content, key_ids
from marquee.domain.packaging import asset_at, asset_id, asset_of
from marquee.domain.takedown import Request
from marquee.emulator import Emulator
from marquee.emulator.edge.server import EdgeServer
from marquee.emulator.recorder import refused
from tests.flows.edge_stack import EdgeStack, as_header, ask, cookies_of, deployed, playback
from tests.flows.packaging_stack import VERSION, decoded, transport_streams
from tests.flows.world import wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "818283848586", "eu-west-1"


@dataclass
class Session:
    """What `POST /playback` answered."""

    answer: dict[str, Any]
    cookies: dict[str, str]


@dataclass
class Platform:
    """The deployed stack behind its edge."""

    stack: EdgeStack
    edge: EdgeServer
    clear: Path
    published: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def publish(self, title: str) -> None:
        """As the workflow does it, after an encode that lies there already: an asset, and the record with its names."""
        bucket, names = self.stack.target.names.bucket("renditions", REGION), self.stack.target.names
        for file in self.clear.iterdir():
            key = f"{titles.rendition_prefix(title, VERSION, clear=True)}{file.name}"
            self.stack.world("s3").put_object(Bucket=bucket, Key=key, Body=file.read_bytes())
        thumbnails = f"{titles.rendition_prefix(title, VERSION)}{titles.THUMBNAILS}"
        self.stack.world("s3").put_object(Bucket=bucket, Key=thumbnails, Body=b"WEBVTT\n", ContentType="text/vtt")
        api, name = self.stack.world("mediapackage-vod"), asset_id(title, VERSION)
        role = f"arn:aws:iam::{ACCOUNT}:role/{names.role('packaging', REGION)}"
        source = f"arn:aws:s3:::{bucket}/{titles.rendition_prefix(title, VERSION, clear=True)}{titles.HLS_MANIFEST}"
        api.create_asset(Id=name, PackagingGroupId=names.packaging_group(), ResourceId=name, SourceArn=source, SourceRoleArn=role)
        wait_for(lambda: {each["Status"] for each in api.describe_asset(Id=name)["EgressEndpoints"]} == {"PLAYABLE"})
        urls = [each["Url"] for each in api.describe_asset(Id=name)["EgressEndpoints"]]
        below = [asset_at(REGION, url).prefix + url.split("/", 6)[6] for url in urls]
        hls, dash = (next(each for each in below if each.endswith(ending)) for ending in (".m3u8", ".mpd"))
        playable = {"prefix": titles.rendition_prefix(title, VERSION), "hls": hls, "dash": dash, "thumbnails": titles.THUMBNAILS}
        self.stack.record(title, VERSION, {**playable, "captions": []})
        self.published[title] = playable

    def ask(self, method: str, label: str, path: str, **options: Any) -> httpx.Response:
        """Through the edge, as a program."""
        return ask(self.edge, method, label, path, **options)

    def started(self, title: str) -> httpx.Response:
        return playback(self.edge, self.stack.jwt, title)

    def session(self, title: str) -> Session:
        answer = self.started(title)
        cookies = cookies_of(answer)
        return Session(answer.json(), cookies)

    def get(self, session: Session, url: str) -> httpx.Response:
        return self.ask("GET", "media", urlsplit(url).path, headers={"cookie": as_header(session.cookies)})

    def key(self, session: Session, url: str) -> bytes:
        licence = session.answer["licence"]["token"]
        return self.ask("GET", "api", urlsplit(url).path, headers={"authorization": f"Bearer {licence}"}).content

    def invoke(self, workload: Any, event: Any) -> Any:
        answer = self.stack.world("lambda").invoke(
            FunctionName=self.stack.target.names.function(workload), Payload=json.dumps(event).encode()
        )
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def asset(self, title: str) -> str:
        """Its part of the addresses."""
        found = asset_of(self.published[title]["hls"])
        assert found is not None
        return found.name

    def egress(self, title: str) -> int:
        """What MediaPackage answers to who knows the secret."""
        secret = self.stack.world("secretsmanager").get_secret_value(SecretId=self.stack.target.names.secret("packaging"))["SecretString"]
        headers = {"X-MediaPackage-CDNIdentifier": json.loads(secret)["MediaPackageCDNIdentifier"]}
        return self.stack.world.emulator.visit("GET", self.address(title), headers=headers).status

    def address(self, title: str) -> str:
        """The egress address of its HLS."""
        (origin,) = [each for each in self.distribution()["Origins"]["Items"] if each["Id"].startswith("jit-")]
        return f"https://{origin['DomainName']}{origin['OriginPath']}/{self.published[title]['hls'].removeprefix(f'_jit/{REGION}/')}"

    def distribution(self) -> dict[str, Any]:
        client = self.stack.world("cloudfront", "us-east-1")
        (found,) = [
            each for each in client.list_distributions()["DistributionList"]["Items"] if each["Aliases"]["Items"][0].startswith("media.")
        ]
        return {**client.get_distribution(Id=found["Id"])["Distribution"]["DistributionConfig"], "Id": found["Id"]}

    def invalidated(self) -> set[str]:
        client, number = self.stack.world("cloudfront", "us-east-1"), self.distribution()["Id"]
        listed = client.list_invalidations(DistributionId=number)["InvalidationList"].get("Items", [])
        batches = [client.get_invalidation(DistributionId=number, Id=one["Id"])["Invalidation"]["InvalidationBatch"] for one in listed]
        return {path for batch in batches for path in batch["Paths"]["Items"]}


@pytest.fixture(scope="module")
def platform(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """`dev` with just-in-time packaging, without live channels."""
    stack = deployed(emulator, ACCOUNT, media={"packaging": "jit", "segment_seconds": 2})
    with stack.edge() as edge:
        found = Platform(stack, edge, transport_streams(tmp_path_factory.mktemp("clear")))
        for title in ("film", "other"):
            found.publish(title)
        yield found
    assert [call for call in refused(stack.world.calls()) if ACCOUNT in call.principal + call.resource] == []


def test_a_session_plays_hls_and_dash_with_keys_from_the_licence_endpoint(platform: Platform, tmp_path: Path) -> None:
    session = platform.session("film")
    base, manifests = session.answer["base"], session.answer["manifests"]
    assert base.endswith(f"/titles/film/{VERSION}/")
    assert all(url.startswith(f"{base}_jit/{REGION}/") for url in manifests.values())
    assert platform.get(session, session.answer["thumbnails"]).text.startswith("WEBVTT"), "the pictures lie in S3"

    playlist = platform.get(session, urljoin(manifests["hls"], "index_video_1.m3u8")).text
    (uri,) = re.findall(r'URI="([^"]+)",KEYFORMAT="identity"', playlist)
    key = platform.key(session, uri)
    assert len(key) == 16
    names = ["index_video_1init.cmfv", *[line for line in playlist.splitlines() if line and not line.startswith("#")]]
    for kind in ("hls", "dash"):
        assert platform.get(session, manifests[kind]).status_code == 200
        whole = tmp_path / f"{kind}.mp4"
        whole.write_bytes(b"".join(platform.get(session, urljoin(manifests[kind], name)).content for name in names))
        clear = tmp_path / "clear.ts"
        clear.write_bytes(b"".join(part.read_bytes() for part in sorted(platform.clear.glob("stream_0_*.ts"))))
        assert decoded(whole)[0] != 0, "it decodes without a key"
        assert decoded(whole, key.hex()) == decoded(clear)


def test_a_dash_players_key_is_in_the_index(platform: Platform) -> None:
    session = platform.session("film")
    kids = re.findall(r'default_KID="([^"]+)"', platform.get(session, session.answer["manifests"]["dash"]).text)
    assert set(kids) == {str(key_ids(Content("film", VERSION))[label]) for label in ("AUDIO", "SD", "HD")}


def test_the_second_viewer_meets_the_first_ones_copy(platform: Platform) -> None:
    first, second = platform.session("film"), platform.session("film")
    urls = [urljoin(each.answer["manifests"]["hls"], "index_audio_1init.cmfa") for each in (first, second)]
    assert urls[0] != urls[1]
    before = platform.get(first, urls[0])
    asked = platform.edge.statistics.origin_requests[f"jit-{REGION}"]
    again = platform.get(second, urls[1])
    assert (again.content, again.headers["x-cache"]) == (before.content, "Hit from cloudfront")
    assert platform.edge.statistics.origin_requests[f"jit-{REGION}"] == asked


def test_a_session_opens_no_other_titles_asset(platform: Platform) -> None:
    session = platform.session("film")
    hls, mine, others = session.answer["manifests"]["hls"], platform.asset("film"), platform.asset("other")
    for url in (
        hls.replace(mine, others), hls.replace(f"/{REGION}/", "/us-east-1/"), hls.replace("/titles/film/", "/titles/other/"),
        hls.replace(f"_jit/{REGION}/", ""),
        urljoin(session.answer["base"], platform.published["other"]["hls"]),
        hls.replace("_jit", "_live"),
    ):  # fmt: skip
        assert platform.get(session, url).status_code == 403, url
    assert platform.stack.world.emulator.visit("GET", platform.address("film")).status == 403, "past the edge"


def test_a_viewers_own_header_opens_nothing(platform: Platform) -> None:
    session = platform.session("film")
    headers = {"cookie": "; ".join(f"{k}={v}" for k, v in session.cookies.items()), "x-mediapackage-cdnidentifier": "mine"}
    path = urlsplit(urljoin(session.answer["manifests"]["hls"], "index_video_2.m3u8")).path
    assert platform.ask("GET", "media", path, headers=headers).status_code == 200


def test_a_retired_versions_asset_goes(platform: Platform) -> None:
    platform.publish("retired")
    assert platform.egress("retired") == 200
    assert platform.invoke("retire", {"titleId": "retired", "version": VERSION})["retired"] > 10
    assert platform.egress("retired") == 404
    assert platform.invoke("retire", {"titleId": "retired", "version": VERSION})["retired"] > 10, "once more does no harm"


def test_a_takedown_ends_copies_and_where_files_are_to_go_the_asset(platform: Platform) -> None:
    platform.publish("down")
    session, name = platform.session("down"), platform.asset("down")
    hls = session.answer["manifests"]["hls"]
    assert platform.get(session, hls).status_code == 200
    forgotten = platform.edge.statistics.invalidated
    ask = Request(title_id="down", action="quarantine", reason="look first").to_json()
    assert platform.invoke("takedown", ask)["outcome"] == "done"
    assert platform.started("down").status_code == 404
    wait_for(lambda: platform.get(session, hls).status_code == 403, seconds=90)  # who watches it is asked to stop
    wait_for(lambda: platform.invalidated() >= {"/titles/down/*", f"/{name}/*"}, seconds=90)
    wait_for(lambda: platform.edge.statistics.invalidated >= forgotten + 2)  # the edge's copy and its shield's
    assert platform.egress("down") == 200, "it may come back"

    ask = Request(title_id="down", action="restore", reason="").to_json()
    assert platform.invoke("takedown", ask)["outcome"] == "done"
    time.sleep(2)  # tokens of the second in which others were revoked are refused with them
    again = platform.session("down")
    assert platform.get(again, again.answer["manifests"]["hls"]).status_code == 200
    assert platform.get(session, hls).status_code == 403, "what was revoked stays so"

    ask = Request(title_id="down", action="takedown", reason="rights ended", remove=True).to_json()
    answer = platform.invoke("takedown", ask)
    assert (answer["outcome"], answer["removed"] > 10) == ("done", True)
    assert platform.egress("down") == 404
    assert platform.egress("film") == 200
    wait_for(lambda: platform.get(again, again.answer["manifests"]["hls"]).status_code == 403, seconds=90)

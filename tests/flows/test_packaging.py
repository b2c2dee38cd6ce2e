"""Just-in-time packaging, deployed: a group that reads its own secret, the workflow's states that make assets, and what egress answers."""

import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from mpegdash.parser import MPEGDASHParser

from marquee.domain.content_keys import Content, key_ids
from marquee.domain.packaging import CDN_HEADER, asset_of
from marquee.emulator import Emulator
from marquee.emulator.edge.playlists import with_identity_keys
from marquee.emulator.recorder import refused
from marquee.emulator.resource_schemas import problems
from marquee.emulator.visits import Answer
from marquee.engine.standin import StandIn
from tests.flows.packaging_stack import ACCOUNT, REGION, VERSION, Deployed, decoded, deployed, made, transport_streams
from tests.flows.world import wait_for

pytestmark = pytest.mark.slow

CONTROL = "aws:cloudcontrol/resource:Resource"
SOURCES = {"index_video_1": "stream_0", "index_video_2": "stream_1", "index_audio_1": "stream_2", "index_audio_2": "stream_3"}
LABELS = {"index_video_1": "SD", "index_video_2": "HD", "index_audio_1": "AUDIO", "index_audio_2": "AUDIO"}


@dataclass
class Title:
    """A packaged title, as the edge meets it."""

    stack: Deployed
    source: Path
    check: dict[str, Any]

    @property
    def urls(self) -> dict[str, str]:
        asset = self.stack.world("mediapackage-vod").describe_asset(Id=f"film_{VERSION}")
        return {each["PackagingConfigurationId"].split("-")[-2]: each["Url"] for each in asset["EgressEndpoints"]}

    def get(self, url: str, method: str = "GET", **headers: str) -> Answer:
        sent = {CDN_HEADER: self.stack.identifier, **headers}
        return self.stack.world.emulator.visit(method, url, headers=sent)

    def text(self, url: str) -> str:
        answer = self.get(url)
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def whole(self, url: str, name: str, folder: Path, segments: int | None = None) -> Path:
        """A stream's initialisation and its first `segments`, or all, as one file."""
        parts = [self.get(urljoin(url, f"{name}init.{'cmfv' if 'video' in name else 'cmfa'}"))]
        while len(parts) < (segments or 99) + 1:
            part = self.get(urljoin(url, f"{name}_{len(parts):09}.{'cmfv' if 'video' in name else 'cmfa'}"))
            if part.status == 404:
                break
            parts.append(part)
        assert len(parts) > 1
        target = folder / f"{name}-{segments}.mp4"
        target.write_bytes(b"".join(part.body for part in parts))
        return target


@pytest.fixture(scope="module")
def stack(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deployed(emulator, tmp_path_factory.mktemp("packaging"))


@pytest.fixture(scope="module")
def title(stack: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Title:
    source = transport_streams(tmp_path_factory.mktemp("clear"))
    stack.put("film", source)
    done = stack.package("film")
    assert done["status"] == "SUCCEEDED", done
    return Title(stack, source, json.loads(done["output"]))


def test_the_record_names_the_asset_below_the_titles_prefix(title: Title) -> None:
    playback = title.check["playback"]
    asset = asset_of(playback["hls"])
    assert asset is not None
    assert asset == asset_of(playback["dash"])
    assert playback["prefix"] == f"titles/film/{VERSION}/"
    for kind, name, ending in (("cmaf", playback["hls"], "m3u8"), ("dash", playback["dash"], "mpd")):
        assert re.fullmatch(rf"_jit/{REGION}/[0-9a-f]{{32}}/[0-9a-f]{{32}}/[0-9a-f]{{32}}/index\.{ending}", name)
        assert title.urls[kind] == f"https://{title.stack.domain}/out/v1/{name.removeprefix(f'_jit/{REGION}/')}"
    assert title.check["attributes"] == {
        "prefix": {"S": playback["prefix"]}, "hls": {"S": playback["hls"]}, "dash": {"S": playback["dash"]}, "kept": {"BOOL": True},
    }  # fmt: skip
    assert (playback["thumbnails"], title.check["problems"]) == ("thumbnails.vtt", [])


def test_a_second_run_finds_the_first_ones_asset(title: Title) -> None:
    assert json.loads(title.stack.package("film")["output"]) == title.check


def test_nobody_gets_anything_without_the_header(title: Title) -> None:
    visit = title.stack.world.emulator.visit
    for url in title.urls.values():
        assert {visit("GET", url, headers=sent).status for sent in ({}, {CDN_HEADER: ""}, {CDN_HEADER: "x" * 64}, {"x": "y"})} == {403}


def test_other_paths_lead_nowhere(title: Title) -> None:
    hls, dash = title.urls["cmaf"], title.urls["dash"]
    host, first, asset, configuration, both = re.fullmatch(r"(https://[^/]+)(/out/v1)/(\w+)/(\w+)/(\w+)/index.m3u8", hls).groups()  # pyright: ignore[reportOptionalMemberAccess]
    other = dash.split("/")[6]
    wrong = [
        f"{host}{first}/{'0' * 32}/{configuration}/{both}/index.m3u8", f"{host}{first}/{asset}/{'0' * 32}/{both}/index.m3u8",
        f"{host}{first}/{asset}/{configuration}/{'0' * 32}/index.m3u8", f"{host}{first}/{asset}/{other}/{both}/index.mpd",
        urljoin(hls, "index.mpd"), urljoin(hls, "nothing.m3u8"), urljoin(hls, "stderr-1"), f"{hls}/..",
        urljoin(hls, "%2e%2e/index_video_1.ts"),
        f"{host}{first}/{asset}/{configuration}/{both}/../index.m3u8", host,
    ]  # fmt: skip
    assert {url: status for url in wrong if (status := title.get(url).status) != 404} == {}
    assert title.get(hls, "POST").status == 405


def test_parts_of_a_segment(title: Title) -> None:
    url = urljoin(title.urls["cmaf"], "index_video_1_000000001.cmfv")
    whole = title.get(url)
    assert (whole.status, whole.headers["content-type"]) == (200, "video/mp4")
    part = title.get(url, range="bytes=10-19")
    assert (part.status, part.body, part.headers["content-range"]) == (206, whole.body[10:20], f"bytes 10-19/{len(whole.body)}")
    assert title.get(url, range="bytes=-5").body == whole.body[-5:]
    assert title.get(url, range="bytes=99999999-").status == 416
    head = title.get(url, "HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cmaf", "dash"])
def test_it_plays_with_its_keys_and_in_no_other_way(title: Title, kind: str, tmp_path: Path) -> None:
    """For every stream, the first segment included."""
    url, keys = title.urls[kind], title_keys(title)
    for name, source in SOURCES.items():
        clear = tmp_path / f"{source}.ts"
        clear.write_bytes(b"".join(part.read_bytes() for part in sorted(title.source.glob(f"{source}_*.ts"))))
        _, wanted = decoded(clear)
        for segments in (1, None):
            code, seen = decoded(title.whole(url, name, tmp_path, segments))
            assert code != 0, f"{name} decodes without a key"
            assert not set(seen) & set(wanted)
        code, seen = decoded(title.whole(url, name, tmp_path), keys[LABELS[name]])
        assert (code, len(wanted) > 100) == (0, True)
        if "video" in name:
            assert seen == wanted, f"{name}: a picture differs, so its PSNR is not infinite"
        assert abs(len(seen) - len(wanted)) <= 1, "an MP4's edit list may cut the encoder's padding"


def title_keys(title: Title) -> dict[str, str]:
    """Label → key, as KMS makes it of the key's id: the first 16 bytes of an HMAC."""
    kms = title.stack.world("kms")

    def key(kid: uuid.UUID) -> str:
        mac = kms.generate_mac(KeyId="alias/marquee-jit-content", Message=kid.bytes, MacAlgorithm="HMAC_SHA_256")["Mac"]
        return mac[:16].hex()

    return {label: key(kid) for label, kid in key_ids(Content("film", VERSION)).items()}


def test_hls_names_every_key_for_every_system_and_the_rewriting_adds_one_for_browsers(title: Title) -> None:
    url = title.urls["cmaf"]
    master = title.text(url)
    assert "SUBTITLES" in master
    assert "#EXT-X-I-FRAME-STREAM-INF" in master
    kids = {label: kid.hex for label, kid in key_ids(Content("film", VERSION)).items()}
    for name, label in LABELS.items():
        playlist = title.text(urljoin(url, f"{name}.m3u8"))
        formats = set(re.findall(r'KEYFORMAT="([^"]+)"', playlist))
        assert formats == {
            "urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "com.microsoft.playready", "com.apple.streamingkeydelivery",
        }  # fmt: skip
        rewritten = with_identity_keys(playlist, "https://api/licence/hls/")
        line = f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="https://api/licence/hls/{kids[label]}",KEYFORMAT="identity",KEYFORMATVERSIONS="1"'
        assert line in rewritten.splitlines()


def test_dash_is_cenc_under_the_same_ids(title: Title) -> None:
    text = title.text(title.urls["dash"])
    mpd: Any = MPEGDASHParser.parse(text)
    schemes = re.findall(r'ContentProtection value="(\w+)"', text)
    assert set(schemes) == {"cenc"}
    kids = {label: str(kid) for label, kid in key_ids(Content("film", VERSION)).items()}
    assert set(re.findall(r'default_KID="([^"]+)"', text)) == {kids["AUDIO"], kids["SD"], kids["HD"]}
    assert {each.content_type for each in mpd.periods[0].adaptation_sets} == {"video", "audio", "text"}
    assert "94ce86fb" not in text, "FairPlay has no DASH"


def test_the_licence_endpoints_index_knows_the_keys(title: Title) -> None:
    title.text(title.urls["cmaf"])
    table = title.stack.world("dynamodb")
    for label in ("AUDIO", "SD", "HD"):
        kid = str(key_ids(Content("film", VERSION))[label])
        item = table.get_item(TableName=title.stack.index, Key={"keyId": {"S": kid}})["Item"]
        assert (item["title"]["S"], item["version"]["S"], item["label"]["S"]) == ("film", VERSION, label)


def test_captions_are_at_their_time(title: Title) -> None:
    playlist = title.text(urljoin(title.urls["cmaf"], "index_sub_3.m3u8"))
    name = next(line for line in playlist.splitlines() if not line.startswith("#"))
    assert re.search(r"^00:00:00\.500 --> 00:00:01\.500.*\nA ribbon goes by$", title.text(urljoin(title.urls["cmaf"], name)), re.MULTILINE)


def test_what_is_no_transport_stream_is_not_published(title: Title, tmp_path: Path) -> None:
    for name in ("index.m3u8", "stream_0.m3u8"):
        (tmp_path / name).write_bytes((title.source / name).read_bytes())
    for part in title.source.glob("stream_0_*.ts"):
        (tmp_path / part.name).write_bytes(b"\0\0\0\x20ftyp")
    title.stack.put("fragments", tmp_path)
    check = json.loads(title.stack.package("fragments")["output"])
    assert check["problems"] == ["MediaPackage has not taken the renditions in: FAILED, FAILED"]


def test_an_asset_that_is_deleted_answers_nobody_and_is_another_one_when_made_again(title: Title) -> None:
    api = title.stack.world("mediapackage-vod")
    title.stack.put("gone", title.source)
    first = json.loads(title.stack.package("gone")["output"])["playback"]["hls"]
    url = f"https://{title.stack.domain}/out/v1/{first.removeprefix(f'_jit/{REGION}/')}"
    assert title.get(url).status == 200
    api.delete_asset(Id=f"gone_{VERSION}")
    assert title.get(url).status == 404
    second = json.loads(title.stack.package("gone")["output"])["playback"]["hls"]
    assert asset_of(first) != asset_of(second)
    assert title.get(url).status == 404


def test_keys_that_the_role_may_not_have_are_no_package(title: Title) -> None:
    """And who asks again once it may gets one: a failure is not kept."""
    iam, role = title.stack.world("iam"), "marquee-jit-packaging-keys-euw1"
    title.stack.put("late", title.source)
    hls = json.loads(title.stack.package("late")["output"])["playback"]["hls"]
    url = f"https://{title.stack.domain}/out/v1/{hls.removeprefix(f'_jit/{REGION}/')}"
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName="deny", PolicyDocument=json.dumps(deny))
    refusal = title.get(url)
    assert (refusal.status, b"403" in refusal.body) == (500, True)
    iam.delete_role_policy(RoleName=role, PolicyName="deny")
    wait_for(lambda: title.get(url).status == 200)


def test_renditions_that_are_not_there_are_no_asset(stack: Deployed) -> None:
    found = stack.package("nothing")
    assert (found["status"], found["error"]) == ("FAILED", "MediaPackageVod.NotFoundException")


def test_the_roles_may_do_all_of_that(stack: Deployed) -> None:
    calls = [call for call in refused(stack.world.emulator.calls()) if ACCOUNT in call.principal + call.resource]
    assert [call for call in calls if "execute-api" not in call.action] == []


def test_bodies_fit_their_schemas_and_hold_every_system_of_each_kind(tmp_path: Path) -> None:
    group, cmaf, dash = made(StandIn(), tmp_path).of_type(CONTROL)
    assert (group.name, cmaf.name.rpartition("-")[0], dash.name.rpartition("-")[0]) == ("packaging", "packaging-cmaf", "packaging-dash")
    bodies = [json.loads(each.inputs["desiredState"]) for each in (group, cmaf, dash)]
    for resource, body in zip((group, cmaf, dash), bodies, strict=True):
        assert problems(resource.inputs["typeName"], body, REGION) == []
    systems = [
        body[kind]["Encryption"]["SpekeKeyProvider"]["SystemIds"]
        for body, kind in zip(bodies[1:], ("CmafPackage", "DashPackage"), strict=True)
    ]
    assert [len(each) for each in systems] == [3, 2]
    assert set(systems[1]) < set(systems[0])

"""What just-in-time packaging calls things, and what of a master playlist it can package."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from marquee.domain import edge, packaging
from marquee.domain.packaging import Asset, asset_at, asset_of
from marquee.emulator.media import clear_hls
from marquee.emulator.media.clear_hls import UnfitError
from runtime.publish import assets

HEX = "0123456789abcdef" * 2
ASSET = Asset("eu-west-1", HEX)
VERSION = "0123456789abcdef"


def test_an_asset_is_read_from_names_and_addresses_alike() -> None:
    assert asset_of(f"_jit/eu-west-1/{HEX}/c/b/index.m3u8") == ASSET
    assert asset_at("eu-west-1", f"https://g.egress.mediapackage-vod.eu-west-1.amazonaws.com/out/v1/{HEX}/c/b/index.mpd") == ASSET
    assert (ASSET.text, ASSET.prefix) == (f"eu-west-1/{HEX}", f"_jit/eu-west-1/{HEX}/")
    assert packaging.asset_id("my-film", VERSION) == f"my-film_{VERSION}"
    assert edge.packaged("eu-west-1")[2] == "/t/*/_jit/eu-west-1/*"


@pytest.mark.parametrize(
    "name", ["index.m3u8", f"x/_jit/eu-west-1/{HEX}/", f"_jit/eu-west-1/{HEX}x/", "_jit/", f"_jit/eu/{HEX}/a", f"_jit/../{HEX}/a"]
)
def test_other_names_are_of_no_asset(name: str) -> None:
    assert asset_of(name) is None


@pytest.mark.parametrize(
    "url", ["", f"https://g/out/v1/{HEX}", f"http://g/out/v1/{HEX}/a", f"https://g/x/out/v1/{HEX}/a", "https://g/out/v1/x/a"]
)
def test_other_addresses_are_no_egress(url: str) -> None:
    with pytest.raises(ValueError, match="no egress address"):
        asset_at("eu-west-1", url)


def client(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, dict[str, Any] | None, str]) -> Stubber:
    """MediaPackage in one region: method, answer or None for nothing there, id that is asked for."""
    made: Any = boto3.client("mediapackage-vod", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y")
    stub = Stubber(made)
    for method, answer, wanted in answers:
        if answer is None:
            stub.add_client_error(method, "NotFoundException", http_status_code=404, expected_params={"Id": wanted})
        else:
            stub.add_response(method, answer, {"Id": wanted})
    stub.activate()
    monkeypatch.setattr(assets.boto3, "client", lambda service, region_name: made)
    return stub


WHERE = {assets.REGIONS: "eu-west-1"}


def test_every_versions_asset_is_found_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = {"EgressEndpoints": [{"Url": f"https://g/out/v1/{HEX}/{kind}/b/index.mpd"} for kind in "cd"]}
    later = "1" * 16
    stub = client(monkeypatch, ("describe_asset", endpoints, f"film_{VERSION}"), ("describe_asset", None, f"film_{later}"))
    assert assets.find("film", [later, VERSION, later], WHERE) == {ASSET}
    stub.assert_no_pending_responses()


def test_an_asset_that_is_gone_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = client(monkeypatch, ("delete_asset", {}, f"film_{VERSION}"), ("delete_asset", None, f"film_{'1' * 16}"))
    assets.delete("film", [VERSION, "1" * 16], WHERE)
    stub.assert_no_pending_responses()


def test_what_mediapackage_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    made = client(monkeypatch)
    made.add_client_error("delete_asset", "ForbiddenException", http_status_code=403)
    with pytest.raises(made.client.exceptions.ForbiddenException):
        assets.delete("film", [VERSION], WHERE)


def test_a_stack_that_serves_from_s3_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    client(monkeypatch)
    assert assets.find("film", [VERSION], {}) == set()
    assets.delete("film", [VERSION], {})


MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Stereo, English",DEFAULT=YES,LANGUAGE="en",URI="aac.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="surround",NAME="5.1",LANGUAGE="en",URI="ec3.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",URI="en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,AUDIO="aac",SUBTITLES="subs"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="hvc1.1.6.L93.B0,mp4a.40.2",RESOLUTION=1280x720,AUDIO="aac"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3,CODECS="hvc1.1.6.L93.B0,ec-3",RESOLUTION=1280x720,AUDIO="surround"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2",AUDIO="aac"
aac.m3u8
"""


def test_a_master_playlist_lists_every_track_once() -> None:
    found = {track.uri: track for track in clear_hls.tracks(MASTER)}
    assert list(found) == ["low.m3u8", "high.m3u8", "aac.m3u8", "ec3.m3u8", "en.m3u8"]
    assert (found["high.m3u8"].size, found["high.m3u8"].hevc, found["high.m3u8"].groups) == ((1280, 720), True, {"aac", "surround"})
    assert (found["aac.m3u8"].label, found["aac.m3u8"].default, found["aac.m3u8"].groups) == ("Stereo, English", True, {"aac"})
    assert [track.kind for track in found.values()] == ["video", "video", "audio", "audio", "text"]


@pytest.mark.parametrize(
    ("master", "why"),
    [
        ("<html>", "no HLS"), ("", "no HLS"), ("#EXTM3U\n#EXTINF:1,\n1.ts\n", "no pictures"),
        (MASTER.replace("RESOLUTION=640x360,", ""), "no RESOLUTION"),
        (MASTER.replace("avc1.64001f", "av01.0.04M.08"), "av01.0.04M.08 is none"),
        (MASTER.replace('CODECS="avc1.64001f,mp4a.40.2",', ""), "no codec is none"),
    ],
)  # fmt: skip
def test_what_mediapackage_would_not_take(master: str, why: str) -> None:
    with pytest.raises(UnfitError, match=why):
        clear_hls.tracks(master)


def test_segments_are_listed_once_and_are_transport_streams() -> None:
    (track, *_) = clear_hls.tracks(MASTER)
    assert clear_hls.segments("#EXTM3U\n#EXTINF:1,\n1.ts\n#EXT-X-BYTERANGE:1@0\n2.ts\n#EXT-X-BYTERANGE:1@1\n2.ts\n", track) == [
        "1.ts",
        "2.ts",
    ]
    with pytest.raises(UnfitError, match="fragments of MP4"):
        clear_hls.segments('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n1.m4s\n', track)
    with pytest.raises(UnfitError, match="no segments"):
        clear_hls.segments("#EXTM3U\n", track)


def test_cues_are_counted_from_the_titles_beginning_and_come_once() -> None:
    first = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n1\n00:01.000 --> 00:07.000 line:0\nover the end\n\n"
    second = (
        "\ufeffWEBVTT\r\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\r\n\r\n1\r\n"
        "00:00:01.000 --> 00:00:07.000 line:0\r\nover the end\r\n"
    )
    third = "WEBVTT\n\nNOTE nothing\n\n01:00:00.000 --> 01:00:01.500\nlate\n"
    assert clear_hls.cues([first, second, third], 9.5) == (
        "WEBVTT\n\n1\n00:00:01.500 --> 00:00:07.500 line:0\nover the end\n\n01:00:00.000 --> 01:00:01.500\nlate\n"
    )

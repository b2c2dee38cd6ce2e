"""What must hold of playback in a browser, a function each. They share one deployment: a chapter leaves the platform as it found it."""

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from marquee.emulator.recorder import refused
from marquee.ingest import Catalogue
from marquee.viewing import Entitlements, Subject, revoke
from tests.browser.forgeries import forgeries_are_refused
from tests.browser.live import nobody_else_watches_live, plays_live
from tests.browser.platform import CAPTION, HOME, TITLE, Platform, wait_for
from tests.browser.screen import PROTOCOLS, Cinema, Protocol
from tests.media_files import AAC, AVC, SOUND, ffmpeg, picture

SD_WIDTH = 960
VIDEO = "document.querySelector('video')"


def plays_by_dash(cinema: Cinema) -> None:
    _plays_all(cinema, "dash")


def plays_by_hls(cinema: Cinema) -> None:
    _plays_all(cinema, "hls")


def _plays_all(cinema: Cinema, protocol: Protocol) -> None:
    """Encrypted, in several qualities, with captions and pictures on the scrubber; and the platform hears of it."""
    with cinema.screen() as screen:
        screen.open(protocol, query="codec=avc1&buffer=2").plays()
        assert screen.picture[1] == "avc1"
        screen.until("Object.values(playback.player.getKeyStatuses()).every((one) => one === 'usable')")
        assert screen.page.evaluate("playback.player.drmInfo().keySystem") == "org.w3.clearkey"
        assert set(screen.statuses("/licence/")) == {200}
        assert any("CMCD=" in answer.url and "sid" in answer.url for answer in screen.answers if "/titles/" in answer.url)
        for name, width in (("104p avc1", 416), ("320p avc1", 1280)):
            screen.page.select_option("#quality", label=name)
            screen.until(f"{VIDEO}.videoWidth", width)
        screen.page.select_option("#captions", "0")
        screen.until(f"[...{VIDEO}.textTracks].find((one) => one.mode === 'showing')?.activeCues?.[0]?.text", CAPTION)
        screen.page.hover("#position", position={"x": 300, "y": 5})
        screen.until("document.querySelector('#preview-image').style.backgroundImage.startsWith('url(\"blob:')")
        assert screen.page.is_visible("#preview-image")
        assert screen.page.inner_text("#protection") == ""
        screen.wait(lambda: screen.statuses("/beacon"))
        assert set(screen.statuses("/beacon")) == {202}, screen.failures()
        session = screen.page.evaluate("playback.session.session")
    wait_for(lambda: any(f'"{session}"' in record and '"startup"' in record for record in _beacons(cinema.platform)))


def plays_av1(cinema: Cinema) -> None:
    with cinema.screen() as screen:
        screen.open("dash", query="codec=av01").plays()
        assert screen.picture[1] == "av01"


def uploads_with_progress(cinema: Cinema) -> None:
    with TemporaryDirectory() as folder, cinema.screen() as screen:
        path = Path(folder) / "My clip.mp4"
        ffmpeg(*picture(), *SOUND, *AVC, *AAC, path)
        screen.visit()
        screen.page.set_input_files("#file", path)
        screen.page.press("#file", "Tab")
        screen.page.keyboard.press("Tab")
        screen.page.keyboard.press("Enter")  # no mouse is needed
        screen.until("document.querySelector('#progress').innerText.includes('Published.')")
        bars = screen.page.eval_on_selector_all("#progress progress", "(all) => all.map((one) => [one.parentElement.innerText, one.value])")
        assert bars[0][0].startswith("Upload")
        assert any("avc-234p" in text for text, _ in bars[1:]), bars
        assert all(value == 1 for _, value in bars), bars
        screen.until("document.querySelector('[data-title=my-clip]')?.innerText", "my-clip")


def sd_entitlement_plays_sd(cinema: Cinema) -> None:
    platform = cinema.platform
    for protocol in PROTOCOLS:
        with cinema.screen() as screen:
            screen.open(protocol, quality="SD").plays()
            assert screen.picture[0] <= SD_WIDTH
            widths = screen.page.evaluate("playback.player.getVariantTracks().map((track) => track.width)")
            assert max(widths) <= SD_WIDTH
            token = screen.page.evaluate("playback.session.licence.token")
            ids = _key_ids(platform)
            for label, status in (("SD", 200), ("HD", 403)):
                answer = platform.ask(
                    "GET", "api", f"/licence/hls/{ids[label].replace('-', '')}", headers={"authorization": f"Bearer {token}"}
                )
                assert answer.status_code == status, label


def nobody_without_an_entitlement(cinema: Cinema) -> None:
    with cinema.screen() as screen:
        screen.open("dash", quality="none").does_not_play("/playback")
    platform = cinema.platform
    for protocol in PROTOCOLS:
        user = platform.viewer(f"leaves-{protocol}")
        session = platform.session(f"leaves-{protocol}")
        assert Entitlements(platform.home).revoke(user, "*")
        with cinema.screen() as screen:
            screen.give(session).open(protocol).does_not_play("/licence/")
            assert 200 in screen.statuses("/titles/"), "the media themselves are open to the cookies; the licence is what was refused"


def rotation_interrupts_nobody(cinema: Cinema) -> None:
    with cinema.screen() as screen:
        screen.open("dash", query="codec=avc1&buffer=2").plays(2)
        before = [cinema.platform.keys(secret)[0]["id"] for secret in ("token-keys", "cookie-keys")]
        screen.page.evaluate(f"{VIDEO}.pause()")
        for secret in ("token-keys", "cookie-keys"):
            cinema.platform.rotated(secret)
        after = [cinema.platform.keys(secret)[0]["id"] for secret in ("token-keys", "cookie-keys")]
        assert not set(before) & set(after)
        time.sleep(1)  # the edge reads keys three times a second
        asked = len(screen.answers)
        screen.page.evaluate(f"{VIDEO}.play()")
        screen.wait(lambda: screen.said == "It is over.")
        assert screen.said == "It is over.", screen.failures()
        segments = [answer.status for answer in screen.answers[asked:] if ".cmfv" in answer.url]
        assert set(segments) == {200}
        screen.choose().plays(2)  # and who begins now plays too


def revocation_ends_what_plays(cinema: Cinema) -> None:
    with cinema.screen() as screen:
        screen.open("hls", query="codec=avc1&buffer=2").plays(2)
        screen.page.evaluate(f"{VIDEO}.pause()")
        revoke(cinema.platform.home, [Subject("session", screen.page.evaluate("playback.session.session"))])
        time.sleep(1)
        screen.page.evaluate(f"{VIDEO}.play()")
        screen.wait(lambda: "does not play" in screen.said)
        assert "403" in screen.said, screen.said
        assert 403 in screen.statuses(".cmf")
        assert screen.page.evaluate(f"{VIDEO}.currentTime") < 9


def _beacons(platform: Platform) -> list[str]:
    kinesis, name = platform.home.client("kinesis"), platform.home.names.stream("playback-events")
    found: list[str] = []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        first = kinesis.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        found += [record["Data"].decode() for record in kinesis.get_records(ShardIterator=first)["Records"]]
    return found


def plays_on_without_the_first_origin(cinema: Cinema) -> None:
    platform = cinema.platform
    s3, bucket = platform.home.client("s3"), platform.home.names.bucket("renditions", HOME)
    kept = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)  # CloudFront gets 403 then, as from a bucket that it may not read
    _forget_everything(platform)
    before = _statistics(platform)["failovers"]
    try:
        with cinema.screen() as screen:
            screen.open("dash").plays()
        assert _statistics(platform)["failovers"] > before
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=kept)


def _forget_everything(platform: Platform) -> None:
    """Empty the edge's cache, as an operator would."""
    cloudfront, before = platform.home.client("cloudfront"), _statistics(platform)["invalidated"]
    for distribution in cloudfront.list_distributions()["DistributionList"]["Items"]:
        batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
        cloudfront.create_invalidation(DistributionId=distribution["Id"], InvalidationBatch=batch)
    wait_for(lambda: _statistics(platform)["invalidated"] > before)


def another_region_takes_over(cinema: Cinema) -> None:
    platform = cinema.platform
    with cinema.screen() as screen:
        screen.open("hls").plays(2)
        platform.outage(down=True)
        try:
            wait_for(lambda: platform.ask("POST", "api", "/playback").status_code == 401)  # somebody answers who is up
            screen.choose()
            screen.wait(lambda: 200 in screen.statuses("/playback"))
            screen.plays()
            assert set(screen.statuses("/licence/")) == {200}
        finally:
            platform.outage(down=False)


def _statistics(platform: Platform) -> Mapping[str, Any]:
    return platform.ask("GET", "edge", "/").json()


def _key_ids(platform: Platform) -> Mapping[str, str]:
    return (Catalogue(platform.home).title(TITLE) or {})["playback"]["keys"]


def nothing_was_denied_to_the_platform(cinema: Cinema) -> None:
    tried = [call for call in refused(cinema.platform.emulator.calls()) if ":role/" in call.principal]
    assert not tried


CHAPTERS = (
    plays_by_dash,
    plays_by_hls,
    plays_av1,
    uploads_with_progress,
    sd_entitlement_plays_sd,
    nobody_without_an_entitlement,
    forgeries_are_refused,
    rotation_interrupts_nobody,
    revocation_ends_what_plays,
    plays_live,
    nobody_else_watches_live,
    plays_on_without_the_first_origin,
    another_region_takes_over,
    nothing_was_denied_to_the_platform,
)
"""In this order: what changes the platform most comes last."""

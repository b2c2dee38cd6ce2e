"""A title that is packaged just in time, from an upload to a picture in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marquee.emulator.recorder import refused
from tests.browser import platform
from tests.browser.chapters import SD_WIDTH
from tests.browser.screen import CHROMIUM, PROTOCOLS, Cinema, Protocol, browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),  # seconds: as the other tests of the browser
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    with platform.deployed(media={"packaging": "jit", "segment_seconds": 2}) as made, platform.opened(made) as running:
        platform.publish(running, tmp_path_factory.mktemp("film"))
        with browser() as chromium:
            yield Cinema(chromium, running)


def test_it_plays_encrypted_and_in_the_quality_that_was_paid_for(cinema: Cinema, subtests: pytest.Subtests) -> None:
    for protocol in PROTOCOLS:
        for quality in ("UHD", "SD"):
            with subtests.test(f"{protocol} {quality}"):
                plays(cinema, protocol, quality)
    assert refused(cinema.platform.emulator.calls()) == []


def plays(cinema: Cinema, protocol: Protocol, quality: str) -> None:
    with cinema.screen() as screen:
        screen.open(protocol, quality=quality).plays()
        media = [
            answer.url for answer in screen.answers if "/t/" in answer.url and not answer.url.partition("?")[0].endswith((".vtt", ".jpg"))
        ]
        assert media
        assert all(f"/_jit/{platform.HOME}/" in url for url in media)
        assert quality != "SD" or screen.picture[0] <= SD_WIDTH
    with cinema.screen() as screen:
        screen.page.route("**/licence/**", lambda route: route.abort())
        screen.open(protocol, quality=quality)
        screen.page.wait_for_timeout(4000)
        assert screen.frames == 0, "it plays without a key"

"""A live channel in a browser: from the clock in the test picture to the screen, through encoder, origin and edge."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from marquee.cli._live import Place, feed
from marquee.ingest.live import LiveChannels
from tests.browser.platform import Platform, Session, wait_for
from tests.browser.screen import PROTOCOLS, Cinema, Protocol, Screen
from tests.flows.live_viewer import CLOCK_WRAPS, clocks, ffmpegs

CHANNEL = "demo"
FARTHEST: Final[Mapping[Protocol, float]] = {"dash": 10, "hls": 20}
"""Seconds from the camera to the screen. Alone on two cores it is 1 s in DASH, which reads segments while they grow, and 7 s in HLS, which
keeps three whole segments away from the end; a busy machine stalls now and then, and players do not hurry after."""


def plays_live(cinema: Cinema) -> None:
    """In both protocols: it moves on, close behind the camera, and the page says what is missing."""
    with _on_air(cinema.platform):
        for protocol in PROTOCOLS:
            with cinema.screen() as screen:
                screen.open(protocol, content=CHANNEL).plays(50)
                screen.until("playback.player.isLive()")
                assert 0 < _behind(screen) < FARTHEST[protocol]
                screen.until("document.querySelector('#time').innerText.endsWith('behind live')")
                screen.until("document.querySelector('#protection').innerText.startsWith('Not encrypted')")
                screen.answers.clear()
                screen.plays(50)
                assert set(screen.statuses(".m4s")) == {200}, "it plays what it had, and asks for nothing new"
                assert _behind(screen) < FARTHEST[protocol]


def nobody_else_watches_live(cinema: Cinema) -> None:
    """Neither without cookies nor without a token, nor with a title's; and a channel's token opens no title."""
    platform = cinema.platform
    with _on_air(platform):
        platform.viewer("zapper")
        live, title = platform.session("zapper", contentId=CHANNEL, live=True), platform.session("zapper")
        for protocol in PROTOCOLS:
            manifest = live.answer["manifests"][protocol]
            bare = _playing(live, manifest.replace(live.path, "/"))
            below_the_title = _playing(title, manifest.replace(live.path, title.path))
            with cinema.screen() as screen:
                screen.visit()
                screen.page.select_option("#protocol", protocol)
                for stranger in (replace(live, cookies={}), bare, below_the_title):
                    screen.give(stranger).choose(CHANNEL).does_not_play(manifest.rpartition("/")[2])
                screen.give(live).choose(CHANNEL).plays(2)  # the way that the strangers take works
        there = urlsplit(title.answer["manifests"]["hls"]).path
        cookie = "; ".join(f"{name}={value}" for name, value in live.cookies.items())
        answer = platform.ask("GET", "media", there.replace(title.path, live.path), headers={"cookie": cookie})
        assert answer.status_code == 403


def _playing(session: Session, manifest: str) -> Session:
    return replace(session, answer={**session.answer, "manifests": dict.fromkeys(PROTOCOLS, manifest)})


@contextmanager
def _on_air(platform: Platform) -> Iterator[None]:
    """The channel runs and shows the test picture, as after `marquee live start demo --source testpicture`. Nothing of it is left."""
    channels = LiveChannels(platform.home)
    channel = next(one for one in platform.settings.live.channels if one.name == CHANNEL)
    feed(Place(target=platform.home, channels=channels, channel=channel, domain=platform.settings.identity.domain), "testpicture")
    channels.start(CHANNEL, seconds=30)
    try:
        platform.viewer("director")
        session = platform.session("director", contentId=CHANNEL, live=True)
        cookie = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
        manifests = [urlsplit(url).path for url in session.answer["manifests"].values()]
        wait_for(lambda: all(platform.ask("GET", "media", one, headers={"cookie": cookie}).status_code == 200 for one in manifests))
        yield
    finally:
        channels.stop(CHANNEL, seconds=30)
    wait_for(lambda: not ffmpegs(platform.emulator))


def _behind(screen: Screen) -> float:
    """Seconds since the picture that the screen shows was made."""
    now = time.time()
    (made,) = clocks(b"", screen.page.locator("#video").screenshot())
    return (now - made) % CLOCK_WRAPS

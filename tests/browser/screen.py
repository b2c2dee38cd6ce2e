"""The player's page in a real browser, as a viewer uses it and as a thief would."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.browser.platform import TITLE, Platform, Session

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required")
Protocol = Literal["dash", "hls"]
PROTOCOLS: tuple[Protocol, ...] = ("dash", "hls")
PATIENCE = 40  # seconds: on a busy machine a function takes a while to start
_LOOK = 0.1  # seconds


@dataclass
class Screen:
    """One page, and what the servers answered it."""

    page: Page
    platform: Platform
    answers: list[Response] = field(default_factory=list[Response])

    def open(self, protocol: Protocol, *, quality: str = "UHD", query: str = "", content: str = TITLE) -> "Screen":
        """Load the page and choose the title, or another one."""
        self.visit(query)
        self.page.select_option("#entitlement", quality)
        self.page.select_option("#protocol", protocol)
        return self.choose(content)

    def visit(self, query: str = "") -> None:
        """Load the page."""
        self.page.on("response", self._note)
        assert self.platform.doors is not None
        self.page.goto(f"{self.platform.doors.player}?{query}")

    def _note(self, answer: Response) -> None:
        self.answers.append(answer)

    def choose(self, content: str = TITLE) -> "Screen":
        """Start the title, or another one, anew if it plays."""
        self.answers.clear()
        self.page.click(f"[data-title={content}]")
        return self

    def give(self, session: Session) -> "Screen":
        """Let the page have this session, whatever it asks for: the platform's answer and cookies, or what somebody made of them."""
        headers = {
            "content-type": "application/json",
            "access-control-allow-origin": f"http://player.marquee.localhost:{self.platform.port}",
            "access-control-allow-credentials": "true",
            "access-control-allow-headers": "authorization, content-type",
        }
        body = json.dumps(session.answer)
        self.page.unroute("**/playback")
        self.page.route("**/playback", lambda route: route.fulfill(status=200, headers=headers, body=body))
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [
                {"name": name, "value": value, "domain": ".marquee.localhost", "path": session.path}
                for name, value in session.cookies.items()
            ]
        )
        return self

    @property
    def frames(self) -> int:
        """Pictures that were decoded. The clock and the size move without a key too; this does not."""
        return self.page.evaluate("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames")

    @property
    def said(self) -> str:
        return self.page.inner_text("#state")

    @property
    def picture(self) -> tuple[int, str]:
        """Width and codec of what plays."""
        track = self.page.evaluate(
            "(() => { const t = playback.player.getVariantTracks().find((t) => t.active); return [t.width, t.videoCodec]; })()"
        )
        return track[0], track[1].split(".")[0]

    def statuses(self, part: str) -> list[int]:
        """What was answered where the address holds `part`."""
        return [answer.status for answer in self.answers if part in answer.url and answer.request.method != "OPTIONS"]

    def plays(self, more: int = 6) -> None:
        """Waits for so many more pictures. AssertionError with what the page says if they do not come."""
        least = self.frames

        def enough() -> bool:
            nonlocal least
            least = min(least, self.frames)  # a new session counts from nothing
            return self.frames >= least + more

        self.wait(lambda: enough() or "does not play" in self.said)
        assert enough(), f"{self.said} {self.frames} frames, {self.failures()}"

    def does_not_play(self, part: str, status: int = 403) -> None:
        """Waits for the page to say so: not one picture was shown, and what was asked of `part` was answered `status`."""
        self.wait(lambda: "does not play" in self.said)
        assert self.frames == 0, self.said
        assert status in self.statuses(part), self.failures()

    def failures(self) -> list[tuple[int, str]]:
        return [(answer.status, answer.url[-120:]) for answer in self.answers if answer.status >= 400]

    def until(self, expression: str, value: object = True) -> None:
        """Waits until the page's `expression` has this value; AssertionError with the last one."""
        self.wait(lambda: self.page.evaluate(expression) == value)
        assert self.page.evaluate(expression) == value, f"{expression}: {self.said} {self.failures()}"

    def wait(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Until `condition()` holds, with the browser's events coming in; the caller looks at what became of it."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.page.wait_for_timeout(_LOOK * 1000)


@dataclass
class Cinema:
    """A browser and the platform."""

    browser: Browser
    platform: Platform

    @contextmanager
    def screen(self) -> Iterator[Screen]:
        """A page without a past."""
        context = self.browser.new_context(viewport={"width": 1100, "height": 1000})
        try:
            yield Screen(context.new_page(), self.platform)
        finally:
            context.close()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield running
        finally:
            running.close()

"""The edge, the licences and the page together, in a real browser: one deployment of two regions, one title, and what must hold of them.

One test, since tests of one file may run in several processes and each would deploy anew. Its parts are reported on their own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import platform
from tests.browser.chapters import CHAPTERS
from tests.browser.screen import CHROMIUM, Cinema, browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),  # seconds: twice what it takes where every core is busy with other tests
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    with platform.deployed() as made, platform.opened(made) as running:
        platform.publish(running, tmp_path_factory.mktemp("film"))
        with browser() as chromium:
            yield Cinema(chromium, running)


def test_playback_in_a_browser(cinema: Cinema, subtests: pytest.Subtests) -> None:
    for chapter in CHAPTERS:
        with subtests.test(chapter.__name__):
            chapter(cinema)

"""The README's pictures of the page: `PYTHONPATH=. .venv/bin/python -m tests.browser.pictures` makes them anew, in a minute or two."""

from pathlib import Path
from tempfile import TemporaryDirectory

from marquee.cli._local import deployed
from marquee.cli._project import settings_of
from marquee.cli._serve import doors
from tests.browser.platform import ROOT
from tests.browser.screen import PATIENCE, browser
from tests.media_files import ffmpeg

IMAGES = ROOT / "docs" / "images"
SECONDS = 16


def main() -> None:
    """Upload a film through the page, and watch it."""
    IMAGES.mkdir(exist_ok=True)
    with (
        deployed("dev") as (emulator, _),
        doors(emulator, settings_of("dev"), 0) as found,
        TemporaryDirectory() as folder,
        browser() as chromium,
    ):
        page = chromium.new_page(viewport={"width": 1000, "height": 1200})
        page.goto(found.player)
        page.set_input_files("#file", _film(Path(folder)))
        page.click("#upload button")
        page.wait_for_function(
            "[...document.querySelectorAll('#progress progress')].some((one, n) => n > 1 && one.value > 0.3 && one.value < 1)"
        )
        page.locator("section", has=page.locator("#upload")).screenshot(path=IMAGES / "player-upload.png")
        page.wait_for_function("document.querySelector('#progress').innerText.includes('Published.')", timeout=300_000)
        page.click("#titles button")
        page.wait_for_function("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames > 60", timeout=PATIENCE * 1000)
        page.evaluate("scrollTo(0, 0)")
        page.hover("#position", position={"x": 640, "y": 5})
        page.wait_for_timeout(1500)
        page.screenshot(path=IMAGES / "player.png")


def _film(folder: Path) -> Path:
    path = folder / "northern-lights.mp4"
    colours = "c0=0x02111b:c1=0x0b6e4f:c2=0x4f9d69:c3=0x8a2be2:nb_colors=4"
    picture = f"gradients=size=854x480:rate=25:duration={SECONDS}:speed=0.02:type=radial:{colours}"
    sound = f"sine=frequency=220:sample_rate=48000:duration={SECONDS}"
    ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
           "-g", "50", "-c:a", "aac", path)  # fmt: skip
    return path


if __name__ == "__main__":
    main()

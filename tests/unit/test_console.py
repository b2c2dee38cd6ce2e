"""The page's server lets its own page in, and hands out the page's files alone."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from marquee.console import Console, application
from marquee.domain.names import Names
from marquee.errors import MarqueeError
from marquee.ingest import Target

Ask = Callable[..., httpx.Response]
HOST = "player.marquee.localhost:8480"
NOWHERE = {
    "AWS_ENDPOINT_URL": "https://127.0.0.1:1",
    "AWS_CA_BUNDLE": certifi.where(),
    "AWS_ACCESS_KEY_ID": "123456789012",
    "AWS_SECRET_ACCESS_KEY": "x",
}


def console(folder: Path) -> Console:
    target = Target(stack="dev", names=Names(prefix="a-dev", account="123456789012"), region="eu-west-1", environment=NOWHERE)
    return Console(target=target, player=folder, progress=lambda _: None)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("page")
    player = folder / "player"
    dist = player / "node_modules" / "shaka-player" / "dist"
    dist.mkdir(parents=True)
    (dist / "shaka-player.compiled.js").write_text("shaka")
    (player / "index.html").write_text("<h1>page</h1>")
    (player / "package.json").write_text("{}")
    (folder / "secret.js").write_text("secret")
    app = application(console(player))

    def ask(method: str, path: str, **options: Any) -> httpx.Response:
        async def answer() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{HOST}") as client:
                return await client.request(method, path, **options)

        with ThreadPoolExecutor(1) as pool:  # a thread of its own: asyncio.run would take this one's loop away from later tests
            return pool.submit(asyncio.run, answer()).result()

    return ask


def test_the_page_and_the_player_are_served(ask: Ask) -> None:
    assert ask("GET", "/").text == "<h1>page</h1>"
    assert ask("GET", "/vendor/shaka-player.js").text == "shaka"


@pytest.mark.parametrize(
    "path", ["/package.json", "/../secret.js", "/..%2fsecret.js", "/%2e%2e/secret.js", "/node_modules/x.js", "/x.html"]
)
def test_no_other_file_is(ask: Ask, path: str) -> None:
    assert ask("GET", path).status_code == 404


def test_another_site_s_page_may_ask_for_nothing(ask: Ask) -> None:
    for origin in ("https://evil.example", "null", "http://api.marquee.localhost:8480"):
        answer = ask("POST", "/console/session", json={"quality": "UHD"}, headers={"origin": origin})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "other_origin")


def test_the_bare_name_leads_to_the_player(ask: Ask) -> None:
    answer = ask("GET", "/anything", headers={"host": "marquee.localhost:8480"})
    assert (answer.status_code, answer.headers["location"]) == (307, f"http://{HOST}/")


def test_an_upload_without_a_usable_name_is_refused_before_it_is_read(ask: Ask) -> None:
    answer = ask("POST", "/console/uploads?name=film.mp4&title=Not%20An%20Id", content=b"x" * 10)
    assert answer.status_code == 400
    assert "no title id" in answer.json()["error"]["message"]


def test_without_the_player_it_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(MarqueeError, match="not installed"):
        application(console(tmp_path))

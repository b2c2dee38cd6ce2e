"""A title that is published is fetched through the edge before its first viewer comes; without an edge nothing fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import m3u8
import pytest

from marquee.domain import titles
from tests.browser import platform
from tests.browser.platform import Platform, Session, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.fixture(scope="module")
def deployed() -> Iterator[Platform]:
    with platform.deployed(edge={"prefetch": True}) as made:
        yield made


def test_the_first_viewer_finds_it_at_the_edge(deployed: Platform, tmp_path: Path) -> None:
    with platform.opened(deployed) as running:
        platform.publish(running, tmp_path)
        wait_for(lambda: said(running, "prefetched"), seconds=60)
        running.viewer("first")
        session = running.session("first")
        base, hls = session.answer["base"], session.answer["manifests"]["hls"]
        assert fetched(running, session, session.answer["manifests"]["dash"])[1] == "Hit"
        assert fetched(running, session, session.answer["thumbnails"])[1] == "Hit"
        text, result = fetched(running, session, hls)
        assert result == "Hit"
        variants = m3u8.loads(text, uri=hls)
        assert variants.playlists
        for url in {playlist.absolute_uri for playlist in variants.playlists}:
            text, result = fetched(running, session, url)
            segments = m3u8.loads(text, uri=url).segments
            assert segments[0].init_section is not None
            first = [segments[0].init_section.absolute_uri, *(segment.absolute_uri for segment in segments[:2])]
            assert [result, *(fetched(running, session, each)[1] for each in first)] == ["Hit"] * 4, url.removeprefix(base)
    assert letters(running) == 0


def test_without_an_edge_it_says_so_and_no_event_fails(deployed: Platform) -> None:
    detail = {"titleId": "nobody-looks", "version": "0" * 16, "playback": {"hls": "index.m3u8", "dash": "index.mpd"}}
    event = {"Source": titles.EVENT_SOURCE, "DetailType": titles.PUBLISHED_EVENT, "Detail": json.dumps(detail)}
    deployed.home.client("events").put_events(Entries=[{**event, "EventBusName": deployed.home.names.event_bus()}])
    wait_for(lambda: said(deployed, "no edge: its name does not resolve"))
    assert letters(deployed) == 0


def fetched(running: Platform, session: Session, url: str) -> tuple[str, str]:
    """Body, and what became of the request at the edge."""
    cookie = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    headers = {"cookie": cookie, "user-agent": AGENT, "accept-encoding": "gzip, deflate, br"}
    answer = running.ask("GET", "media", urlsplit(url).path, headers=headers)
    assert answer.status_code == 200, url
    return answer.text if answer.headers["content-type"].endswith("mpegurl") else "", answer.headers["x-cache"].partition(" ")[0]


def said(running: Platform, what: str) -> bool:
    """Whether the function logged this message."""
    logs, group = running.home.client("logs"), running.home.names.function_log_group("prefetch")
    try:
        events = logs.filter_log_events(logGroupName=group)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return False
    return any(f'"{what}"' in event["message"] for event in events)


def letters(running: Platform) -> int:
    """Messages among the dead letters of both regions."""
    found = 0
    for target in (running.home, running.away):
        sqs = target.client("sqs")
        url = sqs.get_queue_url(QueueName=target.names.queue("dead-letters"))["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found += int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])
    return found

"""What the edge makes of an origin's answer: several ranges, conditions, methods, encodings and a browser's questions."""

import threading
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

import httpx
import pytest

from tests.edge_stand import API_HOST, MEDIA_HOST, SCOPE, Stand

SEGMENT = "video/00001.m4s"
DATE, LATER, EARLIER = "Sat, 28 Nov 2026 10:00:00 GMT", "Sat, 28 Nov 2026 10:00:01 GMT", "Sat, 28 Nov 2026 09:59:59 GMT"
CONTENT = bytes(range(256)) * 20


@pytest.fixture
def stand(stand: Stand) -> Stand:
    """With one dated file, and nothing else."""
    headers = {"content-type": "video/mp4", "last-modified": DATE, "etag": '"e"', "content-length": str(len(CONTENT))}
    stand.answers[f"/{SCOPE}/{SEGMENT}"] = httpx.Response(200, headers=headers, content=CONTENT)
    return stand


def parts(answer: httpx.Response) -> list[tuple[str, bytes]]:
    """Content-Range and bytes of each part, by the standard library's parser of MIME."""
    whole = b"Content-Type: " + answer.headers["content-type"].encode() + b"\r\n\r\n" + answer.content
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(whole)
    assert {part["content-type"] for part in message.iter_parts()} == {"video/mp4"}
    return [(str(part["content-range"]), answer.content.split(b"\r\n\r\n")[number].rpartition(b"\r\n--")[0])
            for number, part in enumerate(message.iter_parts(), 1)]  # fmt: skip


def test_several_ranges_come_in_parts(stand: Stand) -> None:
    answer = stand.play(SEGMENT, range="bytes=0-1, 65-70,-3")
    assert (answer.status_code, int(answer.headers["content-length"])) == (206, len(answer.content))
    size = len(CONTENT)
    expected = [(0, 2), (65, 71), (size - 3, size)]
    assert parts(answer) == [(f"bytes {first}-{end - 1}/{size}", CONTENT[first:end]) for first, end in expected]
    assert "content-range" not in answer.headers


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"e"', 206), ('W/"e"', 200), ('"other"', 200), (DATE, 206), (LATER, 200), (EARLIER, 200), ("nonsense", 200)],
)
def test_a_part_is_only_of_the_answer_that_the_viewer_knows(stand: Stand, condition: str, status: int) -> None:
    answer = stand.play(SEGMENT, range="bytes=2-3", if_range=condition)
    assert (answer.status_code, answer.content) == (status, CONTENT[2:4] if status == 206 else CONTENT)


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"if_modified_since": DATE}, 304),
        ({"if_modified_since": LATER}, 304),
        ({"if_modified_since": EARLIER}, 200),
        ({"if_modified_since": "nonsense"}, 200),
        ({"if_none_match": 'W/"e"'}, 304),
        ({"if_none_match": '"a", "e"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"other"', "if_modified_since": LATER}, 200),  # the tag counts
    ],
)
def test_a_viewer_that_has_it_is_told_so(stand: Stand, conditions: dict[str, str], status: int) -> None:
    answer = stand.play(SEGMENT, **conditions)
    assert (answer.status_code, answer.content) == (status, CONTENT if status == 200 else b"")
    assert answer.headers["etag"] == '"e"'


def test_head_tells_what_get_would_and_nothing_more(stand: Stand) -> None:
    head, get = stand.play(SEGMENT, method="HEAD"), stand.play(SEGMENT)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(CONTENT)))
    volatile = {"x-cache", "age", "date", "server-timing", "x-amz-cf-id"}
    assert {name: head.headers[name] for name in head.headers if name not in volatile} == {
        name: get.headers[name] for name in get.headers if name not in volatile
    }
    assert len(stand.asked) == 1
    assert stand.play(SEGMENT, method="HEAD", range="bytes=0-1").status_code == 200  # a range is GET's alone


def test_of_what_grows_without_a_length_everybody_gets_all(stand: Stand) -> None:
    """As CloudFront does with a chunked origin. To wait for the end would take live its latency."""
    goes_on = stand.held[f"/{SCOPE}/growing.m4s"] = threading.Event()
    stand.answers[f"/{SCOPE}/growing.m4s"] = httpx.Response(200, headers={"content-type": "video/mp4"}, content=CONTENT)
    del stand.answers[f"/{SCOPE}/growing.m4s"].headers["content-length"]
    token = stand.token()
    headers = {"host": MEDIA_HOST, "cookie": stand.cookie(token), "range": "bytes=0-9"}
    with (
        httpx.Client(trust_env=False, base_url=f"http://127.0.0.1:{stand.port}", timeout=5) as client,
        client.stream("GET", f"/t/{token}/{SCOPE}/growing.m4s", headers=headers) as answer,
    ):
        found = answer.iter_raw()
        begun = next(found)
        goes_on.set()
        assert (answer.status_code, begun + b"".join(found)) == (200, CONTENT)
    assert stand.play("growing.m4s", range="bytes=0-9").status_code == 206  # now that all of it is here


@pytest.mark.parametrize("host", ["media", "api"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_reads_and_sends_a_body_is_refused(stand: Stand, method: str, host: str) -> None:
    """A cache would keep the answer for those who send none."""
    if host == "api":
        answer = stand.get("/playback", host=API_HOST, method=method, body=b"{}")
    else:
        answer = stand.play(SEGMENT, method=method, body=b"{}")
    assert (answer.status_code, stand.asked) == (403, [])


@pytest.mark.parametrize(
    ("offered", "kept"),
    [("br;q=0, gzip", "gzip"), ("br;q=0.000,gzip;q=0", None), ("gzip;q=0.1", "gzip"), ("BR", "br"), ("xbr", None)],
)
def test_an_encoding_that_the_viewer_does_not_want_is_not_used(stand: Stand, offered: str, kept: str | None) -> None:
    stand.play("index.m3u8", accept_encoding=offered)
    (entry,) = [entry for key, entry in stand.edge._cache._entries.items() if "index.m3u8" in key]
    assert entry.headers.get("content-encoding") == kept


def test_a_browsers_question_is_answered_by_the_policy_where_the_method_is_taken(stand: Stand) -> None:
    origin = f"http://player.marquee.localhost:{stand.port}"

    def question(path: str, host: str, of: str) -> httpx.Response:
        return stand.get(path, host=host, method="OPTIONS", origin=of, access_control_request_method="POST")

    answer = question("/playback", API_HOST, origin)
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    stranger = question("/playback", API_HOST, "https://evil.example")
    assert not [name for name in stranger.headers if name.startswith("access-control-")]
    assert question(f"/t/{stand.token()}/{SCOPE}/{SEGMENT}", MEDIA_HOST, origin).status_code == 403
    assert "access-control-allow-methods" not in stand.get("/playback", host=API_HOST, origin=origin).headers

"""Requests that mean harm: each is refused or changes nothing, for whoever sent it and for whoever comes next."""

from collections.abc import Callable

import pytest

from tests.edge_stand import API_HOST, MEDIA_HOST, SCOPE, Stand

SEGMENT = f"{SCOPE}/video/00001.m4s"
Request = Callable[[Stand], bytes]


def media(path: str, *headers: str, method: str = "GET", body: str = "", version: str = "1.1") -> Request:
    """A request with good cookies and a good token, `{t}` in the path; `path` is what is wrong, or a header."""

    def make(stand: Stand) -> bytes:
        token = stand.token()
        lines = [f"{method} {path.replace('{t}', token)} HTTP/{version}", f"Host: {MEDIA_HOST}", f"Cookie: {stand.cookie(token)}", *headers]
        return ("\r\n".join([*lines, "Connection: close", "", ""]) + body).encode("latin-1")

    return make


def api(path: str, *headers: str, method: str = "GET", body: str = "") -> Request:
    return lambda _: ("\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {API_HOST}", *headers, "Connection: close", "", ""]) + body).encode(
        "latin-1"
    )


def plain(text: str) -> Request:
    return lambda _: text.encode("latin-1")


GOOD = f"/t/{{t}}/{SEGMENT}"
OTHER = SEGMENT.replace("film", "other")
HOSTILE: dict[str, Request] = {
    # path tricks
    "parent folder": media(f"/t/{{t}}/{SCOPE}/../../other/x.m4s"),
    "encoded parent folder": media(f"/t/{{t}}/{SCOPE}/%2e%2e/%2e%2e/other/x.m4s"),
    "encoded slash": media(f"/t/{{t}}/{SCOPE}%2f..%2fother/x.m4s"),
    "doubly encoded": media(f"/t/{{t}}/{SCOPE}/%252e%252e/other/x.m4s"),
    "backslash": media(f"/t/{{t}}/{SCOPE}\\..\\other\\x.m4s"),
    "double slash": media(f"/t/{{t}}//{SEGMENT}"),
    "semicolon parameters": media(f"/t/{{t}}/{SCOPE};/../../other/x.m4s"),
    "null byte": media(f"/t/{{t}}/{SEGMENT}%00.txt"),
    "line feed in the path": media(f"/t/{{t}}/{SEGMENT}%0d%0aX-Evil:%201"),
    "dot file": media(f"/t/{{t}}/{SCOPE}/.env"),
    "token twice": media(f"/t/{{t}}/t/{{t}}/{SEGMENT}"),
    "no token": media(f"/{SEGMENT}"),
    "empty token": media(f"/t//{SEGMENT}"),
    "other title": media(f"/t/{{t}}/{OTHER}"),
    "scope as a prefix of another": media(f"/t/{{t}}/{SCOPE}0/video/00001.m4s"),
    "absolute address of another host": media(f"http://169.254.169.254/t/{{t}}/{SEGMENT}"),
    "overlong path": media(f"/t/{{t}}/{SCOPE}/{'a' * 9000}"),
    "unicode path": media(f"/t/{{t}}/{SCOPE}/\xff\xfe"),
    "asterisk form": media("*", method="OPTIONS"),
    "query as path": media(f"/t/{{t}}?/{SEGMENT}"),
    # methods
    "post to media": media(GOOD, "Content-Length: 2", method="POST", body="{}"),
    "put to media": media(GOOD, "Content-Length: 2", method="PUT", body="{}"),
    "delete of media": media(GOOD, method="DELETE"),
    "trace": media(GOOD, method="TRACE"),
    "connect": media("169.254.169.254:80", method="CONNECT"),
    "unknown method": media(GOOD, method="BREW"),
    # smuggling
    "two lengths": api("/playback", "Content-Length: 2", "Content-Length: 30", method="POST", body="{}"),
    "length and chunks": api(
        "/playback", "Content-Length: 4", "Transfer-Encoding: chunked", method="POST", body="0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    ),
    "obscured chunks": api("/playback", "Transfer-Encoding: xchunked", method="POST", body="0\r\n\r\n"),
    "chunks behind a tab": api("/playback", "Transfer-Encoding:\tchunked", "Content-Length: 5", method="POST", body="0\r\n\r\n"),
    "bad chunk size": api("/playback", "Transfer-Encoding: chunked", method="POST", body="zz\r\n\r\n"),
    "negative length": api("/playback", "Content-Length: -1", method="POST"),
    "space before the colon": api("/playback", "Content-Length : 0", method="POST"),
    "folded header": api("/playback", "X-A: 1\r\n  Authorization: Bearer x"),
    "bare line feeds": plain(f"GET / HTTP/1.1\nHost: {API_HOST}\n\n"),
    "no host": plain("GET /playback HTTP/1.1\r\nConnection: close\r\n\r\n"),
    "two hosts": plain(f"GET /playback HTTP/1.1\r\nHost: {API_HOST}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    "http 0.9": plain("GET /\r\n"),
    "http 2 preface": plain("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "no http at all": plain("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    # sizes
    "huge cookie": media(GOOD, f"Cookie: a={'b' * 25_000}"),
    "huge header": media(GOOD, f"X-Big: {'b' * 60_000}"),
    "thousands of headers": media(GOOD, *[f"X-{number}: {'v' * 20}" for number in range(3_000)]),
    "huge body": api("/beacon", "Content-Length: 3000000", method="POST", body="x" * 3_000_000),
    # ranges
    "range of ranges": media(GOOD, "Range: bytes=" + ",".join("0-1" for _ in range(1_000))),
    "range beyond numbers": media(GOOD, f"Range: bytes={'9' * 400}-"),
    "negative range": media(GOOD, "Range: bytes=--5"),
    "thousands of parts": media(GOOD, "Range: bytes=" + ",".join(f"{3 * number}-{3 * number}" for number in range(2_000))),
    # cache poisoning and spoofing
    "body of a read": media(GOOD, "Content-Length: 9", body="evil=true"),
    "chunked body of a read": media(GOOD, "Transfer-Encoding: chunked", body="4\r\nevil\r\n0\r\n\r\n"),
    "web socket": media(GOOD, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {'A' * 22}=="),
    "upgrade to h2c": media(GOOD, "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    "our header named as one of the connection's": media(GOOD, "Connection: X-Marquee-Device, X-Marquee-Source-Arn"),
    "line feed in the query": media(f"{GOOD}?a=%0d%0aX-Evil:%201"),
    "waits to be told to go on": media(GOOD, "Expect: 100-continue"),
    "host with a user": plain(f"GET /playback HTTP/1.1\r\nHost: {API_HOST}@evil.example\r\nConnection: close\r\n\r\n"),
    "cookies of an empty signature first": media(GOOD, "Cookie: CloudFront-Signature=; CloudFront-Policy=evil"),
    "forwarded host": media(GOOD, "X-Forwarded-Host: evil.example", "X-Original-URL: /admin", "X-Rewrite-URL: /admin"),
    "spoofed device": media(GOOD, "X-Marquee-Device: <script>"),
    "spoofed source": media(GOOD, "X-Marquee-Source-Arn: arn:evil"),
    "spoofed viewer": api("/playback", "X-Marquee-Viewer: 8.8.8.8", "X-Real-Ip: 8.8.8.8", "Forwarded: for=8.8.8.8"),
    "method override": api("/playback", "X-HTTP-Method-Override: DELETE"),
    "query that splits the cache": media(f"{GOOD}?cb=1&callback=evil"),
    "accept-encoding of nonsense": media(GOOD, "Accept-Encoding: \x80\x81"),
}  # fmt: skip


def test_there_are_enough_kinds() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_is_refused_or_harmless(stand: Stand, kind: str) -> None:
    stand.asked.clear()
    answer = stand.raw(HOSTILE[kind](stand))
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None
    assert status is None or status < 500, f"the edge failed: {answer[:200]!r}"
    answers = [one for one in answer.split(b"HTTP/1.1 ")[1:] if not one.startswith(b"100 ")]
    assert len(answers) <= 1 or not any(one.startswith(b"2") for one in answers), "one request, two answers"
    assert b"X-Evil" not in answer
    for asked in stand.asked:
        if asked.host.endswith(".s3"):
            assert asked.path == f"/{SEGMENT}", f"the origin was asked for {asked.path}"
            assert asked.method == "GET"
            assert asked.headers["x-marquee-source-arn"] == "arn:M"
            assert "evil" not in str(asked.headers)
        else:
            assert asked.headers.get("x-marquee-viewer") == "127.0.0.1"
            assert not asked.headers.keys() & {"x-real-ip", "forwarded", "x-http-method-override", "x-marquee-source-arn"}
    after = stand.play("video/00001.m4s")
    assert after.status_code == 200
    assert after.text.startswith(f"one.s3/{SEGMENT} "), "the next viewer got something else"
    assert "evil" not in str(after.headers)


REFUSED = sorted(
    HOSTILE.keys()
    - {
        "range of ranges", "negative range", "range beyond numbers", "forwarded host", "spoofed device", "spoofed source", "spoofed viewer",
        "method override", "query that splits the cache", "accept-encoding of nonsense", "bare line feeds", "length and chunks",
        "chunks behind a tab", "absolute address of another host", "folded header", "thousands of parts", "web socket", "upgrade to h2c",
        "our header named as one of the connection's", "line feed in the query", "waits to be told to go on",
        "cookies of an empty signature first",
    }
)  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_meant_well_is_refused(stand: Stand, kind: str) -> None:
    stand.asked.clear()
    answer = stand.raw(HOSTILE[kind](stand))
    assert not answer.startswith(b"HTTP/1.1 2"), answer[:100]
    assert not any(asked.host.endswith(".s3") for asked in stand.asked)

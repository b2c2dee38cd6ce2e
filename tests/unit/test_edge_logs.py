"""Lines and records of the edge's logs, shares, bounds, and what becomes of logs that nobody takes."""

import base64
import gzip
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.edge.logs import REALTIME_FIELDS
from marquee.emulator.edge import log_writers
from marquee.emulator.edge.exchange import Exchange
from marquee.emulator.edge.log_text import CMCD, cmcd, encoded, line
from marquee.emulator.edge.log_writers import AccessLogs, Delivery, RealtimeLogs
from marquee.emulator.edge.statistics import LogStatistics
from marquee.emulator.edge.viewer import Viewed
from marquee.emulator.services.realtime_logs import FIELDS
from tests.edge_stand import SCOPE, Stand, _media

CONFIG = "arn:aws:cloudfront::111122223333:realtime-log-config/x"
SOURCE = "arn:aws:logs:us-east-1:111122223333:delivery-source:media"


def exchange(**changed: Any) -> Exchange:
    distribution = _media()
    behaviour = replace(distribution.behaviour("/t/x"), realtime_log=CONFIG)
    request = Viewed(
        method="GET", host="media.example.org", path="/t/token/a b.m4s", query="CMCD=br%3D1&Signature=s", address="127.0.0.1",
        headers={"user-agent": "TV", "cookie": "a=b"},
    )  # fmt: skip
    given_: dict[str, Any] = {
        "distribution": distribution, "primary": distribution, "behaviour": behaviour, "request": request, "id": "i==", "version": "1.1",
        "secure": False, "port": 5, "country": "DE", "finished": 1_796_000_000.25, "first_byte": 0.01, "taken": 0.0215, "status": 206,
        "headers": {"content-range": "bytes 5-9/20", "content-type": "video/mp4"}, "sent": 120, "received": 80, "result": "Hit",
        "whole": True,
    }  # fmt: skip
    return Exchange(**{**given_, **changed})


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_a_line_has_a_field_for_each_value_whatever_is_in_it(values: list[str]) -> None:
    names = [f"f{number}" for number in range(len(values))]
    text = line(names, dict(zip(names, values, strict=True)))
    assert re.fullmatch(r"[\x21-\x7e\t]+", text)
    fields = text.split("\t")
    assert len(fields) == len(values)
    for field, value in zip(fields, values, strict=True):
        assert not set(field) & set("<>\"#{}|\\^~[]`'")
        if value:
            raw = value.encode("latin-1") if all(ord(char) < 256 for char in value) else value.encode()
            assert unquote_to_bytes(field) == raw
        else:
            assert field == "-"


def test_characters_are_encoded_as_documented() -> None:
    assert encoded("Tele Vision/1 (50%)~") == "Tele%20Vision/1%20(50%25)%7E"
    assert encoded("/a-b_c.d?e=f&g,h;i:j@k!l$m*n+o(p)") == "/a-b_c.d?e=f&g,h;i:j@k!l$m*n+o(p)"


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'), min_size=1, max_size=12).map(str.strip)


@given(st.dictionaries(st.sampled_from(sorted(CMCD)), st.one_of(st.booleans(), st.integers(0, 10**6), TEXT.filter(bool))))
def test_what_a_player_says_of_itself_comes_out_field_by_field(said: Mapping[str, bool | int | str]) -> None:
    parts = [
        name if value is True else f'{name}="{value}"' if isinstance(value, str) else f"{name}={str(value).lower()}"
        for name, value in said.items()
    ]
    found = cmcd(f"x=1&CMCD={quote(','.join(parts), safe='')}&y=2")
    assert found == {f"cmcd-{CMCD[name]}": str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}


@pytest.mark.parametrize("query", ["", "CMCD=", "CMCD", "CMCD=%22", "CMCD=unknown%3D1", "cmcd=br%3D1", "CMCD=%ff%2C%3D"])
def test_a_query_without_cmcd_says_nothing(query: str) -> None:
    assert cmcd(query) == {}


def test_the_platforms_fields_are_in_cloudfronts_order_and_hold_no_credential() -> None:
    assert list(REALTIME_FIELDS) == [name for name in FIELDS if name in REALTIME_FIELDS]
    text = line(REALTIME_FIELDS, exchange().realtime())
    assert not [secret for secret in ("token", "Signature", "a=b", "127.0.0.1") if secret in text]
    assert text.count("\t") == len(REALTIME_FIELDS) - 1


def test_the_stem_has_the_query_in_real_time_logs_alone() -> None:
    made = exchange()
    assert made.realtime()["cs-uri-stem"] == "/t/token/a b.m4s?CMCD=br%3D1&Signature=s"
    assert made.access()["cs-uri-stem"] == "/t/token/a b.m4s"
    assert (made.realtime()["x-host-header"], made.access()["cs(Host)"]) == ("m.cloudfront.net", "m.cloudfront.net")
    assert (made.realtime()["cs-host"], made.access()["x-host-header"]) == ("media.example.org", "media.example.org")


def test_times_sizes_and_ranges_have_their_forms() -> None:
    values = exchange(origin_times=(0.0014, 0.02)).realtime()
    assert (values["timestamp"], values["time-taken"], values["time-to-first-byte"]) == ("1796000000.250", "0.021", "0.010")
    assert (values["origin-fbl"], values["origin-lbl"], values["sc-status"]) == ("0.001", "0.020", "206")
    assert (values["sc-range-start"], values["sc-range-end"], values["sc-content-len"]) == ("5", "9", "")
    access = exchange().access()
    assert (access["timestamp(ms)"], access["date"], access["time"]) == ("1796000000250", "2026-11-30", "00:53:20")
    assert exchange(status=0).realtime()["sc-status"] == "000"


@pytest.mark.parametrize(
    ("changed", "response", "edge", "detail"),
    [
        ({}, "Hit", "Hit", "Hit"),
        ({"whole": False}, "Hit", "Error", "AbortedOrigin"),
        ({"result": "Refused", "status": 403}, "Error", "Error", "InvalidRequestBlocked"),
        ({"result": "Refused", "status": 414}, "Error", "Error", "InvalidRequest"),
        ({"result": "FunctionGenerated", "status": 403}, *["FunctionGeneratedResponse"] * 3),
        ({"result": "FunctionGenerated", "status": 503}, *["FunctionExecutionError"] * 3),
        ({"result": "Error", "status": 502}, "Error", "Error", "OriginConnectError"),
        ({"result": "Error", "status": 404, "origin_times": (0.1, 0.2)}, "Error", "Error", "Error"),
    ],
)
def test_results_are_told_by_cloudfronts_names(changed: Any, response: str, edge: str, detail: str) -> None:
    values = exchange(**changed).access()
    kinds = ("x-edge-response-result-type", "x-edge-result-type", "x-edge-detailed-result-type")
    assert [values[kind] for kind in kinds] == [response, edge, detail]


def test_the_canarys_record_names_the_distribution_that_was_asked() -> None:
    staging = replace(_media(), id="S", arn="arn:S", domain="s.cloudfront.net", staging=True)
    values = exchange(distribution=staging).access()
    assert (values["DistributionId"], values["primary-distribution-id"]) == ("S", "M")
    assert exchange().access()["primary-distribution-id"] == ""


class _CloudFront:
    def __init__(self, rate: int):
        self.rate = rate

    def get_realtime_log_config(self, ARN: str) -> Any:  # noqa: N803 boto3's
        return {"RealtimeLogConfig": {"ARN": ARN, "SamplingRate": self.rate, "Fields": ["x-edge-request-id", "sc-status"]}}


def taken(what: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"realtime": sum(len(one["lines"]) for one in what.get("realtime", [])), "files": len(what.get("files", [])), "problems": []}


@given(st.integers(1, 100), st.integers(0, 300))
def test_a_share_is_exact(rate: int, requests: int) -> None:
    counts = LogStatistics()
    logs = RealtimeLogs(_CloudFront(rate), taken, counts)
    logs.read([CONFIG])
    for _ in range(requests):
        logs.add(exchange())
    logs.flush()
    assert (counts.realtime_written, counts.realtime_lost) == (requests * rate // 100, 0)


def test_what_does_not_fit_or_is_not_taken_is_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_writers, "WAITING", 3)
    counts, seen = LogStatistics(), list[Mapping[str, Any]]()

    def half(what: Mapping[str, Any]) -> Mapping[str, Any]:
        seen.append(what)
        return {"realtime": 1, "files": 0, "problems": ["the stream is gone"]}

    logs = RealtimeLogs(_CloudFront(100), half, counts)
    logs.add(exchange())
    assert not counts.realtime_lost, "nobody asked for it"
    logs.read([CONFIG])
    for number in range(5):
        logs.add(exchange(id=f"{number}"))
    logs.flush()
    (batch,) = seen[0]["realtime"]
    assert (batch["config"], batch["distribution"], batch["lines"]) == (CONFIG, "arn:M", ["0\t206", "1\t206", "2\t206"])
    assert (counts.realtime_written, counts.realtime_lost, counts.problems) == (1, 4, {"the stream is gone"})
    logs.flush()
    assert len(seen) == 1, "nothing waits"


class _Logs:
    def __init__(self, *, bucket: str = "arn:aws:s3:::logs", form: str = "json", fields: tuple[str, ...] = ("date", "sc-status")):
        self._destination = {
            "arn": "arn:d", "deliveryDestinationType": "S3", "outputFormat": form,
            "deliveryDestinationConfiguration": {"destinationResourceArn": bucket},
        }  # fmt: skip
        self._fields = fields

    def describe_delivery_sources(self) -> Any:
        return {"deliverySources": [{"name": "media", "arn": SOURCE, "resourceArns": ["arn:M"], "logType": "ACCESS_LOGS"}]}

    def describe_delivery_destinations(self) -> Any:
        return {"deliveryDestinations": [self._destination]}

    def describe_deliveries(self) -> Any:
        place = {"suffixPath": "media/{yyyy}/{MM}/{dd}/{HH}"}
        delivery = {"deliverySourceName": "media", "deliveryDestinationArn": "arn:d", "recordFields": list(self._fields)}
        return {"deliveries": [{**delivery, "s3DeliveryConfiguration": place}]}


def test_a_file_has_the_records_of_one_hour_with_the_fields_that_were_asked_for() -> None:
    counts, files = LogStatistics(), list[Mapping[str, Any]]()

    def kept(what: Mapping[str, Any]) -> Mapping[str, Any]:
        files.extend(what["files"])
        return taken(what)

    logs = AccessLogs(_Logs(fields=("date", "sc-status", "cs(User-Agent)", "asn")), kept, counts)
    logs.read()
    for seconds in (0, 1, 3600):
        logs.add(exchange(finished=1_796_000_000.25 + seconds))
    logs.add(exchange(distribution=replace(_media(), arn="arn:other")))
    logs.flush()
    assert [(file["bucket"], file["source"]) for file in files] == [("logs", SOURCE)] * 2
    records = [[json.loads(text) for text in gzip.decompress(base64.b64decode(file["body"])).decode().splitlines()] for file in files]
    assert [len(each) for each in records] == [2, 1]
    assert records[0][0] == {"date": "2026-11-30", "sc-status": "206", "cs(User-Agent)": "TV", "asn": "-"}
    assert (counts.access_written, counts.access_lost) == (3, 0)


@pytest.mark.parametrize(
    ("destination", "prefix"),
    [("arn:aws:s3:::logs", "AWSLogs/111122223333/CloudFront/"), ("arn:aws:s3:::logs/own", "own/")],
)
def test_a_file_is_named_as_cloudfront_names_it(destination: str, prefix: str) -> None:
    delivery = Delivery(source=SOURCE, destination=destination, suffix="{DistributionId}/{yyyy}/{MM}/{dd}/{HH}/", fields=())
    key = delivery.key("EDIST", datetime(2026, 1, 2, 3, tzinfo=UTC))
    assert delivery.bucket == "logs"
    assert re.fullmatch(re.escape(f"{prefix}EDIST/2026/01/02/03/EDIST.2026-01-02-03.") + r"[0-9a-f]{8}\.gz", key)


def test_a_form_that_is_not_written_here_is_told_of() -> None:
    counts = LogStatistics()
    logs = AccessLogs(_Logs(form="parquet"), taken, counts)
    logs.read()
    logs.add(exchange())
    logs.flush()
    assert counts.to_json()["problems"] == ["media: only JSON in S3 without Hive's paths is written here"]
    assert counts.access_written == 0


def test_an_emulator_that_is_gone_takes_nothing_and_nothing_fails() -> None:
    def gone(_: Mapping[str, Any]) -> Mapping[str, Any]:
        raise OSError("connection refused")

    counts = LogStatistics()
    logs = AccessLogs(_Logs(), gone, counts)
    logs.read()
    logs.add(exchange())
    logs.flush()
    assert (counts.access_written, counts.access_lost) == (0, 1)


_SERVERS = {b"date", b"transfer-encoding"}
"""Headers that the server adds behind the edge."""


class _Recorder(AccessLogs):
    """Keeps what the edge tells, over a real port."""

    def __init__(self) -> None:
        self.seen: list[Exchange] = []

    def add(self, exchange: Exchange) -> None:
        self.seen.append(exchange)


@pytest.fixture
def seen(stand: Stand) -> Iterator[list[Exchange]]:
    recorder = _Recorder()
    stand.traffic._access = recorder
    yield recorder.seen
    stand.traffic._access = None


def told(seen: list[Exchange], count: int) -> list[dict[str, str]]:
    """The records, once they are there: a viewer has its answer a moment earlier."""
    deadline = time.monotonic() + 5
    while len(seen) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(seen) == count
    return [each.access() for each in seen]


def test_the_edge_tells_of_every_request_under_the_id_that_the_viewer_got(stand: Stand, seen: list[Exchange]) -> None:
    first, second = stand.play("a.m4s"), stand.play("a.m4s", range="bytes=2-5", user_agent="Télé".encode("latin-1"))
    refused = stand.get("/x", method="POST", body=b"12345")
    records = told(seen, 3)
    assert [record["x-edge-request-id"] for record in records] == [one.headers["x-amz-cf-id"] for one in (first, second, refused)]
    assert len({record["x-edge-request-id"] for record in records}) == 3
    assert [record["x-edge-result-type"] for record in records] == ["Miss", "Hit", "Error"]
    assert records[2]["x-edge-detailed-result-type"] == "InvalidRequestMethod"
    assert (records[1]["sc-status"], records[1]["sc-range-start"], records[1]["sc-range-end"]) == ("206", "2", "5")
    for record, answer in zip(records, (first, second, refused), strict=True):
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw if name.lower() not in _SERVERS)
        assert 0 <= int(record["sc-bytes"]) - len(answer.content) - headers < 30, "the first line"
    assert (stand.asked[0].host, records[1]["cs(User-Agent)"]) == ("one.s3", "Télé")
    assert records[0]["origin-fbl"] != ""
    assert records[1]["origin-fbl"] == "", "a hit asks nobody"
    assert int(records[2]["cs-bytes"]) > 5
    assert float(records[0]["time-taken"]) >= float(records[0]["time-to-first-byte"])


def test_an_answer_that_breaks_off_is_an_error_after_it_began(stand: Stand, seen: list[Exchange]) -> None:
    path = f"/{SCOPE}/broken.m4s"
    stand.answers[path] = httpx.Response(200, headers={"content-type": "video/mp4"}, content=b"x" * 100)
    stand.cut.add(path)
    with pytest.raises(httpx.RemoteProtocolError):
        stand.play("broken.m4s")
    (record,) = told(seen, 1)
    kinds = ("sc-status", "x-edge-response-result-type", "x-edge-result-type", "x-edge-detailed-result-type")
    assert [record[kind] for kind in kinds] == ["200", "Miss", "Error", "AbortedOrigin"]


def test_an_origin_that_is_not_there_has_no_times(stand: Stand, seen: list[Exchange]) -> None:
    stand.broken |= dict.fromkeys(("one.s3", "two.s3"), httpx.ConnectError)
    assert stand.play("gone.m4s").status_code == 502
    (record,) = told(seen, 1)
    assert (record["x-edge-detailed-result-type"], record["origin-fbl"], record["origin-lbl"]) == ("OriginConnectError", "", "")

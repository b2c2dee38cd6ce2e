"""Requests of a real client, read back by the server's side of the protocol, and the other way round."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from marquee.emulator import rest_json
from marquee.emulator.services.wire import Operation, serialise

CALLS: dict[str, dict[str, Any]] = {
    "CreateJob": {"Role": "arn:aws:iam::111122223333:role/r", "Settings": {"Inputs": [{"FileInput": "s3://b/k"}]}, "Tags": {"a": "b"}},
    "GetJob": {"Id": "1234-abcd"},
    "ListJobs": {"MaxResults": 5, "Status": "COMPLETE"},
    "ListTagsForResource": {"Arn": "arn:aws:mediaconvert:eu-west-1:111122223333:queues/a b"},
    "UntagResource": {"Arn": "arn:aws:mediaconvert:eu-west-1:111122223333:queues/q", "TagKeys": ["a", "b"]},
}


@pytest.mark.parametrize("operation", CALLS)
def test_what_a_client_sends_is_what_the_service_gets(operation: str) -> None:
    sent = serialise(Operation(service="mediaconvert", name=operation, parameters=CALLS[operation]))
    raw = "/".join(part.replace("/", "%2F") for part in sent.path.split("/", 3)).replace(" ", "%20")  # the last part is one parameter
    query = "&".join(f"{name}={value}" for name, values in sent.query.items() for value in values)
    asked = rest_json.parse("mediaconvert", sent.method, raw, query, sent.body)
    assert asked is not None
    assert asked.operation == operation
    assert asked.parameters == CALLS[operation]


def test_what_no_operation_is_and_what_no_json_is() -> None:
    assert rest_json.parse("mediaconvert", "PATCH", "/2017-08-29/jobs", "", b"") is None
    for body in (b"{", b"[]"):
        with pytest.raises(rest_json.MalformedError):
            rest_json.parse("mediaconvert", "POST", "/2017-08-29/jobs", "", body)


def test_what_does_not_fit_is_left_for_the_service_model_to_refuse() -> None:
    asked = rest_json.parse("mediaconvert", "POST", "/2017-08-29/jobs", "", b'{"settings": "none", "unheardOf": 1}')
    assert asked is not None
    assert asked.parameters == {"Settings": "none", "unheardOf": 1}


def test_an_answer_has_the_wire_s_names_and_times() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    job = {"Id": "1", "Timing": {"SubmitTime": moment, "StartTime": None}, "UserMetadata": {"Title": "film"}, "NoMember": 1}
    status, body = rest_json.render("mediaconvert", "CreateJob", {"Job": job})
    assert status == 201
    assert json.loads(body) == {"job": {"id": "1", "timing": {"submitTime": moment.timestamp()}, "userMetadata": {"Title": "film"}}}

"""Playback authorisation as a viewer, an operator and the edge meet it: the real functions on the emulated AWS."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from marquee.domain.content_keys import LABELS, Content, key_id
from marquee.domain.revocations import entry_key
from marquee.emulator import Emulator
from marquee.emulator.recorder import refused
from tests.edge.node import request, run
from tests.flows.playback_stack import HOME, VERSION, Stack, deployed
from tests.flows.world import wait_for
from tests.playback_program import AWAY, DOMAIN, PREFIX

pytestmark = pytest.mark.slow


@pytest.fixture
def stack(emulator: Emulator) -> Stack:
    return deployed(emulator)


def edge(stack: Stack, answer: dict[str, Any], now: float | None = None) -> int:
    """What the function at the edge says of the manifest, with the store as it is."""
    uri = answer["manifests"]["dash"].removeprefix(f"https://media.{DOMAIN}")
    (outcome,) = run("media.js", [request(uri)], store=stack.store.items(), now=now or time.time())
    return outcome["answer"].get("statusCode", 200)


def code(answer: Any) -> str:
    return json.loads(answer.body)["error"]["code"]


def kids(title: str, *labels: Any) -> list[str]:
    found = [key_id(Content(title, VERSION), label).bytes for label in labels]
    return [base64.urlsafe_b64encode(kid).rstrip(b"=").decode() for kid in found]


def test_an_entitled_viewer_plays(stack: Stack):
    stack.entitle("ann", "film-a", "UHD")
    stack.publish("film-a")
    answer = stack.play("ann", "film-a", quality="HD")
    body = json.loads(answer.body)
    assert (answer.status, body["quality"], body["contentId"], body["version"]) == (200, "HD", "film-a", VERSION)
    assert edge(stack, body) == 200
    assert edge(stack, body, now=body["expiresAt"]) == 403
    cookies = dict(cookie.split("; ")[0].split("=", 1) for cookie in answer.cookies)
    assert len(answer.cookies) == 3
    found = stack.aws("cloudfront", "us-east-1").get_public_key(Id=cookies["CloudFront-Key-Pair-Id"])["PublicKey"]
    group = stack.aws("cloudfront", "us-east-1").get_key_group(Id=stack.outputs["key_group"])["KeyGroup"]["KeyGroupConfig"]
    assert found["Id"] in group["Items"]
    opened = {name: base64.b64decode(value.translate(str.maketrans("-_~", "+=/"))) for name, value in cookies.items() if "Key" not in name}
    public: Any = load_pem_public_key(found["PublicKeyConfig"]["EncodedKey"].encode())
    public.verify(opened["CloudFront-Signature"], opened["CloudFront-Policy"], padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 as CloudFront does


def test_both_regions_answer_alike(stack: Stack):
    stack.entitle("bob", "film-b")
    stack.publish("film-b")
    body = stack.started("bob", "film-b", region=AWAY)
    assert edge(stack, body) == 200
    assert stack.beacon(body["licence"]["token"], HOME) == stack.beacon(body["licence"]["token"], AWAY) == 202


@pytest.mark.parametrize(
    ("quality", "labels", "granted"),
    [("SD", ("AUDIO", "SD", "HD", "UHD"), 2), ("UHD", ("AUDIO", "SD", "HD", "UHD"), 4), ("SD", ("HD",), 0)],
)
def test_the_licence_gives_keys_up_to_the_quality(stack: Stack, quality: str, labels: tuple[str, ...], granted: int):
    name = f"cat-{quality.lower()}-{granted}"
    stack.entitle(name, "film-c", quality)
    stack.publish("film-c")
    token = stack.started(name, "film-c")["licence"]["token"]
    answer = stack.call("POST", "/licence/clearkey", token, {"kids": kids("film-c", *labels), "type": "temporary"})
    assert answer.status == (200 if granted else 403)
    assert len(json.loads(answer.body).get("keys", [])) == granted


def test_one_key_is_the_same_bytes_in_every_region(stack: Stack):
    stack.entitle("dan", "film-d")
    stack.publish("film-d")
    token = stack.started("dan", "film-d")["licence"]["token"]
    kid = key_id(Content("film-d", VERSION), "AUDIO")
    answers = [stack.call("GET", f"/licence/hls/{kid}", token, region=region) for region in (HOME, AWAY)]
    assert [answer.status for answer in answers] == [200, 200]
    assert len(answers[0].body) == 16
    assert answers[0].body == answers[1].body
    assert stack.call("GET", "/licence/hls/nothing", token).status == 400
    other = stack.call("GET", f"/licence/hls/{key_id(Content('film-x', VERSION), 'AUDIO')}", token)
    assert (other.status, code(other)) == (403, "not_entitled")


@pytest.mark.parametrize(("content", "status"), [("film-none", 404), ("film-ingested", 404), ("Film!", 400)])
def test_what_cannot_be_played(stack: Stack, content: str, status: int):
    stack.entitle("eve")
    stack.publish("film-ingested", status="ingested")
    assert stack.play("eve", content).status == status


def test_who_may_not_play_learns_nothing_of_titles(stack: Stack):
    stack.viewer("fay")
    stack.publish("film-f")
    stack.entitle("gus", "film-f", expires={"N": str(int(time.time()) - 1)})
    for viewer, title in (("fay", "film-f"), ("fay", "film-none"), ("gus", "film-f")):
        answer = stack.play(viewer, title)
        assert (answer.status, code(answer), answer.cookies) == (403, "not_entitled", ())


def test_live_channels_need_no_record(stack: Stack):
    stack.entitle("hal", "news", "SD")
    body = stack.started("hal", "news", live=True)
    assert body["manifests"]["hls"].endswith("/_live/news/cmaf/index.m3u8")
    assert edge(stack, body) == 200
    stack.entitle("hal", "arts")
    assert stack.play("hal", "arts", live=True).status == 404


def forged(jwt: str, **claims: object) -> str:
    """The token with other claims under the old signature."""
    head, body, signature = jwt.split(".")
    said = {**json.loads(base64.urlsafe_b64decode(body + "==")), **claims}
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b'=').decode()}.{signature}"


def test_only_the_pools_tokens_open_the_api(stack: Stack):
    stack.entitle("ida", "film-i")
    stack.publish("film-i")
    jwt = stack.viewer("ida")
    body = stack.started("ida", "film-i")
    nobody = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    bad = ["", "x", "a.b.c", jwt[:-6] + "AAAAAA", forged(jwt, sub="somebody"), forged(jwt, exp=9_999_999_999), body["licence"]["token"]]
    bad.append(f"{nobody}.{jwt.split('.')[1]}.")
    asked = {"contentId": "film-i", "device": {"id": "d", "type": "tv"}}
    assert [stack.call("POST", "/playback", each, asked).status for each in bad] == [401] * len(bad)
    # and the other way: a sign-in is no licence
    assert [stack.beacon(each) for each in (jwt, "", "x.y.z")] == [403, 403, 403]
    assert stack.aws.emulator.visit("POST", f"https://{stack.outputs[HOME]['target']}/beacon").status == 401
    own = f"https://{stack.outputs[HOME]['api']}.execute-api.{HOME}.amazonaws.com/playback"
    assert stack.aws.emulator.visit("POST", own, headers={"authorization": f"Bearer {jwt}"}).status == 404


def test_pages_of_the_player_may_call(stack: Stack):
    address = f"https://{stack.outputs[HOME]['target']}/playback"
    asked = {"access-control-request-method": "POST"}
    good = stack.aws.emulator.visit("OPTIONS", address, headers={"origin": f"https://player.{DOMAIN}", **asked})
    assert good.headers["access-control-allow-origin"] == f"https://player.{DOMAIN}"
    assert good.headers["access-control-allow-credentials"] == "true"
    other = stack.aws.emulator.visit("OPTIONS", address, headers={"origin": "https://evil.example", **asked})
    assert "access-control-allow-origin" not in other.headers


def test_the_same_request_twice_is_one_session(stack: Stack):
    stack.entitle("jim")
    stack.publish("film-j")
    once = {"Idempotency-Key": "abc"}
    first, second = (stack.started("jim", "film-j", headers=once) for _ in range(2))
    assert first["session"] == second["session"]
    assert stack.started("jim", "film-j", region=AWAY, headers=once)["session"] == first["session"]
    other = stack.play("jim", "film-j", quality="SD", headers=once)
    assert (other.status, code(other)) == (409, "idempotency_key_reused")
    assert stack.started("jim", "film-j")["session"] != first["session"]
    assert stack.call("DELETE", f"/sessions/{first['session']}", first["licence"]["token"]).status == 204
    again = stack.play("jim", "film-j", headers=once)
    assert (again.status, code(again)) == (403, "session_revoked")


def test_a_session_ends_itself_and_no_other(stack: Stack):
    stack.entitle("kim")
    stack.publish("film-k")
    one, other = (stack.started("kim", "film-k") for _ in range(2))
    token = one["licence"]["token"]
    refusal = stack.call("DELETE", f"/sessions/{other['session']}", token)
    assert (refusal.status, code(refusal)) == (403, "not_your_session")
    assert stack.call("DELETE", f"/sessions/{one['session']}", token, region=AWAY).status == 204
    assert (edge(stack, one), edge(stack, other)) == (403, 200)
    assert (stack.beacon(token), stack.beacon(other["licence"]["token"])) == (403, 202)
    ended = stack.call("POST", "/playback/refresh", stack.viewer("kim"), {"licence": token})
    assert (ended.status, code(ended)) == (403, "session_revoked")


@pytest.mark.parametrize("kind", ["user", "title", "device"])
def test_an_operator_ends_what_was_issued_so_far(stack: Stack, kind: str):
    name, title = f"lea-{kind}", f"film-l-{kind}"
    stack.entitle(name)
    stack.publish(title)
    stack.entitle(f"{name}-other")
    before, other = stack.started(name, title), stack.started(f"{name}-other", title)
    jwt = json.loads(base64.urlsafe_b64decode(stack.viewer(name).split(".")[1] + "=="))
    subject = {"user": jwt["sub"], "title": title, "device": f"{name}-device"}[kind]
    made = stack.invoke("revoke", {"revoke": [{"kind": kind, "id": subject}]})
    assert made["revoked"][0]["kind"] == kind
    assert edge(stack, before) == 403
    assert stack.beacon(before["licence"]["token"]) == 403
    assert edge(stack, other) == (403 if kind == "title" else 200)
    wait_for(lambda: edge(stack, stack.started(name, title)) == 200, seconds=10)  # anew is for entitlement and catalogue to say


def test_a_refresh_prolongs_the_session(stack: Stack):
    stack.entitle("mia", "film-m", "HD")
    stack.publish("film-m")
    first = stack.started("mia", "film-m")
    refresh = {"licence": first["licence"]["token"]}
    second = json.loads(stack.call("POST", "/playback/refresh", stack.viewer("mia"), refresh).body)
    assert second["session"] == first["session"]
    assert second["base"] != first["base"] or second["issuedAt"] == first["issuedAt"]
    stack.viewer("ned")
    stolen = stack.call("POST", "/playback/refresh", stack.viewer("ned"), refresh)
    assert (stolen.status, code(stolen)) == (403, "session_revoked")
    stack.publish("film-m", version="8" * 16)
    replaced = stack.call("POST", "/playback/refresh", stack.viewer("mia"), refresh)
    assert (replaced.status, code(replaced)) == (409, "version_replaced")


def test_a_right_that_ends_ends_the_licences(stack: Stack):
    stack.entitle("oda", "film-o", "HD")
    stack.publish("film-o")
    body = stack.started("oda", "film-o")
    assert stack.beacon(body["licence"]["token"]) == 202
    stack.entitle("oda", "film-o", "SD")
    asked = {"kids": kids("film-o", *LABELS), "type": "temporary"}
    assert len(json.loads(stack.call("POST", "/licence/clearkey", body["licence"]["token"], asked).body)["keys"]) == 2
    stack.aws("dynamodb").delete_item(
        TableName=f"{PREFIX}-entitlements", Key={"userId": {"S": stack.user("oda")}, "contentId": {"S": "film-o"}}
    )
    assert stack.call("POST", "/licence/clearkey", body["licence"]["token"], asked).status == 403


def test_beacons_reach_the_stream(stack: Stack):
    stack.entitle("pam")
    stack.publish("film-p")
    body = stack.started("pam", "film-p")
    wrong = stack.call("POST", "/beacon", body["licence"]["token"], {"events": [{"type": "startup"}]})
    assert (wrong.status, code(wrong)) == (400, "invalid_request")
    assert stack.beacon(body["licence"]["token"]) == 202
    kinesis, name = stack.aws("kinesis"), f"{PREFIX}-playback-events"
    shards = kinesis.list_shards(StreamName=name)["Shards"]
    places = [
        kinesis.get_shard_iterator(StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        for shard in shards
    ]
    records = [record for place in places for record in kinesis.get_records(ShardIterator=place)["Records"]]
    events = [json.loads(record["Data"]) for record in records]
    found = [event for event in events if event["session"] == body["session"]]
    assert [(event["type"], event["title"], event["milliseconds"]) for event in found] == [("startup", "film-p", 2)]


def test_nothing_was_refused_to_the_functions(stack: Stack):
    stack.entitle("quin")
    stack.publish("film-q")
    body = stack.started("quin", "film-q")
    stack.call("DELETE", f"/sessions/{body['session']}", body["licence"]["token"])
    mine = [call for call in stack.aws.emulator.calls() if PREFIX in call.principal or PREFIX in call.resource]
    assert not refused(mine)
    assert {call.action for call in mine} >= {
        "cloudfront-keyvaluestore:UpdateKeys",
        "secretsmanager:GetSecretValue",
        "dynamodb:BatchGetItem",
    }


def test_expired_entries_are_pruned(stack: Stack):
    stack.entitle("rex")
    stack.publish("film-r")
    body = stack.started("rex", "film-r")
    stack.invoke("revoke", {"revoke": [{"kind": "session", "id": body["session"]}]})
    etag = stack.store.describe().etag
    stack.store.update({"s:" + "0" * 24: "1.2"}, (), etag=etag)
    left = stack.invoke("prune", {})
    entries = stack.store.items()
    assert "s:" + "0" * 24 not in entries
    assert entry_key("session", body["session"]) in entries
    assert left["entries"] == len(entries) - 1
    assert stack.state().revoked


def test_a_rotation_interrupts_nobody(stack: Stack):
    """Last but one: the keys of the tests before change."""
    stack.entitle("sue")
    stack.publish("film-s")
    old = stack.started("sue", "film-s")
    before = stack.state().keys
    stack.rotate()
    after = stack.state().keys
    assert len(after) == 2
    assert after[1] == before[0]
    assert edge(stack, old) == 200
    assert stack.beacon(old["licence"]["token"], AWAY) == 202
    refreshed = json.loads(stack.call("POST", "/playback/refresh", stack.viewer("sue"), {"licence": old["licence"]["token"]}).body)
    assert edge(stack, refreshed) == 200
    stack.rotate()
    assert edge(stack, old) == 403  # two rotations later its key is gone; the settings keep them further apart than a token lives


def test_an_overflowing_list_replaces_the_keys(stack: Stack):
    """Last: every token of the tests before dies."""
    stack.entitle("tom")
    stack.publish("film-t")
    old = stack.started("tom", "film-t")
    stack.invoke("revoke", {"revoke": [{"kind": "device", "id": "lost"}]})
    assert stack.invoke("rotate", {"overflow": True}) == {"replaced": True}
    assert len(stack.state().keys) == 1
    assert set(stack.store.items()) == {"state"}
    assert edge(stack, old) == 403
    stack.forget()
    assert edge(stack, stack.started("tom", "film-t")) == 200

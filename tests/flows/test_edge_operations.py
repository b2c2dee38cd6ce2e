"""The edge's own workings on the deployed stack: its signing keys rotate, takedowns are invalidated, limits hold."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.domain import invalidations, signing_keys, titles
from marquee.domain.signing_keys import SigningKey
from runtime.signing.key_group import KeyGroup
from tests.flows.ingest_stack import Stack
from tests.flows.world import World, wait_for

pytestmark = pytest.mark.slow


def keys_of(stack: Stack) -> tuple[SigningKey, ...]:
    text = stack.world("secretsmanager").get_secret_value(SecretId=stack.target.names.secret("cookie-keys"))["SecretString"]
    return signing_keys.load(text)


def trusted(stack: Stack) -> dict[str, str]:
    """Public keys that the media distribution trusts: id → PEM, as CloudFront holds them."""
    client = stack.world("cloudfront", "us-east-1")
    (summary,) = [d for d in client.list_distributions()["DistributionList"]["Items"] if d["Aliases"]["Items"][0].startswith("media.")]
    config = client.get_distribution(Id=summary["Id"])["Distribution"]["DistributionConfig"]
    behaviours = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]]
    (group,) = {tuple(behaviour["TrustedKeyGroups"]["Items"]) for behaviour in behaviours}
    ids = client.get_key_group(Id=group[0])["KeyGroup"]["KeyGroupConfig"]["Items"]
    return {key_id: client.get_public_key(Id=key_id)["PublicKey"]["PublicKeyConfig"]["EncodedKey"] for key_id in ids}


def verifies(key: SigningKey, public: str) -> bool:
    private = serialization.load_pem_private_key(key.secret.encode(), password=None)
    loaded = serialization.load_pem_public_key(public.encode())
    assert isinstance(private, rsa.RSAPrivateKey)
    assert isinstance(loaded, rsa.RSAPublicKey)
    assert private.key_size == 2048
    loaded.verify(private.sign(b"policy", padding.PKCS1v15(), hashes.SHA1()), b"policy", padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    return True


def rotate(stack: Stack) -> str:
    made = stack.world("secretsmanager").rotate_secret(SecretId=stack.target.names.secret("cookie-keys"))
    return str(made["VersionId"])


def test_a_rotation_interrupts_nobody_and_the_next_one_waits_until_it_has_settled(stack: Stack) -> None:
    before = keys_of(stack)
    assert signing_keys.current(before, time.time()) == before[0]
    rotate(stack)
    wait_for(lambda: keys_of(stack) != before, seconds=60)
    after = keys_of(stack)

    assert after[1] == before[0]  # what was signed until now
    assert after[0].id not in {key.id for key in before}
    assert signing_keys.current(after, time.time()) == before[0]  # still signed with, until every location knows the new one
    assert 0 < after[0].active_from - time.time() <= 900
    assert signing_keys.current(after, after[0].active_from) == after[0]
    public = trusted(stack)
    assert list(public) == [key.id for key in after]
    assert all(verifies(key, public[key.id]) for key in after)

    version = rotate(stack)  # too early: it would drop the key that is signed with
    pending = {"Step": "createSecret", "SecretId": stack.target.names.secret("cookie-keys"), "ClientRequestToken": version}
    answer = invoke(stack, "signing-key", pending)
    assert answer["errorType"] == "RotationError"
    assert "has not settled" in answer["errorMessage"]
    assert keys_of(stack) == after
    assert trusted(stack) == public


def test_the_function_rotates_to_no_version_that_is_not_pending(stack: Stack) -> None:
    event = {"Step": "finishSecret", "SecretId": stack.target.names.secret("cookie-keys"), "ClientRequestToken": str(uuid.uuid4())}
    assert "is not pending" in invoke(stack, "signing-key", event)["errorMessage"]


def test_no_log_and_no_answer_holds_a_private_key(stack: Stack) -> None:
    group = stack.target.names.function_log_group("signing-key")
    logs = stack.world("logs")
    streams = [each["logStreamName"] for each in logs.describe_log_streams(logGroupName=group)["logStreams"]]
    lines = [e["message"] for name in streams for e in logs.get_log_events(logGroupName=group, logStreamName=name)["events"]]
    middles = [key.secret.splitlines()[5] for key in keys_of(stack)]  # of the PEM
    assert lines
    assert not [line for line in lines if "PRIVATE" in line or any(middle in line for middle in middles)]


def invoke(stack: Stack, function: str, event: Mapping[str, Any]) -> Any:
    name = stack.target.names.function(function)  # pyright: ignore[reportArgumentType]
    made = stack.world("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    return json.loads(made["Payload"].read())


def invalidated(stack: Stack) -> list[list[str]]:
    client = stack.world("cloudfront", "us-east-1")
    (media,) = [d for d in client.list_distributions()["DistributionList"]["Items"] if d["Aliases"]["Items"][0].startswith("media.")]
    listed = client.list_invalidations(DistributionId=media["Id"])["InvalidationList"].get("Items", [])
    batches = [client.get_invalidation(DistributionId=media["Id"], Id=each["Id"])["Invalidation"]["InvalidationBatch"] for each in listed]
    return [batch["Paths"]["Items"] for batch in batches]


def message(*title_ids: str) -> dict[str, Any]:
    prefixes = [f"{titles.RENDITIONS}{title_id}/0123456789abcdef/" for title_id in title_ids]
    return {"messageId": str(uuid.uuid4()), "body": json.dumps({"detail": {"prefixes": prefixes}})}


@pytest.fixture
def spent(stack: Stack) -> Iterator[Any]:
    """Sets what this hour has cost; afterwards it is what it was."""
    table, client = stack.target.names.table("invalidations"), stack.world("dynamodb")
    period = {invalidations.KEY: {"S": invalidations.hour_of(datetime.now(UTC), stack.target.region)}}
    before = client.get_item(TableName=table, Key=period).get("Item")

    def set_to(paths: int) -> None:
        client.put_item(TableName=table, Item={**period, invalidations.PATHS: {"N": str(paths)}})

    set_to(0)
    yield set_to
    client.put_item(TableName=table, Item=before or {**period, invalidations.PATHS: {"N": "0"}})


def test_a_takedown_is_invalidated_through_bus_queue_and_function(stack: Stack) -> None:
    detail = {"titleId": "gone", "prefixes": [f"{titles.RENDITIONS}gone/0123456789abcdef/", f"{titles.CLEAR}gone/0123456789abcdef/"]}
    entry = {"Source": titles.EVENT_SOURCE, "DetailType": titles.TAKEN_DOWN_EVENT, "Detail": json.dumps(detail)}
    stack.world("events").put_events(Entries=[{**entry, "EventBusName": stack.target.names.event_bus()}])
    wait_for(lambda: ["/titles/gone/0123456789abcdef/*"] in invalidated(stack), seconds=60)


def test_a_batch_costs_its_distinct_paths_and_the_same_batch_again_nothing_at_cloudfront(stack: Stack, spent: Any) -> None:
    batch = {"Records": [message("one"), message("two"), message("one")]}
    assert invoke(stack, "invalidate", batch) == {"batchItemFailures": []}
    assert invoke(stack, "invalidate", batch) == {"batchItemFailures": []}
    paths = ["/titles/one/0123456789abcdef/*", "/titles/two/0123456789abcdef/*"]
    assert invalidated(stack).count(paths) == 1


def test_over_the_limit_messages_wait_and_nothing_is_invalidated(stack: Stack, spent: Any) -> None:
    spent(99)
    first, second = message("third", "fourth"), message("fifth")
    waiting = invoke(stack, "invalidate", {"Records": [first, second]})["batchItemFailures"]
    assert waiting == [{"itemIdentifier": first["messageId"]}]  # two paths, and one was left
    assert ["/titles/fifth/0123456789abcdef/*"] in invalidated(stack)
    spent(100)
    assert invoke(stack, "invalidate", {"Records": [second]})["batchItemFailures"] == [{"itemIdentifier": second["messageId"]}]
    assert not [paths for paths in invalidated(stack) if "/titles/third/0123456789abcdef/*" in paths]


def test_a_message_that_names_no_title_waits_for_a_reader(stack: Stack, spent: Any) -> None:
    bad = [{**message("x"), "body": body} for body in ("", "{}", '{"detail": {"prefixes": ["titles/"]}}')]
    for record in bad:
        record["messageId"] = str(uuid.uuid4())
    good = message("sixth")
    answer = invoke(stack, "invalidate", {"Records": [*bad, good]})
    assert {failure["itemIdentifier"] for failure in answer["batchItemFailures"]} == {record["messageId"] for record in bad}
    assert ["/titles/sixth/0123456789abcdef/*"] in invalidated(stack)


PEM = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALx{}c=
-----END PUBLIC KEY-----"""


def test_a_key_group_is_made_changed_swept_and_removed(aws: World) -> None:
    client = aws("cloudfront", "us-east-1")
    group, other = KeyGroup(client, "marquee-x-cookie-keys"), KeyGroup(client, "marquee-y-cookie-keys")
    foreign = other.register(PEM.format("o"), "one")
    first, second, third = (group.register(PEM.format(letter), letter) for letter in "abc")
    assert group.find() is None
    made = group.trust([first, second])
    assert group.trust([first, second]) == made  # nothing to change
    changed = group.trust([third, second])
    assert (changed.id, changed.items) == (made.id, (third, second))
    assert changed.etag != made.etag
    group.sweep([third, second])
    left = {item["Id"] for item in client.list_public_keys()["PublicKeyList"]["Items"]}
    assert left == {second, third, foreign}
    assert group.register(PEM.format("z"), "d") != (again := group.register(PEM.format("y"), "d"))  # what a dead attempt left is replaced
    assert group.public_key(again) == PEM.format("y")
    group.delete()
    assert [item["Id"] for item in client.list_public_keys()["PublicKeyList"]["Items"]] == [foreign]
    with pytest.raises(ClientError):
        client.get_key_group(Id=made.id)
    group.delete()  # gone already

"""Tokens, revocations, keys and signed policies: the pure rules. What JavaScript makes of tokens is in tests/edge."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain import entitlements, revocations, signed_access, signing_keys
from marquee.domain.revocations import STATE_KEY, Revocation, State, entry_key, expired, keys_of, read_state
from marquee.domain.signing_keys import SigningKey
from marquee.domain.tokens import MAX_CHARACTERS, Claims, TokenError, live_scope, pseudonym, sign, title_scope, verify

NOW = 1_800_000_000
KEYS = {"0a0b0c0d": "k" * 43, "11111111": "o" * 43}
CLAIMS = Claims(
    session="0123456789abcdef01234567", user="0123456789abcdef", device="fedcba9876543210", quality="UHD", issued=NOW, expires=NOW + 60,
    scope=title_scope("my-film", "00112233445566ff"),
)  # fmt: skip
TOKEN = (
    "0a0b0c0d.MXwwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njd8MDEyMzQ1Njc4OWFiY2RlZnxmZ"
    "WRjYmE5ODc2NTQzMjEwfFVIRHwxODAwMDAwMDAwfDE4MDAwMDAwNjB8dGl0bGVzL215LWZ"
    "pbG0vMDAxMTIyMzM0NDU1NjZmZg.x744Lq6pmkptA1SVOO41uYnNR2CdsMVbuYL06Bln__o"
)
"""Computed with openssl from the text in docs/playback.md."""


def token(claims: Claims = CLAIMS, audience: Any = "path") -> str:
    return sign(claims, audience, key_id="0a0b0c0d", key=KEYS["0a0b0c0d"])


def test_the_format_does_not_change():
    assert token() == TOKEN


def test_a_token_says_what_it_was_signed_with():
    assert verify(token(), "path", keys=KEYS, now=NOW) == CLAIMS
    assert (CLAIMS.title, CLAIMS.version) == ("my-film", "00112233445566ff")
    live = replace(CLAIMS, scope=live_scope("news"))
    assert (live.title, live.version) == ("news", "")
    assert verify(token(live, "licence"), "licence", keys=KEYS, now=NOW) == live


def test_a_path_token_may_name_an_asset_and_one_of_before_names_none():
    named = replace(CLAIMS, asset=f"eu-west-1/{'a' * 32}")
    assert verify(token(named), "path", keys=KEYS, now=NOW) == named
    assert verify(TOKEN, "path", keys=KEYS, now=NOW).asset is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "malformed"), ("a.b", "malformed"), (token() + "=", "malformed"), (token() + "\n", "malformed"), ("x" * 10_000, "malformed"),
        (token().replace("0a0b0c0d", "0A0B0C0D"), "malformed"), (token().replace("0a0b0c0d", "22222222"), "unknown key"),
        (token().replace("0a0b0c0d", "11111111"), "bad signature"), (token()[:-1] + "~", "malformed"),
        (token(audience="licence"), "bad signature"),
        (token(replace(CLAIMS, expires=NOW)), "expired"),
    ],
)  # fmt: skip
def test_what_opens_nothing(text: str, why: str):
    with pytest.raises(TokenError, match=why):
        verify(text, "path", keys=KEYS, now=NOW)


@settings(max_examples=60)
@given(st.integers(0, len(token()) - 1), st.sampled_from("ABCXYZabcxyz0189-_."))
def test_no_changed_character_passes(at: int, other: str):
    text = token()[:at] + other + token()[at + 1 :]
    if text != token():
        with pytest.raises(TokenError):
            verify(text, "path", keys=KEYS, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"session": "x"}, {"session": "0" * 23}, {"user": "someone@example.org"}, {"device": "D" * 16}, {"quality": "4K"}, {"issued": -1},
        {"expires": 10**11}, {"scope": "titles/my-film"}, {"scope": "titles/my-film/00112233445566ff/"},
        {"scope": "titles/../00112233445566ff"},
        {"scope": "titles/My-Film/00112233445566ff"}, {"scope": "_live/"}, {"scope": "_live/a/b"}, {"scope": "live/a"}, {"scope": ""},
        {"scope": "_live/a|b"},
        {"asset": ""}, {"asset": "a" * 32}, {"asset": f"eu-west-1/{'A' * 32}"}, {"asset": f"eu-west-1/{'a' * 33}"},
        {"asset": f"../{'a' * 32}"},
        {"asset": f"eu-west-1/{'a' * 32}/"}, {"asset": f"eu/{'a' * 32}"}, {"asset": f"eu-west-1/{'a' * 32}|x"},
    ],
)  # fmt: skip
def test_claims_that_no_verifier_takes_are_not_signed(change: dict[str, Any]):
    with pytest.raises(ValueError, match="no token can say"):
        token(replace(CLAIMS, **change))


def test_a_key_id_is_eight_digits():
    with pytest.raises(ValueError, match="8 hexadecimal"):
        sign(CLAIMS, "path", key_id="key-1", key="k")


def test_the_longest_token_fits():
    longest = replace(
        CLAIMS, scope=title_scope("a" * 64, "f" * 16), issued=99_999_999_999, expires=99_999_999_999, asset=f"ap-{'x' * 20}-12/{'f' * 32}"
    )
    assert len(token(longest)) < MAX_CHARACTERS


def test_pseudonyms_are_stable_and_say_nothing():
    assert pseudonym("viewer@example.org") == "005fc202e81ff0de"
    assert pseudonym("a") != pseudonym("b")
    assert len(pseudonym("a" * 1000)) == 16


REVOKED = Revocation("user", CLAIMS.user, NOW, NOW + 60)


@pytest.mark.parametrize(
    ("revocation", "refuses"),
    [
        (REVOKED, True),
        (replace(REVOKED, before=NOW - 1), False),
        (replace(REVOKED, subject="0" * 16), False),
        (Revocation("device", CLAIMS.user, NOW, NOW + 60), False),
        (Revocation("title", "my-film", NOW, NOW + 60), True),
        (Revocation("session", CLAIMS.session, NOW, NOW + 60), True),
    ],
)
def test_a_revocation_ends_what_was_issued_before(revocation: Revocation, refuses: bool):
    assert revocation.refuses(CLAIMS) is refuses


def test_the_store_holds_four_keys_a_token():
    assert keys_of(CLAIMS) == (f"s:{CLAIMS.session}", f"u:{CLAIMS.user}", "t:my-film", f"d:{CLAIMS.device}")
    assert (REVOKED.key, REVOKED.value) == (f"u:{CLAIMS.user}", f"{NOW}.{NOW + 60}")
    assert revocations.read(REVOKED.key, REVOKED.value) == REVOKED


@pytest.mark.parametrize(("key", "value"), [("state", "{}"), ("x:y", "1.2"), ("u:", "1.2"), ("u:y", "1"), ("u:y", "1.x"), ("u:y", "-1.2")])
def test_other_entries_are_no_revocations(key: str, value: str):
    with pytest.raises(ValueError, match="no revocation"):
        revocations.read(key, value)


def test_entries_expire_with_the_last_token():
    entries = {STATE_KEY: State().text, "u:a": f"1.{NOW}", "u:b": f"1.{NOW + 1}", "junk": "?", "t:c": "broken"}
    assert expired(entries, NOW) == ["u:a", "junk", "t:c"]


def test_the_state_is_read_as_it_was_written():
    state = State((("0a0b0c0d", "k"), ("11111111", "o")), revoked=True)
    assert read_state(state.text) == state
    assert read_state(None) == State((), revoked=False)
    assert len(State(tuple((f"{n:08x}", "k" * 43) for n in range(signing_keys.KEPT)), revoked=True).text) < 1024  # a value's limit


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"keys": null, "revoked": true}', '{"keys": {"a": "secret"}'])
def test_a_broken_state_is_not_repeated(text: str):
    with pytest.raises(ValueError, match="cannot be read") as caught:
        read_state(text)
    assert "secret" not in str(caught.value)


def key(number: int, active_from: int = 0) -> SigningKey:
    return SigningKey(id=f"{number:08x}", secret=f"secret-{number}", active_from=active_from)


def test_a_rotation_keeps_the_key_before():
    assert signing_keys.rotated((), key(1)) == (key(1),)
    assert signing_keys.rotated((key(1),), key(2)) == (key(2), key(1))
    assert signing_keys.rotated((key(2), key(1)), key(3)) == (key(3), key(2))
    assert signing_keys.rotated((key(2), key(1)), key(2)) == (key(2), key(1))  # the same step twice


def test_a_new_key_waits_until_the_edge_knows_it():
    keys = (key(2, NOW + 300), key(1, 0))
    assert signing_keys.current(keys, NOW) == key(1, 0)
    assert signing_keys.current(keys, NOW + 300) == key(2, NOW + 300)
    assert signing_keys.current(keys[:1], NOW) == key(2, NOW + 300)  # the first one of all does not
    with pytest.raises(ValueError, match="never rotated"):
        signing_keys.current((), NOW)


def test_a_secret_is_read_as_it_was_written_and_never_repeated():
    assert signing_keys.load(signing_keys.dump([key(2, 5), key(1)])) == (key(2, 5), key(1))
    for text in ("", "secret-1", '{"keys": [{"id": "1", "secret": "secret-1"}]}', "[]"):
        with pytest.raises(ValueError, match="no signing keys") as caught:
            signing_keys.load(text)
        assert "secret-1" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_policy_names_resource_expiry_and_address():
    assert signed_access.policy("https://media.example.org/t/x/*", expires=NOW) == (
        b'{"Statement":[{"Resource":"https://media.example.org/t/x/*","Condition":{"DateLessThan":{"AWS:EpochTime":1800000000}}}]}'
    )
    bound = json.loads(signed_access.policy("https://m/*", expires=1, address="203.0.113.9"))["Statement"][0]["Condition"]
    assert bound["IpAddress"] == {"AWS:SourceIp": "203.0.113.9/32"}
    assert b"203.0.113.0/24" in signed_access.policy("https://m/*", expires=1, address="203.0.113.0/24")


@given(st.binary(max_size=64))
def test_cloudfronts_base64_stays_readable(data: bytes):
    text = signed_access.encode(data)
    assert not set(text) & set("+=/")
    assert b64decode(text.translate(str.maketrans("-_~", "+=/"))) == data


def test_cookies_and_urls_carry_the_same():
    signed = signed_access.Signed(policy="p", signature="s", key_id="K")
    assert signed_access.cookies(signed) == {"CloudFront-Policy": "p", "CloudFront-Signature": "s", "CloudFront-Key-Pair-Id": "K"}
    assert signed_access.url("https://m/a", signed) == "https://m/a?Policy=p&Signature=s&Key-Pair-Id=K"
    assert signed_access.url("https://m/a?b=c", signed) == "https://m/a?b=c&Policy=p&Signature=s&Key-Pair-Id=K"


@pytest.mark.parametrize(
    ("items", "best"),
    [
        ([], None),
        ([{"quality": "SD"}, {"quality": "UHD"}, {"quality": "HD"}], "UHD"),
        ([{"quality": "UHD", "expires": NOW}, {"quality": "SD", "expires": NOW + 1}], "SD"),
        ([{"quality": "8K"}, {"before": NOW, "expires": NOW + 1}], None),
    ],
)
def test_the_best_right_counts(items: list[dict[str, Any]], best: str | None):
    assert entitlements.best(items, NOW) == best


def test_the_lower_quality_wins():
    assert entitlements.at_most("UHD", "SD") == "SD"
    assert entitlements.at_most("SD", "UHD") == "SD"
    assert entitlements.revocation_item(REVOKED) == {
        "userId": f"revoked#{entry_key('user', CLAIMS.user)}", "contentId": "-", "before": NOW, "expires": NOW + 60,
    }  # fmt: skip

"""Signed URLs and cookies, canned and custom policies, as CloudFront takes them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marquee.domain import signed_access
from marquee.emulator.edge.trust import Access, problem

NOW = 1_800_000_000
URL = "https://media.example.org/t/token/film.mp4"
OLD, NEW = (rsa.generate_private_key(65_537, 2048) for _ in range(2))


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed(text: bytes, key: rsa.RSAPrivateKey = OLD) -> str:
    return signed_access.encode(key.sign(text, padding.PKCS1v15(), SHA1()))  # noqa: S303 CloudFront's


def canned(url: str, expires: int) -> dict[str, str]:
    text = f'{{"Statement":[{{"Resource":"{url}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
    return {"Expires": str(expires), "Signature": signed(text.encode()), "Key-Pair-Id": "OLD"}


def custom(document: Any, key: rsa.RSAPrivateKey = OLD, id: str = "OLD") -> dict[str, str]:
    text = json.dumps(document, separators=(",", ":")).encode()
    return {"Policy": signed_access.encode(text), "Signature": signed(text, key), "Key-Pair-Id": id}


def statement(resource: str | None = URL, **condition: Any) -> dict[str, Any]:
    conditions = {"DateLessThan": {"AWS:EpochTime": NOW + 60}, **condition}
    return {"Statement": [{**({"Resource": resource} if resource else {}), "Condition": conditions}]}


def asked(*, queries: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None, url: str = URL) -> Access:
    named = {f"CloudFront-{name}": value for name, value in (cookies or {}).items()}
    return Access(url=url, queries=queries or {}, cookies=named, address="192.0.2.7", now=NOW)


def answer(access: Access, **keys: rsa.RSAPrivateKey) -> str | None:
    return problem(access, {name: pem(key) for name, key in (keys or {"OLD": OLD}).items()})


@pytest.mark.parametrize("means", ["queries", "cookies"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (canned(URL, NOW + 60), None),
        (canned(URL, NOW), "Expired"),
        (canned(f"{URL}x", NOW + 60), "BadSignature"),
        ({**canned(URL, NOW + 60), "Expires": str(NOW + 61)}, "BadSignature"),
        ({**canned(URL, NOW + 60), "Expires": "soon"}, "BadSignature"),
        ({**canned(URL, NOW + 60), "Key-Pair-Id": "NEW"}, "UnknownKey"),
        (custom(statement()), None),
        (custom(statement("https://media.example.org/t/token/*")), None),
        (custom(statement("https://media.example.org/t/toke?/*")), None),
        (custom(statement("https://media.example.org/t/[a-z]*/*")), "OtherResource"),
        (custom(statement("https://media.example.org/t/other/*")), "OtherResource"),
        (custom(statement("http://media.example.org/t/token/*")), "OtherResource"),
        (custom(statement(None)), None),
        (custom(statement(DateLessThan={"AWS:EpochTime": NOW})), "Expired"),
        (custom(statement(DateGreaterThan={"AWS:EpochTime": NOW - 1})), None),
        (custom(statement(DateGreaterThan={"AWS:EpochTime": NOW})), "NotYet"),
        (custom(statement(IpAddress={"AWS:SourceIp": "192.0.2.7"})), None),
        (custom(statement(IpAddress={"AWS:SourceIp": "192.0.2.0/24"})), None),
        (custom(statement(IpAddress={"AWS:SourceIp": "192.0.2.8/32"})), "OtherAddress"),
        (custom(statement(IpAddress={"AWS:SourceIp": "0.0.0.0/0"})), None),
        (custom(statement(DateLessThan={})), "MalformedPolicy"),
        (custom(statement(DateLessThan={"AWS:EpochTime": "never"})), "MalformedPolicy"),
        (custom({"Statement": []}), "MalformedPolicy"),
        (custom({"Statement": statement()["Statement"] * 2}), "MalformedPolicy"),
        (custom({"Statement": ["all"]}), "MalformedPolicy"),
        (custom([]), "MalformedPolicy"),
        ({**custom(statement()), "Policy": custom(statement("*"))["Policy"]}, "BadSignature"),
        ({**custom(statement()), "Signature": "!"}, "BadSignature"),
    ],
)
def test_what_lets_in(means: str, given: Mapping[str, str], expected: str | None) -> None:
    access = asked(queries=given) if means == "queries" else asked(cookies=given)
    assert answer(access) == expected


def test_a_url_counts_before_cookies() -> None:
    good, bad = canned(URL, NOW + 60), canned(URL, NOW)
    assert answer(asked(queries=good, cookies=bad)) is None
    assert answer(asked(queries=bad, cookies=good)) == "Expired"


def test_other_queries_belong_to_a_canned_policy_s_address() -> None:
    access = asked(queries=canned(f"{URL}?a=b", NOW + 60), url=f"{URL}?a=b")
    assert answer(access) is None
    assert answer(replace(access, url=f"{URL}?a=c")) == "BadSignature"
    assert answer(replace(access, url=URL)) == "BadSignature"


def test_an_old_key_holds_until_it_leaves_the_group() -> None:
    before, after = custom(statement()), custom(statement(), NEW, "NEW")
    assert [answer(asked(cookies=one), OLD=OLD, NEW=NEW) for one in (before, after)] == [None, None]
    assert [answer(asked(cookies=one), NEW=NEW) for one in (before, after)] == ["UnknownKey", None]
    assert answer(asked(cookies={**before, "Key-Pair-Id": "NEW"}), OLD=OLD, NEW=NEW) == "BadSignature"

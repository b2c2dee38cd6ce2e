"""Statements of the emulated firewall, each by what fits and what does not, and what cannot be judged."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.emulator.firewall.transformations import transformed
from marquee.emulator.firewall.web_acl import WebAcl
from tests.firewall_stand import ARN, PLAIN, acl, judged, request, rule

SET = ARN.replace("webacl/acl", "ipset/set")
PATTERNS = ARN.replace("webacl/acl", "regexpatternset/set")
SQLI: dict[str, Any] = {"SqliMatchStatement": {"FieldToMatch": {"QueryString": {}}, "TextTransformations": PLAIN}}


def byte(text: str, where: str = "CONTAINS", field: Any = None, *changes: str) -> dict[str, Any]:
    listed = [{"Priority": number, "Type": kind} for number, kind in enumerate(changes)] or PLAIN
    given = {"FieldToMatch": field or {"UriPath": {}}, "PositionalConstraint": where, "SearchString": text.encode()}
    return {"ByteMatchStatement": {**given, "TextTransformations": listed}}


def size(comparison: str, number: int, field: Any) -> dict[str, Any]:
    given = {"FieldToMatch": field, "ComparisonOperator": comparison, "Size": number, "TextTransformations": PLAIN}
    return {"SizeConstraintStatement": given}


@pytest.mark.parametrize(
    ("where", "fits", "does_not"),
    [
        ("EXACTLY", "admin", "admins"), ("STARTS_WITH", "adminx", "xadmin"), ("ENDS_WITH", "xadmin", "adminx"),
        ("CONTAINS", "xadminx", "adm"), ("CONTAINS_WORD", "/an-admin.php", "/administrator"),
    ],
)  # fmt: skip
def test_bytes_at_their_place(where: str, fits: str, does_not: str) -> None:
    assert judged(byte("admin", where), request(fits)) is True
    assert judged(byte("admin", where), request(does_not)) is False


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ({"Method": {}}, request(method="needle")),
        ({"QueryString": {}}, request(query="a=needle")),
        ({"SingleHeader": {"Name": "X-One"}}, request(headers={"x_one": "needle"})),
        ({"SingleQueryArgument": {"Name": "one"}}, request(query="two=x&One=n%65edle")),
        ({"AllQueryArguments": {}}, request(query="two=x&one=needle")),
        ({"Body": {"OversizeHandling": "CONTINUE"}}, request(body=b"a needle")),
        ({"Cookies": {"MatchPattern": {"IncludedCookies": ["one"]}, "MatchScope": "VALUE"}}, request(cookies={"one": "needle"})),
        ({"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "KEY"}}, request(headers={"needle": "x"})),
        ({"Headers": {"MatchPattern": {"ExcludedHeaders": ["b"]}}}, request(headers={"a": "needle"})),
    ],
)
def test_the_part_that_is_looked_at(field: dict[str, Any], asked: Any) -> None:
    assert judged(byte("needle", "CONTAINS", field), asked) is True
    assert judged(byte("needle", "CONTAINS", field), request(cookies={"other": "x"})) is False


def test_what_is_left_out_of_a_list_does_not_fit() -> None:
    excluded = {"Headers": {"MatchPattern": {"ExcludedHeaders": ["a"]}, "MatchScope": "ALL"}}
    assert judged(byte("needle", "CONTAINS", excluded), request(headers={"a": "needle"})) is False


@pytest.mark.parametrize(("oversize", "found"), [("CONTINUE", False), ("MATCH", True), ("NO_MATCH", False)])
def test_a_body_that_is_too_large_to_inspect(oversize: str, found: bool) -> None:
    body = {"Body": {"OversizeHandling": oversize}}
    assert judged(byte("needle", "CONTAINS", body), request(body=b"x" * 16_384 + b"needle")) is found
    assert judged(byte("needle", "CONTAINS", body), request(body=b"x" * 16_378 + b"needle")) is True


def test_a_body_of_which_the_acl_inspects_more() -> None:
    config = {"RequestBody": {"CLOUDFRONT": {"DefaultSizeInspectionLimit": "KB_64"}}}
    made = WebAcl(acl(rule(byte("needle", "CONTAINS", {"Body": {}})), AssociationConfig=config))
    assert made.judge(request(body=b"x" * 40_000 + b"needle"), 0).action == "BLOCK"


@pytest.mark.parametrize(
    ("operator", "fits", "does_not"), [("EQ", 5, 4), ("NE", 4, 5), ("LE", 5, 6), ("LT", 4, 5), ("GE", 5, 4), ("GT", 6, 5)]
)
def test_sizes(operator: str, fits: int, does_not: int) -> None:
    statement = size(operator, 5, {"QueryString": {}})
    assert judged(statement, request(query="q" * fits)) is True
    assert judged(statement, request(query="q" * does_not)) is False
    assert judged(size(operator, 5, {"SingleHeader": {"Name": "absent"}}), request()) is False  # what is not there has no size


def test_patterns() -> None:
    one = {"RegexMatchStatement": {"RegexString": "^/v[0-9]+$", "FieldToMatch": {"UriPath": {}}, "TextTransformations": PLAIN}}
    assert (judged(one, request("/v12")), judged(one, request("/v12/x"))) == (True, False)
    several = {"RegexPatternSetReferenceStatement": {"ARN": PATTERNS, "FieldToMatch": {"UriPath": {}}, "TextTransformations": PLAIN}}
    sets = {PATTERNS: ["^/a", "b$"]}
    assert [judged(several, request(path), pattern_sets=sets) for path in ("/ax", "/xb", "/x")] == [True, True, False]


def test_addresses() -> None:
    statement: dict[str, Any] = {"IPSetReferenceStatement": {"ARN": SET}}
    sets = {SET: ["192.0.2.0/28", "2001:db8::/32"]}
    addresses = ("192.0.2.15", "192.0.2.16", "2001:db8::1", "2001:db9::1")
    assert [judged(statement, request(address=one), ip_sets=sets) for one in addresses] == [True, False, True, False]


@pytest.mark.parametrize(
    ("position", "header", "fallback", "found"),
    [
        ("FIRST", "192.0.2.1, 203.0.113.1", "NO_MATCH", True), ("FIRST", "203.0.113.1, 192.0.2.1", "NO_MATCH", False),
        ("LAST", "203.0.113.1, 192.0.2.1", "NO_MATCH", True), ("ANY", "203.0.113.1, 192.0.2.1, 203.0.113.2", "NO_MATCH", True),
        ("ANY", "somebody", "MATCH", True), ("ANY", "somebody", "NO_MATCH", False), ("ANY", None, "MATCH", False),
    ],
)  # fmt: skip
def test_addresses_that_a_header_names(position: str, header: str | None, fallback: str, found: bool) -> None:
    config = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": fallback, "Position": position}
    asked = request(headers={"x_forwarded_for": header} if header else {}, address="198.51.100.1")
    statement = {"IPSetReferenceStatement": {"ARN": SET, "IPSetForwardedIPConfig": config}}
    assert judged(statement, asked, ip_sets={SET: ["192.0.2.0/24"]}) is found


def test_countries() -> None:
    statement = {"GeoMatchStatement": {"CountryCodes": ["KP", "AQ"]}}
    assert [judged(statement, request(country=country)) for country in ("AQ", "DE", "")] == [True, False, False]


TRUE, FALSE = byte("/", "STARTS_WITH"), byte("x", "STARTS_WITH")


@pytest.mark.parametrize(
    ("statement", "truth"),
    [
        ({"NotStatement": {"Statement": TRUE}}, False), ({"NotStatement": {"Statement": FALSE}}, True),
        ({"NotStatement": {"Statement": SQLI}}, None),
        ({"AndStatement": {"Statements": [TRUE, TRUE]}}, True), ({"AndStatement": {"Statements": [TRUE, FALSE]}}, False),
        ({"AndStatement": {"Statements": [SQLI, FALSE]}}, False), ({"AndStatement": {"Statements": [TRUE, SQLI]}}, None),
        ({"OrStatement": {"Statements": [FALSE, TRUE]}}, True), ({"OrStatement": {"Statements": [FALSE, FALSE]}}, False),
        ({"OrStatement": {"Statements": [SQLI, TRUE]}}, True), ({"OrStatement": {"Statements": [FALSE, SQLI]}}, None),
    ],
)  # fmt: skip
def test_not_and_or_over_what_is_unknown_too(statement: dict[str, Any], truth: bool | None) -> None:
    assert judged(statement, request("/")) is truth


@pytest.mark.parametrize(
    "statement",
    [
        SQLI,
        {"XssMatchStatement": {"FieldToMatch": {"QueryString": {}}, "TextTransformations": PLAIN}},
        {"AsnMatchStatement": {"AsnList": [1]}},
        byte("x", "CONTAINS", {"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}),
        byte("x", "CONTAINS", {"JsonBody": {"MatchPattern": {"All": {}}, "MatchScope": "ALL"}}),
        byte("x", "CONTAINS", None, "JS_DECODE"),
        {"GeoMatchStatement": {"CountryCodes": ["AQ"], "ForwardedIPConfig": {"HeaderName": "x", "FallbackBehavior": "MATCH"}}},
        {"IPSetReferenceStatement": {"ARN": "arn:gone"}},
        {"RegexMatchStatement": {"RegexString": r"(?|a|b)", "FieldToMatch": {"UriPath": {}}, "TextTransformations": PLAIN}},
    ],
)
def test_what_cannot_be_judged_is_unknown(statement: dict[str, Any]) -> None:
    assert judged(statement, request()) is None


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("NONE", b"A%41", b"A%41"), ("LOWERCASE", b"AbC", b"abc"), ("URL_DECODE", b"%2e%2E+x", b".. x"),
        ("COMPRESS_WHITE_SPACE", b"a \t\n b", b"a b"), ("HTML_ENTITY_DECODE", b"&lt;b&#x3e;&#39;", b"<b>'"),
        ("CMD_LINE", b'C"M^D ,;  /x (Y', b"cmd/x(y"), ("BASE64_DECODE", base64.b64encode(b"abc"), b"abc"), ("BASE64_DECODE", b"!", b"!"),
        ("BASE64_DECODE_EXT", b"Y W.J*j", b"abc"), ("HEX_DECODE", b"6162", b"ab"), ("HEX_DECODE", b"xy", b"xy"),
        ("MD5", b"", bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")), ("REMOVE_NULLS", b"a\0b", b"ab"),
        ("REPLACE_NULLS", b"a\0b", b"a b"), ("NORMALIZE_PATH", b"//a/./b/../c", b"/a/c"), ("NORMALIZE_PATH_WIN", rb"\a\..\b", b"/b"),
    ],
)  # fmt: skip
def test_text_transformations(kind: str, before: bytes, after: bytes) -> None:
    assert transformed([{"Priority": 0, "Type": kind}])(before) == after


def test_transformations_run_by_priority() -> None:
    changes = [{"Priority": 2, "Type": "LOWERCASE"}, {"Priority": 1, "Type": "URL_DECODE"}]
    assert transformed(changes)(b"%41") == b"a"  # the other way around it is A


@given(st.binary(max_size=50))
def test_no_bytes_break_a_transformation(data: bytes) -> None:
    kinds = ("URL_DECODE", "HTML_ENTITY_DECODE", "CMD_LINE", "BASE64_DECODE", "BASE64_DECODE_EXT", "HEX_DECODE", "NORMALIZE_PATH_WIN")
    for kind in kinds:
        assert isinstance(transformed([{"Priority": 0, "Type": kind}])(data), bytes)

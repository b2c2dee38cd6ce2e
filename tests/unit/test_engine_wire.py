"""Values to Pulumi's wire and back."""

import math
from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.engine import UNKNOWN, Archive, Asset, Secret
from marquee.engine.wire import OUTPUT, RESOURCE, SIGNATURE, UNKNOWN_TEXT, decode, encode

names = st.text(min_size=1, max_size=8).filter(lambda name: name != SIGNATURE)
texts = st.text(max_size=12).filter(lambda text: text != UNKNOWN_TEXT)
leaves = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    texts,
    st.just(UNKNOWN),
    texts.map(lambda path: Asset(path=path)),
    texts.map(lambda text: Asset(text=text)),
    texts.map(lambda uri: Archive(uri=uri)),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(names, inner, max_size=4),
        inner.filter(lambda value: not isinstance(value, Secret)).map(Secret),
        st.dictionaries(names, texts.map(lambda path: Asset(path=path)), max_size=2).map(lambda assets: Archive(assets={**assets})),
    ),
    max_leaves=12,
)


@settings(max_examples=40)
@given(st.dictionaries(names, values, max_size=5))
def test_there_and_back(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties


@settings(max_examples=40)
@given(st.dictionaries(names, values, max_size=5))
def test_names_are_in_order(properties: dict[str, Any]) -> None:
    assert list(decode(encode(properties))) == sorted(properties)


def test_whole_numbers_are_integers() -> None:
    found = decode(encode({"a": 3, "b": 3.0, "c": 3.5}))
    assert [(value, type(value)) for value in found.values()] == [(3, int), (3, int), (3.5, float)]
    assert not math.isnan(found["a"])


def test_null_is_an_absent_property_but_keeps_its_place_in_a_list() -> None:
    assert decode(encode({"a": None, "b": {"c": None}, "d": [None, 1]})) == {"b": {}, "d": [None, 1]}


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({SIGNATURE: RESOURCE, "urn": "u", "id": "i"}, "i"),
        ({SIGNATURE: RESOURCE, "urn": "u", "id": UNKNOWN_TEXT}, UNKNOWN),
        ({SIGNATURE: RESOURCE, "urn": "u"}, "u"),
        ({SIGNATURE: OUTPUT, "value": "v", "dependencies": ["u"]}, "v"),
        ({SIGNATURE: OUTPUT}, UNKNOWN),
        ({SIGNATURE: OUTPUT, "value": "v", "secret": True}, Secret("v")),
    ],
)
def test_references_and_output_values(fields: dict[str, Any], value: Any) -> None:
    struct = struct_pb2.Struct()
    struct.update({"x": fields})
    assert decode(struct) == {"x": value}


def test_an_unheard_of_mark_is_an_error() -> None:
    struct = struct_pb2.Struct()
    struct.update({"x": {SIGNATURE: "?"}})
    with pytest.raises(ValueError, match="unknown signature"):
        decode(struct)


def test_what_is_no_value_is_an_error() -> None:
    with pytest.raises(TypeError, match="set is no"):
        encode({"x": {1, 2}})

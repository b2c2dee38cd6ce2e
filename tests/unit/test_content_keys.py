"""Names of contents and ids of keys: the same for ever, each leading back to its title."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.content_keys import LABELS, LIVE, Content, content_key, key_id, key_ids

TITLES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", fullmatch=True)
VERSIONS = st.from_regex("[0-9a-f]{16}", fullmatch=True) | st.just(LIVE)
CONTENTS = st.builds(Content, TITLES, VERSIONS)


@settings(max_examples=40)
@given(CONTENTS)
def test_a_content_id_is_what_aws_takes_and_leads_back(content: Content) -> None:
    assert re.fullmatch("[0-9a-zA-Z_-]{1,256}", content.id)
    assert Content.of(content.id) == content


@settings(max_examples=30)
@given(CONTENTS, CONTENTS)
def test_no_two_contents_share_a_key(one: Content, other: Content) -> None:
    shared = set(key_ids(one).values()) & set(key_ids(other).values())
    assert bool(shared) is (one == other)


def test_ids_never_change() -> None:
    film = Content("a-film", "00112233445566aa")
    assert {label: str(kid) for label, kid in key_ids(film).items()} == {
        "AUDIO": "3e7018dc-09a1-5726-9f7b-c61feaf2fa1f",
        "SD": "dfb7490e-46e9-50a0-9474-71213b41e3c6",
        "HD": "86ede1b6-f28d-5167-8200-3cccd2ffd3c8",
        "UHD": "c04fa1ae-1277-5f53-85b5-0026bf068722",
    }
    assert len({key_id(film, label, period) for label in LABELS for period in (None, 0, 1)}) == 12
    assert all(kid.version == 5 for kid in key_ids(film).values())


@pytest.mark.parametrize(
    "name", ["", "a-film", "a-film_", "_00112233445566aa", "A_00112233445566aa", "a-film_00112233445566AA", "a_b_live"]
)
def test_other_names_are_no_contents(name: str) -> None:
    with pytest.raises(ValueError, match="title"):
        Content.of(name)


def test_a_key_is_half_of_a_mac_of_the_right_kind() -> None:
    assert content_key(bytes(range(32))) == bytes(range(16))
    with pytest.raises(ValueError, match="48 bytes"):
        content_key(bytes(48))

"""Names of titles and uploads, and how a rendition is cut."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.domain import titles
from marquee.domain.segments import gop_frames, segment_count


@pytest.mark.parametrize(
    ("text", "slug"),
    [("My Film (2019)", "my-film-2019"), ("a", "a"), ("--x--", "x"), ("Ünïcode", "n-code"), ("日本", ""), ("x" * 100, "x" * 64)],
)
def test_slug(text: str, slug: str) -> None:
    assert titles.slug(text) == slug


@given(st.text(max_size=200))
def test_every_slug_is_a_title_id_or_nothing(text: str) -> None:
    slug = titles.slug(text)
    assert slug == "" or titles.is_title_id(slug)


@pytest.mark.parametrize("text", ["", "-", "-a", "a-", "A", "a_b", "a b", "é", "x" * 65, "a/b", "a\n"])
def test_what_is_no_title_id(text: str) -> None:
    assert not titles.is_title_id(text)


@given(st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?\Z"), st.text(min_size=1, max_size=60).filter(lambda name: "/" not in name))
def test_a_masters_key_leads_back_to_its_title(title_id: str, name: str) -> None:
    key = titles.master_key(title_id, name)
    assert titles.title_of(key) == title_id
    moved = titles.quarantine_key(key, "v1")
    assert moved.startswith(titles.QUARANTINE)
    assert titles.title_of(moved) == titles.UNKNOWN
    assert moved != titles.quarantine_key(key, "v2")


@pytest.mark.parametrize(("title_id", "name"), [("film", "a/b"), ("film", ""), ("Film", "a"), ("film", "x" * 900)])
def test_keys_that_are_refused(title_id: str, name: str) -> None:
    with pytest.raises(ValueError, match="key"):
        titles.master_key(title_id, name)


def test_the_unknown_title_can_never_be_one() -> None:
    assert not titles.is_title_id(titles.UNKNOWN)


def test_a_quarantined_key_stays_within_what_s3_allows() -> None:
    key = titles.master_key("x" * 64, "n" * 800)
    assert len(titles.reason_key(key, "v" * 64).encode()) <= 1024


@pytest.mark.parametrize(
    ("rate", "gop", "frames"),
    [
        (Fraction(25), Fraction(2), 50),
        (Fraction(30000, 1001), Fraction(2), 60),
        (Fraction(24000, 1001), Fraction(1), 24),
        (Fraction(1, 10), Fraction(2), 1),
    ],
)
def test_gop_frames(rate: Fraction, gop: Fraction, frames: int) -> None:
    assert gop_frames(rate, gop) == frames


@pytest.mark.parametrize(
    ("seconds", "rate", "segments"),
    [
        (Fraction(6), Fraction(25), 1),
        (Fraction(6001, 1000), Fraction(25), 2),
        (Fraction(6006, 1000), Fraction(30000, 1001), 1),  # three groups of 60 frames last 6.006 s
        (Fraction(6006, 1000), None, 2),
        (Fraction(1, 1000), Fraction(25), 1),
    ],
)
def test_segment_count(seconds: Fraction, rate: Fraction | None, segments: int) -> None:
    assert segment_count(seconds, rate, segment_seconds=Fraction(6), gop_seconds=Fraction(2)) == segments


def test_a_version_follows_from_the_uploads_own_and_nothing_else() -> None:
    version = titles.version_of("3HL4kqtJvjVBH40Nrjfkd")
    assert version == titles.version_of("3HL4kqtJvjVBH40Nrjfkd") == "4ce1d782d7517756"
    assert version != titles.version_of("3HL4kqtJvjVBH40Nrjfke")
    assert titles.rendition_prefix("film", version) == f"titles/film/{version}/"
    assert titles.rendition_prefix("film", version, clear=True) == f"clear/film/{version}/"
    assert titles.kept_prefix("film", version) == f"film/{version}/"

"""What the probe is made of: ranged reads, containers, attribute values."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.attributes import attribute
from runtime.ingest.containers import container_of
from runtime.ingest.ranges import BudgetExceededError, RangeReader

MIB = 1024 * 1024


class TestRangeReader:
    @settings(max_examples=50, deadline=None)
    @given(size=st.integers(0, 600_000), steps=st.lists(st.tuples(st.integers(0, 650_000), st.integers(-1, 300_000)), max_size=12))
    def test_it_reads_as_a_file_does(self, size: int, steps: list[tuple[int, int]]) -> None:
        content = bytes(index % 251 for index in range(size))
        fetched: list[tuple[int, int]] = []

        def fetch(first: int, last: int) -> bytes:
            fetched.append((first, last))
            return content[first : last + 1]

        ours, file = RangeReader(fetch, size, budget=10 * MIB), io.BytesIO(content)
        for start, length in steps:
            ours.seek(start)
            file.seek(start)
            assert ours.read(length) == file.read(length)
            assert ours.tell() == file.tell()
        read = [byte for first, last in fetched for byte in range(first, last + 1, RangeReader.BLOCK)]
        assert len(read) == len(set(read)), "a block was read twice"
        assert all(0 <= first <= last < size for first, last in fetched)

    def test_reading_on_fetches_ever_more_at_once(self) -> None:
        asked: list[int] = []
        reader = RangeReader(lambda first, last: bytes(asked.append(last + 1 - first) or last + 1 - first), 64 * MIB, budget=64 * MIB)
        while reader.read(65536) and reader.tell() < 32 * MIB:
            pass
        assert asked[0] == RangeReader.BLOCK
        assert max(asked) == 4 * MIB
        assert asked == sorted(asked)

    def test_it_stops_before_its_budget(self) -> None:
        reader = RangeReader(lambda first, last: bytes(last + 1 - first), 10 * MIB, budget=MIB)
        with pytest.raises(BudgetExceededError):
            reader.read()
        assert reader.fetched <= MIB

    def test_a_short_answer_is_an_error_and_no_verdict(self) -> None:
        reader = RangeReader(lambda first, last: b"", 100, budget=MIB)
        with pytest.raises(OSError, match="asked for 100 bytes"):
            reader.read(1)


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\0\0\0\x18ftypisom", "iso"),
        (b"\0\0\0\x08wide\0\0", "iso"),
        (b"\x1a\x45\xdf\xa3", "matroska"),
        (b"RIFF\0\0\0\0AVI ", "avi"),
        (b"RIFF\0\0\0\0WAVE", None),
        ((b"\x47" + bytes(187)) * 5, "mpeg-ts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 5, "mpeg-ts"),
        ((b"\x47" + bytes(203)) * 5, "mpeg-ts"),
        (b"GIF89a" + bytes(900), None),
        (b"#EXTM3U", None),
        (b"", None),
    ],
)
def test_containers_are_told_by_their_first_bytes(head: bytes, container: str | None) -> None:
    assert container_of(head) == container


def test_facts_become_attribute_values() -> None:
    value = {"n": 1, "s": "x", "none": None, "yes": True, "list": [{"deep": 2}]}
    assert attribute(value) == {
        "M": {"n": {"N": "1"}, "s": {"S": "x"}, "none": {"NULL": True}, "yes": {"BOOL": True}, "list": {"L": [{"M": {"deep": {"N": "2"}}}]}}
    }


@pytest.mark.parametrize("value", [1.5, b"x", {1, 2}])
def test_a_record_holds_no_floats_or_bytes(value: object) -> None:
    make_attribute: Callable[[object], object] = attribute
    with pytest.raises(TypeError):
        make_attribute(value)

"""What may be asked of the takedown."""

from typing import Any

import pytest

from marquee.domain.takedown import LONGEST_REASON, Request

ASKED: dict[str, Any] = {"title_id": "film", "action": "takedown", "reason": "rights ended", "remove": True}


def test_a_request_travels_as_json() -> None:
    assert Request.from_json(Request(**ASKED).to_json()) == Request(**ASKED)
    assert Request.from_json({"title_id": "film", "action": "restore", "reason": ""}).remove is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_id": "Not An Id"}, {"action": "delete"}, {"reason": " "}, {"reason": "x" * (LONGEST_REASON + 1)}, {"action": "quarantine"},
        {"action": "restore"}, {"remove": "yes"}, {"reason": None}, {"title_id": 7}, {"more": 1},
    ],
)  # fmt: skip
def test_what_nobody_may_ask(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Request.from_json({**ASKED, **wrong})


def test_a_part_of_a_request() -> None:
    with pytest.raises(ValueError, match="has title_id, action, reason"):
        Request.from_json({"title_id": "film"})

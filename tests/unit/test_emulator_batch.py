"""The emulated Batch's retry strategy, rule by rule."""

import pytest

from marquee.emulator.services.batch_jobs import Outcome, worth_another

HOST, EXITED = "Host EC2 (instance i-0123) terminated.", "Essential container in task exited"
STRATEGY = {
    "attempts": 5,
    "evaluateOnExit": [
        {"onStatusReason": "Host EC2*", "action": "RETRY"},
        {"onExitCode": "14*", "onReason": "out of *", "action": "retry"},
        {"onReason": "*", "action": "EXIT"},
    ],
}


@pytest.mark.parametrize(
    ("outcome", "again"),
    [
        (Outcome(137, "", HOST), True),
        (Outcome(137, "", HOST.lower()), True),
        (Outcome(1, "", EXITED), False),
        (Outcome(143, "Out of time", EXITED), True),
        (Outcome(143, "", EXITED), False),
        (Outcome(1, "Out of time", EXITED), False),
        (Outcome(None, "CannotStartContainerError", "Task failed to start"), False),
    ],
)
def test_the_first_rule_that_fits_decides(outcome: Outcome, again: bool) -> None:
    assert worth_another(STRATEGY, outcome) is again


def test_what_no_rule_fits_is_tried_again() -> None:
    assert worth_another({"attempts": 3}, Outcome(1, "", EXITED))
    assert worth_another({"attempts": 3, "evaluateOnExit": [{"onExitCode": "2", "action": "EXIT"}]}, Outcome(1, "", EXITED))

"""The workflow's states around a MediaConvert job."""

from collections.abc import Mapping
from typing import Any, Final

from components.media.encoder import ENCODE, ENCODED, UNENCODABLE
from components.media.states import State, choice

_FILE_AT_FAULT: Final = (1010, 1020, 1021, 1030, 1075, 1076, 1092)
"""Error codes of a job that say that the input cannot be read, decoded, or lacks what it was probed to have.

Not 1040 (settings that do not suit the input): if a setting of ours were wrong, every upload would go to quarantine.
Source: MediaConvert user guide, "Error codes".
"""
_AGAIN: Final = "EncodeAgain"
_DAY: Final = 24 * 60 * 60  # seconds; the longest masters take hours, and a queue may be full
_HOPELESS: Final = ["MediaConvert.AccessDeniedException", "MediaConvert.BadRequestException", "MediaConvert.NotFoundException"]
_BUSY: Final = ["MediaConvert.InternalServerErrorException", "MediaConvert.TooManyRequestsException"]


def _found(field: str, value: str, otherwise: str) -> str:
    """What a failed job's JSON has for `field`, however it is nested: Step Functions documents no form for its cause."""
    pattern = rf'/"{field}"\s*:\s*{value}/i'
    return f"($found := $match($states.errorOutput.Cause, {pattern}); $count($found) = 0 ? '{otherwise}' : $found[0].groups[0])"


_CODE = _found("errorCode", r"(\d+)", "0")
_MESSAGE = _found("errorMessage", '"([^"]*)"', "it gives no reason")


def states(*, role_arn: str, queue_arn: str, tags: Mapping[str, str]) -> dict[str, State]:
    """State name → state, from `ENCODE` on.

    A failed job is looked at: a file that cannot be encoded is refused; anything else is the infrastructure's, so the job is run again,
    and fails the execution if that does not help. The second state catches nothing, since only a failed task can be redriven.
    `States.TaskFailed` matches every error but a timeout, those of the request too: they have no code, and so are the infrastructure's.
    The token makes a repeated request find the job that it started (within a minute, which is what MediaConvert keeps it).
    """
    redrive = "$titleVersion & '-' & $string($states.context.Execution.RedriveCount)"
    failed = {"failure": {"code": f"{{% {_CODE} %}}", "message": f"{{% {_MESSAGE} %}}"}}
    wrong = f"{{% $failure.code in {[str(code) for code in _FILE_AT_FAULT]} %}}"
    first = _job(role_arn, queue_arn, tags, f"{{% {redrive} %}}")
    again = _job(role_arn, queue_arn, tags, f"{{% {redrive} & '-again-' & $string($states.context.State.RetryCount) %}}")
    detail = "{% 'MediaConvert cannot encode it, error ' & $failure.code & ': ' & $failure.message %}"
    return {
        ENCODE: {
            **first,
            "Retry": [_busy()],
            "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Assign": failed, "Output": {}, "Next": "FileAtFault?"}],
        },
        "FileAtFault?": {**choice({wrong: "NotEncodable"}, otherwise=_AGAIN)},
        "NotEncodable": {"Type": "Pass", "Output": {"detail": detail}, "Next": UNENCODABLE},
        _AGAIN: {
            **again,
            "Retry": [
                _busy(),
                {"ErrorEquals": _HOPELESS, "MaxAttempts": 0},
                {**_busy(), "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 60, "MaxAttempts": 2},
            ],
        },
    }


def _job(role_arn: str, queue_arn: str, tags: Mapping[str, str], token: str) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::mediaconvert:createJob.sync",
        "Arguments": {
            "Role": role_arn,
            "Queue": queue_arn,
            "Settings": "{% $plan.mediaconvert.Settings %}",
            "UserMetadata": "{% $plan.mediaconvert.UserMetadata %}",
            "ClientRequestToken": token,
            "BillingTagsSource": "JOB",  # the queue's tags would not tell titles apart
            "Tags": {**tags, "Title": "{% $titleId %}"},
        },
        "Output": {},
        "TimeoutSeconds": _DAY,
        "Next": ENCODED,
    }


def _busy() -> dict[str, Any]:
    return {
        "ErrorEquals": _BUSY,
        "IntervalSeconds": 5,
        "BackoffRate": 2,
        "MaxAttempts": 8,
        "MaxDelaySeconds": 300,
        "JitterStrategy": "FULL",
    }

"""The workflow's states from an accepted master to a title that plays, but for the encoder's own and the records."""

from components.media.encoder import ENCODE
from components.media.states import State, fields, invoke


def plan(function_arn: str) -> State:
    """From here on renditions may exist: unless they are published, they are retired at the end."""
    given = {
        **fields("titleId", "titleVersion", "held", "captions", "rungs"),
        "declared": "{% $verdict.declared %}",
        "media": "{% $verdict.media %}",
    }
    made = {"plan": "{% $states.result.Payload %}", "retire": "{% $titleVersion %}"}
    return invoke(function_arn, given, made, seconds=60, then=ENCODE)


def verify(function_arn: str) -> State:
    """What was made against what was planned; `$check` is `{problems, playback, attributes}`."""
    return invoke(function_arn, {"job": "{% $plan.job %}"}, {"check": "{% $states.result.Payload %}"}, seconds=900, then="Complete?")


def let_sessions_end(days: int) -> State:
    """The version before stays for the sessions that still play it: a lifecycle rule counts from an object's creation, not from now."""
    return {"Type": "Wait", "Seconds": days * 24 * 60 * 60, "Output": {}, "Next": "Retire"}


def retire(function_arn: str) -> State:
    """Renditions that no title plays from any more: of the version before, or of this one."""
    given = {"titleId": "{% $titleId %}", "version": "{% $retire %}"}
    return invoke(function_arn, given, {"retired": "{% $states.result.Payload.retired %}"}, seconds=900, then="Done")

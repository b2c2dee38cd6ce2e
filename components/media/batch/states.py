"""The workflow's states that encode with AWS Batch.

A job that fails is the infrastructure's: its state fails, and a redriven execution submits it again, which takes seconds for a chunk
that is done. What is wrong with a master is no failure of a job but a result, which the last job leaves and `Encoded?` reads.
"""

from components.media.encoder import ENCODE, ENCODED, UNENCODABLE, State
from components.media.states import choice

_SUBMIT = "arn:aws:states:::batch:submitJob.sync"
_DAYS = 2 * 24 * 3600  # seconds; Batch itself ends an attempt, and this the wait for capacity that never comes
_RESULT_KEY = "$replace($substringAfter($substringAfter($plan.batch.plan, 's3://'), '/'), 'plan.json', 'result.json')"


def states(*, queue_arn: str, definition: str, work_bucket: str, parallel: int) -> dict[str, State]:
    """From `Encode` on. The item behind the last chunk's index stands for what is not cut: sound, trick play, thumbnails."""
    chunk = _job(queue_arn, definition, "'-' & $string($states.input)", ["chunk", "{% $plan.batch.plan %}", "{% $string($states.input) %}"])
    assemble = _job(queue_arn, definition, "'-assemble'", ["assemble", "{% $plan.batch.plan %}"])
    return {
        ENCODE: {
            "Type": "Map",
            "Items": "{% [0..$plan.batch.chunks] %}",
            "MaxConcurrency": parallel,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "EncodeChunk",
                "States": {"EncodeChunk": {**chunk, "End": True}},
            },
            "Output": {},
            "Next": "Assemble",
        },
        "Assemble": {**assemble, "Next": "ReadResult"},
        "ReadResult": _read(work_bucket),
        "Encoded?": choice({"{% $states.input.encoded = 'true' %}": ENCODED}, otherwise=UNENCODABLE),
    }


def _job(queue_arn: str, definition: str, suffix: str, command: list[str]) -> State:
    return {
        "Type": "Task",
        "Resource": _SUBMIT,
        "Arguments": {
            "JobName": f"{{% $titleId & '-' & $titleVersion & {suffix} %}}",
            "JobQueue": queue_arn,
            "JobDefinition": definition,
            "ContainerOverrides": {"Command": ["python", "-m", "runtime.encode", *command]},
            "PropagateTags": True,
            "Tags": {"marquee:title": "{% $titleId %}", "marquee:title-version": "{% $titleVersion %}"},
        },
        "Output": {},
        "Retry": [
            {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 30, "BackoffRate": 2, "MaxAttempts": 2, "JitterStrategy": "FULL"}
        ],
        "TimeoutSeconds": _DAYS,
    }


def _read(work_bucket: str) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
        "Arguments": {"Bucket": work_bucket, "Key": f"{{% {_RESULT_KEY} %}}"},
        "Output": {"encoded": "{% $states.result.Metadata.encoded %}", "detail": "{% $states.result.Metadata.detail %}"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 5, "JitterStrategy": "FULL"}],
        "TimeoutSeconds": 30,
        "Next": "Encoded?",
    }

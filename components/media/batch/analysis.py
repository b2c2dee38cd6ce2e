"""The workflow's states that have a title's rungs chosen for it. They never stop a title: without an answer it gets the whole ladder."""

from components.media.encoder import AnalyseStep, State
from components.media.retries import retries

_ANALYSE = "Analyse"
_HOURS = 2  # of waiting for capacity; the work itself is bounded and takes about a minute
_REQUEST = "$string({'titleId': $titleId, 'titleVersion': $titleVersion, 'held': $held, 'media': $verdict.media, 'work': '%s'})"
_PLAN = "Plan"


def analyse_step(*, queue_arn: str, definition: str, work_bucket: str) -> AnalyseStep:
    """A job that measures the kept master, and the rungs out of its result's metadata. What they call is the encoder's own already."""
    otherwise = [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": _PLAN}]
    submit: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {
            "JobName": "{% $titleId & '-' & $titleVersion & '-analyse' %}",
            "JobQueue": queue_arn,
            "JobDefinition": definition,
            "ContainerOverrides": {"Command": ["python", "-m", "runtime.encode.analyse", f"{{% {_REQUEST % work_bucket} %}}"]},
            "PropagateTags": True,
            "Tags": {"marquee:title": "{% $titleId %}", "marquee:title-version": "{% $titleVersion %}"},
        },
        "Output": {},
        "Catch": otherwise,
        "TimeoutSeconds": _HOURS * 3600,
        "Next": "Chosen",
    }
    names = "$states.result.Metadata.rungs"
    chosen: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
        "Arguments": {"Bucket": work_bucket, "Key": "{% 'batch/' & $titleId & '/' & $titleVersion & '/rungs.json' %}"},
        "Assign": {"rungs": f"{{% $length({names}) > 0 ? $split({names}, ',') : null %}}"},
        "Output": {},
        "Retry": retries(),
        "Catch": otherwise,
        "TimeoutSeconds": 30,
        "Next": _PLAN,
    }
    return AnalyseStep(start=_ANALYSE, states={_ANALYSE: submit, "Chosen": chosen})

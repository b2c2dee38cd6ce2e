"""The ingest workflow in Amazon States Language (JSONata).

What is wrong with a file is a verdict, which the probe returns; an error is always the infrastructure's. So a task that still
fails after its retries fails the execution, and the file stays where it is: no state catches that, since an execution can be
redriven from a failed task and not from a `Fail` state.
Source: AWS Step Functions Developer Guide, "Restarting state machine executions with redrive".
"""

import json
from dataclasses import dataclass
from typing import Any

from components.media import records
from components.media.retries import retries
from marquee.domain import titles

State = dict[str, Any]

_INVOKE = "arn:aws:states:::lambda:invoke"
_EVENT = {
    "bucket": "$states.input.detail.bucket.name",
    "key": "$states.input.detail.object.key",
    "version": "$states.input.detail.object.`version-id`",
    "size": "$states.input.detail.object.size",
    "etag": "$states.input.detail.object.etag",
    "sequencer": "$states.input.detail.object.sequencer",
    "at": "$states.input.time",
}
"""Variable → where S3's event has it. Keys are as S3 has them: its EventBridge events, unlike its own, do not URL-encode them."""


@dataclass(frozen=True, kw_only=True)
class IngestTargets:
    """What the workflow calls. All names are fixed, so a preview knows the whole definition."""

    probe_arn: str
    quarantine_arn: str
    catalogue: str
    """Table name."""
    event_bus: str
    """Name."""


def definition(targets: IngestTargets) -> str:
    """The state machine's definition: look, probe, move away what is refused, record, tell."""
    states: dict[str, State] = {
        "Receive": _receive(),
        "Look": records.look(targets.catalogue),
        "Known?": _choice({"{% $states.input.known %}": "Known"}, otherwise="Probe"),
        "Probe": _probe(targets.probe_arn),
        "Sound?": _choice({"{% $verdict.accepted %}": "UpdateTitle"}, otherwise="Quarantine"),
        "UpdateTitle": records.update_title(targets.catalogue),
        "Superseded": {"Type": "Pass", "Assign": {"outcome": "superseded"}, "Next": "RecordUpload"},
        "Quarantine": _quarantine(targets.quarantine_arn),
        "TitleNamed?": _choice({f"{{% $titleId = '{titles.UNKNOWN}' %}}": "RecordUpload"}, otherwise="MarkTitle"),
        "MarkTitle": records.mark_title(targets.catalogue),
        "RecordUpload": records.record_upload(targets.catalogue),
        "ToTell?": _choice({"{% $outcome = 'superseded' %}": "Done"}, otherwise="Tell"),
        "Tell": _tell(targets.event_bus),
        "Known": {"Type": "Succeed"},
        "Done": {"Type": "Succeed"},
    }
    return json.dumps({"Comment": "From an uploaded master to a title", "QueryLanguage": "JSONata", "StartAt": "Receive", "States": states})


def _receive() -> State:
    """Name what the event says, once; `master` is the object as DynamoDB's attribute values."""
    key, version = _EVENT["key"], _EVENT["version"]
    pattern = titles.KEY_PATTERN.replace("/", r"\/")
    title_id = f"($contains({key}, /^{pattern}$/) ? $split({key}, '/')[1] : '{titles.UNKNOWN}')"
    text = {"bucket": _EVENT["bucket"], "key": key, "versionId": version, "etag": _EVENT["etag"]}
    return {
        "Type": "Pass",
        "Assign": {
            **{name: f"{{% {where} %}}" for name, where in _EVENT.items()},
            "titleId": f"{{% {title_id} %}}",
            "uploadId": f"{{% {title_id} & '#' & {version} %}}",
            "master": {
                **{name: {"S": f"{{% {where} %}}"} for name, where in text.items()},
                "size": {"N": f"{{% $string({_EVENT['size']}) %}}"},
            },
        },
        "Output": {},
        "Next": "Look",
    }


def _probe(function_arn: str) -> State:
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Arguments": {"FunctionName": function_arn, "Payload": _fields(*_EVENT)},
        "Assign": {"verdict": "{% $states.result.Payload %}", "outcome": "ingested"},
        "Output": {},
        "Retry": retries(),
        "TimeoutSeconds": 180,
        "Next": "Sound?",
    }


def _quarantine(function_arn: str) -> State:
    return {
        "Type": "Task",
        "Resource": _INVOKE,
        "Arguments": {
            "FunctionName": function_arn,
            "Payload": {**_fields(*_EVENT), "reason": "{% $verdict.reason %}", "detail": "{% $verdict.detail %}"},
        },
        "Assign": {"outcome": "quarantined", "movedTo": "{% $states.result.Payload.key %}"},
        "Output": {},
        "Retry": retries(),
        "TimeoutSeconds": 900,
        "Next": "TitleNamed?",
    }


def _tell(event_bus: str) -> State:
    told = (
        "{% $merge(["
        "{'titleId': $titleId, 'bucket': $bucket, 'key': $key, 'versionId': $version, 'uploadedAt': $at}, "
        "$outcome = 'quarantined' ? {'reason': $verdict.reason, 'detail': $verdict.detail, 'movedTo': $movedTo} : {'media': $verdict.media}"
        "]) %}"
    )
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Arguments": {
            "Entries": [
                {
                    "EventBusName": event_bus,
                    "Source": titles.EVENT_SOURCE,
                    "DetailType": f"{{% $outcome = 'quarantined' ? '{titles.QUARANTINED_EVENT}' : '{titles.INGESTED_EVENT}' %}}",
                    "Detail": told,
                }
            ]
        },
        "Output": {},
        "Retry": retries(),
        "TimeoutSeconds": 30,
        "Next": "Done",
    }


def _choice(rules: dict[str, str], *, otherwise: str) -> State:
    return {
        "Type": "Choice",
        "Choices": [{"Condition": condition, "Next": state} for condition, state in rules.items()],
        "Default": otherwise,
    }


def _fields(*names: str) -> dict[str, str]:
    return {name: f"{{% ${name} %}}" for name in names}

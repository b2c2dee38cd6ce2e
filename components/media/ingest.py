"""The ingest workflow in Amazon States Language (JSONata).

What is wrong with a file is a verdict, which a function returns; an error is always the infrastructure's. So a task that still
fails after its retries fails the execution, and the file stays where it is: no state catches that, since an execution can be
redriven from a failed task and not from a `Fail` state.
Source: AWS Step Functions Developer Guide, "Restarting state machine executions with redrive".
"""

import json
from dataclasses import dataclass, field

from components.media import publication, records
from components.media.encoder import ENCODED, UNENCODABLE, AnalyseStep, EncodeStep
from components.media.packaging_states import PACKAGE, PackageStep
from components.media.states import State, choice, fields, invoke, put_event
from marquee.domain import titles

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
class IngestFunctions:
    """ARNs of what the workflow calls, known before the functions exist."""

    probe: str
    keep: str
    quarantine: str
    plan: str
    verify: str
    retire: str


@dataclass(frozen=True, kw_only=True)
class IngestTargets:
    """What the workflow calls. All names are fixed, so a preview knows the whole definition."""

    functions: IngestFunctions
    catalogue: str
    """Table name."""
    event_bus: str
    """Name."""
    retired_days: int
    """Days that a replaced version still plays."""
    encode: EncodeStep
    analyse: AnalyseStep = field(default_factory=AnalyseStep)
    package: PackageStep | None = None
    """None serves the renditions as they are."""


def definition(targets: IngestTargets) -> str:
    """The state machine's definition: probe, keep, plan, encode, verify, publish; or move away what is refused. Then record and tell."""
    functions = targets.functions
    states: dict[str, State] = {
        "Receive": _receive(),
        "Probe": _probe(functions.probe),
        "Companion?": choice({"{% $verdict.waits %}": "Waits"}, otherwise="Claim"),
        "Waits": {"Type": "Succeed"},
        "Claim": records.claim(targets.catalogue),
        "Known": {"Type": "Succeed"},
        "Sound?": choice({"{% $verdict.accepted %}": "Keep"}, otherwise="Quarantine"),
        "Keep": _keep(functions.keep),
        "Look": records.look(targets.catalogue, then="Wanted?"),
        "Wanted?": records.wanted(otherwise="Admit"),
        "Admit": records.admit_title(targets.catalogue),
        "Announce": _announce(targets.event_bus, then=targets.analyse.start),
        **targets.analyse.states,
        "Plan": publication.plan(functions.plan),
        **targets.encode.states,
        UNENCODABLE: _verdict("not_encodable", "$states.input.detail"),
        ENCODED: publication.verify(functions.verify),
        "Complete?": choice({"{% $count($check.problems) = 0 %}": PACKAGE if targets.package else "Publish"}, otherwise="Incomplete"),
        **(targets.package.states if targets.package else {}),
        "Incomplete": _verdict("bad_renditions", "$join($check.problems, '; ')"),
        "Publish": records.publish_title(targets.catalogue),
        "LookAgain": records.look(targets.catalogue, then="Withdrawn?"),
        "Withdrawn?": choice({"{% $states.input.withdrawn %}": "Withdrawn"}, otherwise="Superseded"),
        "Withdrawn": _verdict("withdrawn", "'its title was withdrawn; restore the title first'"),
        "Superseded": {"Type": "Pass", "Assign": {"outcome": "superseded"}, "Next": "RecordUpload"},
        "Quarantine": _quarantine(functions.quarantine),
        "TitleNamed?": choice({f"{{% $titleId = '{titles.UNKNOWN}' %}}": "RecordUpload"}, otherwise="MarkTitle"),
        "MarkTitle": records.mark_title(targets.catalogue),
        "RecordUpload": records.record_upload(targets.catalogue),
        "ToTell?": choice({"{% $outcome = 'superseded' %}": "ToRetire?"}, otherwise="Tell"),
        "Tell": _tell(targets.event_bus),
        "ToRetire?": choice({"{% $retire = '' %}": "Done", "{% $outcome = 'published' %}": "LetSessionsEnd"}, otherwise="Retire"),
        "LetSessionsEnd": publication.let_sessions_end(targets.retired_days),
        "Retire": publication.retire(functions.retire),
        "Done": {"Type": "Succeed"},
    }
    return json.dumps({"Comment": "From an uploaded master to a title", "QueryLanguage": "JSONata", "StartAt": "Receive", "States": states})


def _receive() -> State:
    """Name what the event says, once; `master` is the object as DynamoDB's attribute values, `held` where its content is by now."""
    key, version = _EVENT["key"], _EVENT["version"]
    pattern = titles.KEY_PATTERN.replace("/", r"\/")
    title_id = f"($contains({key}, /^{pattern}$/) ? $split({key}, '/')[1] : '{titles.UNKNOWN}')"
    text = {"bucket": _EVENT["bucket"], "key": key, "versionId": version, "etag": _EVENT["etag"]}
    return {
        "Type": "Pass",
        "Assign": {
            **{name: f"{{% {where} %}}" for name, where in _EVENT.items()},
            "execution": "{% $states.context.Execution.Id %}",
            "titleId": f"{{% {title_id} %}}",
            "uploadId": f"{{% {title_id} & '#' & {version} %}}",
            "master": {
                **{name: {"S": f"{{% {where} %}}"} for name, where in text.items()},
                "size": {"N": f"{{% $string({_EVENT['size']}) %}}"},
            },
            "held": {name: f"{{% {where} %}}" for name, where in text.items()},
            "retire": "",
            "rungs": None,
        },
        "Output": {},
        "Next": "Probe",
    }


def _probe(function_arn: str) -> State:
    found = {"verdict": "{% $states.result.Payload %}", "titleVersion": "{% $states.result.Payload.titleVersion %}"}
    return invoke(function_arn, fields("bucket", "key", "version", "size"), found, seconds=900, then="Companion?")


def _keep(function_arn: str) -> State:
    given = {
        **fields("bucket", "key", "version", "size", "etag", "titleId", "titleVersion"),
        "container": "{% $verdict.media.container %}",
        "declared": "{% $verdict.declared %}",
    }
    answer = "$states.result.Payload"
    kept = {"held": f"{{% {answer}.held %}}", "kept": f"{{% {answer}.attributes %}}", "captions": f"{{% {answer}.captions %}}"}
    return invoke(function_arn, given, kept, seconds=900, then="Look")


def _quarantine(function_arn: str) -> State:
    given = {
        **fields("bucket", "key", "version", "size", "etag", "at", "held"),
        "reason": "{% $verdict.reason %}",
        "detail": "{% $verdict.detail %}",
        "companions": "{% $verdict.declared.companions %}",
    }
    moved = {"outcome": "quarantined", "movedTo": "{% $states.result.Payload.key %}"}
    return invoke(function_arn, given, moved, seconds=900, then="TitleNamed?")


def _verdict(reason: str, detail: str) -> State:
    """A refusal that comes after the probe's verdict, and takes its place."""
    said = f"{{% $merge([$verdict, {{'accepted': false, 'reason': '{reason}', 'detail': {detail}}}]) %}}"
    return {"Type": "Pass", "Assign": {"verdict": said}, "Output": {}, "Next": "Quarantine"}


_UPLOAD = "'titleId': $titleId, 'version': $titleVersion, 'bucket': $bucket, 'key': $key, 'versionId': $version, 'uploadedAt': $at"


def _announce(event_bus: str, *, then: str) -> State:
    detail = f"{{% {{{_UPLOAD}, 'media': $verdict.media}} %}}"
    return put_event(event_bus, source=titles.EVENT_SOURCE, kind=titles.INGESTED_EVENT, detail=detail, then=then)


def _tell(event_bus: str) -> State:
    refused = "{'reason': $verdict.reason, 'detail': $verdict.detail, 'movedTo': $movedTo}"
    published = "{'playback': $check.playback, 'replaces': $retire = '' ? null : $retire}"
    detail = f"{{% $merge([{{{_UPLOAD}}}, $outcome = 'quarantined' ? {refused} : {published}]) %}}"
    kind = f"{{% $outcome = 'quarantined' ? '{titles.QUARANTINED_EVENT}' : '{titles.PUBLISHED_EVENT}' %}}"
    return put_event(event_bus, source=titles.EVENT_SOURCE, kind=kind, detail=detail, then="ToRetire?")

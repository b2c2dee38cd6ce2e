"""The workflow's reads and writes of the catalogue, each idempotent: the same event twice leaves the same items."""

from components.media.retries import retries
from components.media.states import State, choice, write
from marquee.domain import titles

_NAMES = {
    "#key": titles.KEY,
    "#title": "title",
    "#name": "name",
    "#status": "status",
    "#at": "updatedAt",
    "#uploaded": "uploadedAt",
    "#sequencer": "sequencer",
    "#master": "master",
    "#object": "key",
    "#kept": "kept",
    "#media": "media",
    "#playback": "playback",
    "#version": "version",
    "#reason": "reason",
    "#withdrawn": "withdrawn",
    "#execution": "execution",
}
_VALUES = {
    ":title": "$titleId",
    ":name": "$verdict.declared.title ? $verdict.declared.title : $titleId",
    ":at": "$at",
    ":sequencer": "$sequencer",
    ":object": "$key",
    ":version": "$titleVersion",
    ":reason": "$verdict.reason",
    ":execution": "$execution",
}
_ITEMS = {":master": "$master", ":kept": "$kept", ":media": "$verdict.attributes", ":playback": "$check.attributes"}

_SHOWN = "#title = :title, #name = :name, #status = :status, #at = :at, #uploaded = :at"
_NEVER_PLAYED = "attribute_not_exists(#key) OR (attribute_not_exists(#version) AND attribute_not_exists(#withdrawn) AND #at <= :at)"


def claim(table: str) -> State:
    """EventBridge delivers at least once: the first execution has an upload for itself, also when it is retried or redriven.

    A failed execution keeps its claim. It is among the dead letters and can be redriven; nothing else starts it again.
    """
    item = {
        titles.KEY: {"S": "{% $uploadId %}"},
        "title": {"S": "{% $titleId %}"},
        "updatedAt": {"S": "{% $at %}"},
        "sequencer": {"S": "{% $sequencer %}"},
        "master": {"M": "{% $master %}"},
        "execution": {"S": "{% $execution %}"},
    }
    arguments = {
        "TableName": table,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#key) OR (#execution = :execution AND attribute_not_exists(outcome))",
        "ExpressionAttributeNames": {name: _NAMES[name] for name in ("#key", "#execution")},
        "ExpressionAttributeValues": {":execution": {"S": "{% $execution %}"}},
    }
    return write("putItem", arguments, then="Sound?", conflict="Known")


def look(table: str, *, then: str) -> State:
    """Whether the title is withdrawn, and whether a newer upload of it plays already."""
    item = "$states.result.Item"
    same_name = f"({item}.master.M.key.S = $key ? {item}.sequencer.S > $sequencer : {item}.uploadedAt.S > $at)"
    newer = f"$exists({item}.version) and {item}.version.S != $titleVersion and {same_name}"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Arguments": {"TableName": table, "Key": {titles.KEY: {"S": "{% $titleId %}"}}, "ConsistentRead": True},
        "Output": {"withdrawn": f"{{% $exists({item}.withdrawn) %}}", "newer": f"{{% {newer} %}}"},
        "Retry": retries(),
        "TimeoutSeconds": 30,
        "Next": then,
    }


def wanted(*, otherwise: str) -> State:
    """No encode is paid for that could not be published."""
    return choice({"{% $states.input.withdrawn %}": "Withdrawn", "{% $states.input.newer %}": "Superseded"}, otherwise=otherwise)


def admit_title(table: str) -> State:
    """A title that never played shows that an upload of it is being encoded. One that plays goes on as it is."""
    change = f"SET {_SHOWN}, #master = :master, #media = :media REMOVE #reason"
    return write("updateItem", _update(table, change, _NEVER_PLAYED, status="ingested"), then="Announce", conflict="Announce")


def publish_title(table: str) -> State:
    """The one write by which a version plays: a newer one replaces an older one, never the other way, and never in between.

    Sequencers order the versions of one key, as text; between files of other names only the time of day is left.
    Source: Amazon S3 User Guide, "Event message structure".
    """
    condition = (
        "attribute_not_exists(#withdrawn) AND (attribute_not_exists(#version) OR #version = :version"
        " OR (#master.#object = :object AND #sequencer <= :sequencer)"
        " OR (#master.#object <> :object AND #uploaded <= :at))"
    )
    change = (
        f"SET {_SHOWN}, #sequencer = :sequencer, #master = :master, #kept = :kept, #media = :media,"
        " #version = :version, #playback = :playback REMOVE #reason"
    )
    arguments = {**_update(table, change, condition, status="published"), "ReturnValues": "ALL_OLD"}
    # Repeated after an answer that was lost, the write finds its own version there.
    old = "$states.result.Attributes.version.S"
    replaced = f"{{% $exists({old}) and {old} != $titleVersion ? {old} : '' %}}"
    assign = {"outcome": "published", "retire": replaced}
    return write("updateItem", arguments, then="RecordUpload", conflict="LookAgain", assign=assign)


def mark_title(table: str) -> State:
    """A title that never had a sound upload shows the latest refusal. One that had keeps what it has."""
    change = f"SET {_SHOWN}, #reason = :reason, #master = :master"
    return write("updateItem", _update(table, change, _NEVER_PLAYED, status="quarantined"), then="RecordUpload", conflict="RecordUpload")


def record_upload(table: str) -> State:
    """What became of the upload, in the item that it claimed."""
    plain = {
        titles.KEY: "$uploadId",
        "title": "$titleId",
        "outcome": "$outcome",
        "updatedAt": "$at",
        "sequencer": "$sequencer",
        "execution": "$execution",
    }
    always = ", ".join(f"'{name}': {{'S': {value}}}" for name, value in plain.items())
    refused = "{'reason': {'S': $verdict.reason}, 'detail': {'S': $verdict.detail}, 'movedTo': {'S': $movedTo}}"
    sound = "{'media': {'M': $verdict.attributes}, 'version': {'S': $titleVersion}, 'kept': {'M': $kept}}"
    played = "$outcome = 'published' ? {'playback': {'M': $check.attributes}} : {}"
    item = f"$merge([{{{always}, 'master': {{'M': $master}}}}, $outcome = 'quarantined' ? {refused} : $merge([{sound}, {played}])])"
    arguments = {
        "TableName": table,
        "Item": f"{{% {item} %}}",
        "ConditionExpression": "#execution = :execution",
        "ExpressionAttributeNames": {"#execution": "execution"},
        "ExpressionAttributeValues": {":execution": {"S": "{% $execution %}"}},
    }
    return write("putItem", arguments, then="ToTell?", conflict="Known")


def _update(table: str, change: str, condition: str, *, status: str) -> dict[str, object]:
    """An update of the title, with the names and values that its expressions use and no others: DynamoDB refuses unused ones."""
    used = set(change.replace(",", " ").replace("(", " ").replace(")", " ").replace(".", " ").split())
    used |= set(condition.replace("(", " ").replace(")", " ").replace(".", " ").split())
    values: dict[str, object] = {name: {"S": f"{{% {value} %}}"} for name, value in _VALUES.items() if name in used}
    values |= {name: {"M": f"{{% {value} %}}"} for name, value in _ITEMS.items() if name in used}
    return {
        "TableName": table,
        "Key": {titles.KEY: {"S": "{% $titleId %}"}},
        "ConditionExpression": condition,
        "UpdateExpression": change,
        "ExpressionAttributeNames": {name: value for name, value in _NAMES.items() if name in used},
        "ExpressionAttributeValues": {**values, ":status": {"S": status}},
    }

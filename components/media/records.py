"""The workflow's reads and writes of the catalogue, each idempotent: the same event twice leaves the same items."""

from typing import Any

from components.media.retries import retries
from marquee.domain import titles

State = dict[str, Any]

_CONFLICT = "DynamoDB.ConditionalCheckFailedException"


def look(table: str) -> State:
    """EventBridge delivers at least once. An upload that has its record is done, and nothing of it is touched again."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Arguments": {"TableName": table, "Key": {titles.KEY: {"S": "{% $uploadId %}"}}, "ConsistentRead": True},
        "Output": {"known": "{% $exists($states.result.Item) %}"},
        "Retry": retries(),
        "TimeoutSeconds": 30,
        "Next": "Known?",
    }


def update_title(table: str) -> State:
    """A sound upload becomes the title, unless a newer sound one already is.

    Sequencers order the versions of one key, as text; between files of other names only the time of day is left.
    Source: Amazon S3 User Guide, "Event message structure".
    """
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:updateItem",
        "Arguments": {
            "TableName": table,
            "Key": {titles.KEY: {"S": "{% $titleId %}"}},
            "ConditionExpression": (
                "attribute_not_exists(#key) OR #status = :quarantined"
                " OR (#master.#object = :object AND #sequencer <= :sequencer)"
                " OR (#master.#object <> :object AND #at <= :at)"
            ),
            "UpdateExpression": (
                "SET #title = :title, #status = :ingested, #at = :at, #sequencer = :sequencer, #master = :master, #media = :media"
                " REMOVE #reason"
            ),
            "ExpressionAttributeNames": {
                "#key": titles.KEY,
                "#title": "title",
                "#status": "status",
                "#at": "updatedAt",
                "#sequencer": "sequencer",
                "#master": "master",
                "#object": "key",
                "#media": "media",
                "#reason": "reason",
            },
            "ExpressionAttributeValues": {
                ":title": {"S": "{% $titleId %}"},
                ":ingested": {"S": "ingested"},
                ":quarantined": {"S": "quarantined"},
                ":at": {"S": "{% $at %}"},
                ":sequencer": {"S": "{% $sequencer %}"},
                ":object": {"S": "{% $key %}"},
                ":master": {"M": "{% $master %}"},
                ":media": {"M": "{% $verdict.attributes %}"},
            },
        },
        "Output": {},
        "Retry": retries(),
        "Catch": [{"ErrorEquals": [_CONFLICT], "Output": {}, "Next": "Superseded"}],
        "TimeoutSeconds": 30,
        "Next": "RecordUpload",
    }


def mark_title(table: str) -> State:
    """A title that never had a sound upload shows the latest refusal. One that had keeps what it has."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:updateItem",
        "Arguments": {
            "TableName": table,
            "Key": {titles.KEY: {"S": "{% $titleId %}"}},
            "ConditionExpression": "attribute_not_exists(#key) OR (#status = :quarantined AND #at <= :at)",
            "UpdateExpression": "SET #title = :title, #status = :quarantined, #at = :at, #reason = :reason, #master = :master",
            "ExpressionAttributeNames": {
                "#key": titles.KEY,
                "#title": "title",
                "#status": "status",
                "#at": "updatedAt",
                "#reason": "reason",
                "#master": "master",
            },
            "ExpressionAttributeValues": {
                ":title": {"S": "{% $titleId %}"},
                ":quarantined": {"S": "quarantined"},
                ":at": {"S": "{% $at %}"},
                ":reason": {"S": "{% $verdict.reason %}"},
                ":master": {"M": "{% $master %}"},
            },
        },
        "Output": {},
        "Retry": retries(),
        "Catch": [{"ErrorEquals": [_CONFLICT], "Output": {}, "Next": "RecordUpload"}],
        "TimeoutSeconds": 30,
        "Next": "RecordUpload",
    }


def record_upload(table: str) -> State:
    """The write that ends an upload, once: of two deliveries that ran side by side only the first goes on to tell."""
    plain = {titles.KEY: "$uploadId", "title": "$titleId", "outcome": "$outcome", "updatedAt": "$at", "sequencer": "$sequencer"}
    always = ", ".join(f"'{name}': {{'S': {value}}}" for name, value in plain.items())
    refused = "{'reason': {'S': $verdict.reason}, 'detail': {'S': $verdict.detail}, 'movedTo': {'S': $movedTo}}"
    found = "{'media': {'M': $verdict.attributes}}"
    item = f"$merge([{{{always}, 'master': {{'M': $master}}}}, $outcome = 'quarantined' ? {refused} : {found}])"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Arguments": {
            "TableName": table,
            "Item": f"{{% {item} %}}",
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": titles.KEY},
        },
        "Output": {},
        "Retry": retries(),
        "Catch": [{"ErrorEquals": [_CONFLICT], "Output": {}, "Next": "Known"}],
        "TimeoutSeconds": 30,
        "Next": "ToTell?",
    }

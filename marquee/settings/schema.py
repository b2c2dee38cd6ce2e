"""The JSON schema of a whole stack file, so that an editor completes and checks it."""

from typing import Any

from marquee.settings._platform import Platform
from marquee.settings.stack_file import GUARD, KEY


def stack_file_schema() -> dict[str, Any]:
    """Draft 7, which editors know best. It says what single fields take; rules between fields are `marquee config check`'s."""
    platform = Platform.model_json_schema()
    definitions = platform.pop("$defs")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack of Marquee: Pulumi.<stack>.yaml",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {
                    KEY: platform,
                    GUARD: {
                        "type": "array",
                        "items": {"type": "string"},
                        "contains": {"enum": ["aws", "*"]},
                        "description": "Makes a resource without an explicit provider an error.",
                    },
                },
                "required": [GUARD, KEY],
                "patternProperties": {"^(?!marquee:)[^:]+:.+$": {}},
                "additionalProperties": False,
            },
            "secretsprovider": {"type": "string", "description": "Where Pulumi's key for secrets lives, as in awskms://alias/…"},
            "encryptedkey": {"type": "string", "description": "Written by Pulumi."},
            "encryptionsalt": {"type": "string", "description": "Written by Pulumi."},
            "environment": {"description": "Pulumi ESC environments to import."},
        },
        "required": ["config"],
        "additionalProperties": False,
        "$defs": definitions,
    }

"""The index of content keys: which title version and which kind of track a key id stands for. It holds no key.

Whoever hands out licences looks here; a key id that is not in the index is nobody's, and gets none.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from marquee.domain.content_keys import LABELS, Content
from marquee.domain.ladder.drm import KeyLabel

KEY: Final = "keyId"
"""Partition key of the table."""
SAME: Final = "attribute_not_exists(keyId) OR (title = :title AND #version = :version AND label = :label)"
"""Condition of every write: a key id stays with what it was first used for. `#version` is a reserved word's name."""

Item = dict[str, dict[str, str]]
"""An item as DynamoDB's API has it."""


@dataclass(frozen=True)
class Entry:
    """What one key is for."""

    content: Content
    label: KeyLabel


def item(kid: uuid.UUID, entry: Entry) -> Item:
    """The item of one key id, the same at every write."""
    return {
        KEY: {"S": str(kid)},
        "title": {"S": entry.content.title},
        "version": {"S": entry.content.version},
        "label": {"S": entry.label},
    }


def values(entry: Entry) -> Item:
    """The values that `SAME` compares with."""
    return {f":{name}": value for name, value in item(uuid.UUID(int=0), entry).items() if name != KEY}


def entry_of(found: Mapping[str, Mapping[str, Any]] | None) -> Entry | None:
    """What an item says; None for no item, and for one that this code did not write."""
    try:
        texts = {name: str(found[name]["S"]) for name in ("title", "version", "label")} if found else {}
        if texts.get("label") not in LABELS:
            return None
        return Entry(Content(texts["title"], texts["version"]), cast("KeyLabel", texts["label"]))
    except (KeyError, ValueError):
        return None

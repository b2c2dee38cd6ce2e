"""Taking a title off the air: what an operator asks of the function `takedown`, and what it answers.

The record's status changes in one write, from which moment on nobody is given a new session or licence; an event then revokes what was
signed for the title, and clears the caches. Renditions stay, so that a title can be restored, unless their removal is asked for.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypedDict, get_args

from marquee.domain import titles

Action = Literal["takedown", "quarantine", "restore"]
"""`takedown`: for good, as far as one knows (rights, law). `quarantine`: until somebody has looked. `restore`: it plays again."""

LEADS_TO: Final[dict[Action, titles.Status]] = {"takedown": "taken_down", "quarantine": "quarantined", "restore": "published"}

LONGEST_REASON: Final = 500
"""Characters."""


class Answer(TypedDict):
    """What the function answers.

    `outcome`: `done`; `unchanged`, the title was there already; `unknown_title`; `nothing_published`, so nothing is there to restore.
    """

    outcome: Literal["done", "unchanged", "unknown_title", "nothing_published"]
    titleId: str
    status: str | None
    """The title's now; None for an unknown one."""
    version: str | None
    """The one that is published, or was; None if none ever was."""
    removed: int
    """Objects that were deleted."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """The function's input. ValueError names what is wrong with it."""

    title_id: str
    action: Action
    reason: str
    """One sentence for the record and the event; empty only for `restore`."""
    remove: bool = False
    """True: the title's renditions are deleted too, so that nothing can be restored. With `takedown` alone."""

    def __post_init__(self) -> None:
        if not titles.is_title_id(self.title_id):
            raise ValueError(f"{self.title_id!r} is no title id: lower-case letters, digits and inner hyphens, 64 at most")
        if self.action not in get_args(Action):
            raise ValueError(f"action {self.action!r} is unknown; use {', '.join(get_args(Action))}")
        if self.action != "restore" and not self.reason.strip():
            raise ValueError(f"a {self.action} needs a reason, the next person will ask for it")
        if len(self.reason) > LONGEST_REASON:
            raise ValueError(f"the reason has {len(self.reason)} characters, {LONGEST_REASON} at most")
        if self.remove and self.action != "takedown":
            raise ValueError(f"a {self.action} removes nothing; leave remove out")

    def to_json(self) -> dict[str, Any]:
        """As the function takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Request":
        """Raises ValueError for anything but what `to_json` gives."""
        if set(data) - {"title_id", "action", "reason", "remove"} or not {"title_id", "action", "reason"} <= set(data):
            raise ValueError("a request has title_id, action, reason and, if wanted, remove")
        if not isinstance(data.get("remove", False), bool) or not all(
            isinstance(data[name], str) for name in ("title_id", "action", "reason")
        ):
            raise ValueError("title_id, action and reason are texts, remove is true or false")
        return cls(**data)

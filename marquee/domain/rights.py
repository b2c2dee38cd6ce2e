"""What a playback session may decrypt: the audio of its title version, and pictures up to the quality that was paid for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marquee.domain.content_keys import LIVE, Content
from marquee.domain.key_index import Entry
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.tokens import Quality

OPENS: Final[dict[Quality, frozenset[KeyLabel]]] = {
    "SD": frozenset({"AUDIO", "SD"}),
    "HD": frozenset({"AUDIO", "SD", "HD"}),
    "UHD": frozenset({"AUDIO", "SD", "HD", "UHD"}),
}
"""Quality of the entitlement → labels of the keys."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Of one licence token."""

    content: Content
    quality: Quality

    @classmethod
    def of(cls, claims: Mapping[str, str]) -> "Rights":
        """From the claims that the authoriser hands on: `title`, `version` (empty for a live channel), `quality`.

        Raises ValueError or KeyError for others.
        """
        if claims["quality"] not in OPENS:
            raise ValueError(f"{claims['quality']!r} is no quality")
        return cls(Content(claims["title"], claims["version"] or LIVE), claims["quality"])

    def open(self, entry: Entry | None) -> bool:
        """Whether they open what a key is for; a key that is in no index is nobody's."""
        return entry is not None and entry.content == self.content and entry.label in OPENS[self.quality]

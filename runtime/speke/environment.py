"""What the function is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from marquee.domain.ladder.drm import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The function's environment variables, in upper case."""

    key_arn: str
    """The HMAC key's replica in this region."""
    table_name: str
    """The index of content keys."""
    systems: tuple[System, ...]
    """DRM systems that are served, separated by commas."""

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(
            key_arn=variables["KEY_ARN"],
            table_name=variables["TABLE_NAME"],
            systems=cast("tuple[System, ...]", tuple(variables["SYSTEMS"].split(","))),
        )

"""What the function is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The function's environment variables, in upper case."""

    key_group_name: str
    """Unique in the account; CloudFront has keys of groups under no other handle that is known beforehand."""
    settle_seconds: int
    """How long a new key waits until it is signed with: CloudFront tells its locations of it within minutes."""

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(key_group_name=variables["KEY_GROUP_NAME"], settle_seconds=int(variables["SETTLE_SECONDS"]))

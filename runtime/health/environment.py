"""What the function is told: names of the things to ask."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The function's environment variables, in upper case."""

    table_name: str
    table_keys: tuple[str, ...]
    """Key attributes of the table, all strings; separated by commas."""
    queue_url: str
    key_arn: str

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(
            table_name=variables["TABLE_NAME"],
            table_keys=tuple(variables["TABLE_KEYS"].split(",")),
            queue_url=variables["QUEUE_URL"],
            key_arn=variables["KEY_ARN"],
        )

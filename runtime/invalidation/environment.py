"""What the function is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from marquee.domain.invalidations import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The function's environment variables, in upper case."""

    distribution_id: str
    table_name: str
    region: str
    """Whose share of the table this function writes."""
    other_regions: tuple[str, ...]
    """Separated by commas."""
    paths_per_hour: int
    paths_per_month: int

    @property
    def limits(self) -> Limits:
        """What may be spent."""
        return Limits(paths_per_hour=self.paths_per_hour, paths_per_month=self.paths_per_month)

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(
            distribution_id=variables["DISTRIBUTION_ID"],
            table_name=variables["TABLE_NAME"],
            region=variables["AWS_REGION"],
            other_regions=tuple(name for name in variables["OTHER_REGIONS"].split(",") if name),
            paths_per_hour=int(variables["PATHS_PER_HOUR"]),
            paths_per_month=int(variables["PATHS_PER_MONTH"]),
        )

"""The seam between the ingest workflow and whoever encodes: MediaConvert or Batch, chosen by `media.encoder`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi import Resource

from components.identity.statement import Statement

State = dict[str, Any]

ENCODE = "Encode"
"""Where an encoder's states begin."""
ENCODED = "Verify"
"""Where they go on when every rendition and manifest lies below `$plan.job.destination`."""
UNENCODABLE = "Unencodable"
"""Where they go on when the file is at fault, with the state output `{"detail": "<one sentence>"}`: the upload is then quarantined."""


@dataclass(frozen=True, kw_only=True)
class EncodeStep:
    """What an encoder adds to the state machine and to its role.

    Assigned before `ENCODE`: `$titleId`, `$titleVersion` and `$plan`, the plan function's output:
    `{"job": {...EncodeJob as JSON}, "mediaconvert": {CreateJob request without Role, Queue and Tags} | null,
    "batch": {"plan": "s3://.../plan.json", "chunks": N} | null}`.
    A failure of the infrastructure fails its state, after retries, and with it the execution, which can be redriven.
    """

    states: Mapping[str, State]
    """State name → state in JSONata, from `ENCODE` on; they end in `ENCODED` or `UNENCODABLE`."""
    statements: tuple[Statement, ...]
    """What those states call."""
    depends_on: tuple[Resource, ...] = ()
    """What must exist before the state machine does, roles' policies above all."""

    def __post_init__(self) -> None:
        if ENCODE not in self.states:
            raise ValueError(f"an encoder's states begin with {ENCODE}, and it has {', '.join(self.states) or 'none'}")


@dataclass(frozen=True, kw_only=True)
class AnalyseStep:
    """States before the plan that choose a title's rungs: they assign `$rungs`, names of rungs or null. None of them: the whole ladder.

    Assigned before: `$titleId`, `$titleVersion`, `$held` (the kept master), `$verdict.media`.
    """

    start: str = "Plan"
    states: Mapping[str, State] = field(default_factory=dict[str, State])
    """From `start` on; they end in `Plan`."""
    statements: tuple[Statement, ...] = ()
    depends_on: tuple[Resource, ...] = ()

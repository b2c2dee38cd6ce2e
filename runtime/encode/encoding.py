"""The commands: encode a chunk, encode what is not cut, join and package."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from marquee.domain.ladder.chunks import BatchPlan, location
from marquee.domain.ladder.plan import Plan
from runtime.encode import pieces
from runtime.encode.checkpoints import Checkpoints
from runtime.encode.objects import Objects
from runtime.encode.source import Master
from runtime.encode.tools import BadMediaError, InfrastructureError


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every command works with."""

    session: Any
    objects: Objects
    batch: BatchPlan
    plan: Plan
    checkpoints: Checkpoints

    @classmethod
    def open(cls, uri: str) -> "Context":
        """The context of the plan at `uri`. InfrastructureError if there is none."""
        session = boto3.Session()
        objects = Objects(session.client("s3"))
        value = objects.json(*location(uri))
        if value is None:
            raise InfrastructureError(f"{uri} does not exist")
        batch = BatchPlan.from_json(value)
        checkpoints = Checkpoints(objects, batch.bucket, batch.prefix)
        return cls(session=session, objects=objects, batch=batch, plan=batch.job.plan(), checkpoints=checkpoints)

    @property
    def fault_key(self) -> str:
        """Where a chunk says that the master is at fault, so that the others need not find out."""
        return f"{self.batch.prefix}fault.json"

    def fault(self) -> str | None:
        """What a job found wrong with the master."""
        value = self.objects.json(self.batch.bucket, self.fault_key)
        return None if value is None else str(value["detail"])


def chunk(context: Context, index: int, say: Callable[..., None]) -> None:
    """Encode the chunk of this index; the index behind the last chunk's stands for what is not cut."""
    cuts = context.batch.chunks()
    if not 0 <= index <= len(cuts):
        raise InfrastructureError(f"chunk {index} of {len(cuts)} does not exist")
    if fault := context.fault():
        say("skipped", fault=fault)
        return
    making = [pieces.chunk(context.batch, context.plan, cuts[index])] if index < len(cuts) else pieces.uncut(context.batch, context.plan)
    try:
        with Master(context.objects.client, context.batch.job.master) as master:
            for one in making:
                made = pieces.make(one, context.checkpoints, master)
                say("made", piece=one.piece.name, job=made.job, attempt=made.attempt, seconds=round(made.finished - made.started, 1))
    except BadMediaError as error:
        say("fault", detail=str(error))
        context.objects.put_json(context.batch.bucket, context.fault_key, {"detail": str(error)})

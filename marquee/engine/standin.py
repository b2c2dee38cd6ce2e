"""A backend that makes nothing: deterministic ids, and outputs that have the type the SDK's class declares."""

from collections.abc import Mapping

from marquee.engine.backend import Created, Request
from marquee.engine.values import Value


class StandIn:
    """Lets a program run in update mode with nothing behind it."""

    def create(self, request: Request) -> Created:
        """Made-up outputs for every property that the class declares and the inputs do not give."""
        return Created(id=f"{request.name}-id", outputs={"arn": f"arn:aws:standin:::{request.name}"}, simulated=True)

    def read(self, request: Request, id: str) -> Created:
        """As `create`, under the id asked for."""
        return Created(id=id, outputs=self.create(request).outputs, simulated=True)

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:  # noqa: ARG002 the protocol
        """The arguments themselves."""
        return {**args, "id": f"{token}-id"}

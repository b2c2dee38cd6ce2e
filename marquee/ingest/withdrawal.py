"""Taking a title off the air and putting it back, by the stack's own function."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import json

from botocore.exceptions import BotoCoreError, ClientError

from marquee.domain.takedown import Answer, Request
from marquee.errors import MarqueeError
from marquee.ingest.target import Target


def withdraw(target: Target, request: Request) -> Answer:
    """Ask the function `takedown` and wait for its answer. MarqueeError if it cannot be asked, or fails; asking again then completes it."""
    function = target.names.function("takedown")
    try:
        answer = target.client("lambda").invoke(FunctionName=function, Payload=json.dumps(request.to_json()).encode())
    except (BotoCoreError, ClientError) as error:
        raise MarqueeError(
            f"the function {function} cannot be called: {error}", fix=f"is the stack {target.stack} deployed in {target.region}?"
        ) from error
    said = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        detail = said.get("errorMessage", said) if isinstance(said, dict) else said  # pyright: ignore[reportUnknownVariableType]
        raise MarqueeError(
            f"{request.action} of {request.title_id} failed: {detail}", fix="run the same command again, it goes on where it ended"
        )
    return said

"""The container's entry: `chunk PLAN INDEX` or `assemble PLAN`, where PLAN is the `s3://` address of a batch plan."""

import argparse
import json
import signal
import sys
from types import FrameType

from runtime.encode.assembling import assemble
from runtime.encode.encoding import Context, chunk
from runtime.encode.tools import InfrastructureError

_TERMINATED = 143  # 128 + SIGTERM, as a shell has it


def main(arguments: list[str]) -> int:
    """The exit code: 0 also for a master at fault, which is a result."""
    parser = argparse.ArgumentParser(prog="python -m runtime.encode")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("chunk")
    one.add_argument("plan")
    one.add_argument("index", type=int)
    commands.add_parser("assemble").add_argument("plan")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    try:
        context = Context.open(asked.plan)
        if asked.command == "chunk":
            chunk(context, asked.index, _say)
        else:
            assemble(context, _say)
    except InfrastructureError as error:
        _say("failed", detail=str(error))
        return 1
    return 0


def _end(number: int, _frame: FrameType | None) -> None:
    """Two minutes before a Spot instance goes, its containers are told. The exception ends ffmpeg; half a piece leaves no marker."""
    _say("terminated", signal=number)
    raise SystemExit(_TERMINATED)


def _say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

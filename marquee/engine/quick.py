# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001
"""What the SDK does for Pulumi's command line and nobody needs here, left out while a program runs.

`benchmarks/engine_preview.py` measures it together with the loop's direct calls.
"""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from pulumi import log
from pulumi.runtime import resource as sdk_resource
from pulumi.runtime.proto import source_pb2

_ALLOCATIONS: Final = 100_000
"""Objects between two collections. A program allocates and keeps: at Python's 700, half of the time goes into looking for garbage."""

_SDK: Final = str(Path(sdk_resource.__file__).parent.parent.parent / "pulumi")  # `pulumi` itself and every `pulumi_<provider>` beside it


@contextmanager
def lean_sdk() -> Generator[None]:
    """No debug log, one stack frame a resource instead of all, few garbage collections; as before afterwards."""
    debug, trace, thresholds = log.debug, sdk_resource._get_stack_trace, gc.get_threshold()
    log.debug = _ignore
    sdk_resource._get_stack_trace = _where_declared
    gc.set_threshold(_ALLOCATIONS, *thresholds[1:])
    try:
        yield
    finally:
        log.debug, sdk_resource._get_stack_trace = debug, trace
        gc.set_threshold(*thresholds)


def _ignore(*_args: object, **_kwargs: object) -> None: ...


def _where_declared() -> Any:
    """The frame that declares a resource: the innermost that is neither the SDK's nor the resource's own constructor.

    Its line is what an error names. Called by the SDK's `register_resource(res, …)` and `read_resource(res, …)`.
    """
    frame = sys._getframe(1)
    resource = frame.f_locals.get("res")
    while frame.f_back is not None and (frame.f_code.co_filename.startswith(_SDK) or _constructs(frame, resource)):
        frame = frame.f_back
    position = source_pb2.SourcePosition(uri=f"file://{frame.f_code.co_filename}", line=frame.f_lineno)
    return source_pb2.StackTrace(frames=[source_pb2.StackFrame(pc=position)])


def _constructs(frame: FrameType, resource: object) -> bool:
    code = frame.f_code
    return code.co_name == "__init__" and frame.f_locals.get(code.co_varnames[0]) is resource

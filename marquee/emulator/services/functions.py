"""Lambda functions run as on AWS: with their artefact, the runtime's own packages and their environment, and nothing else.

MiniStack runs a Python function in a process of its own, but with this project's interpreter: every package installed beside it would be
importable, and a dependency missing from an artefact would only be missed on AWS. It also reports every exception as
`Runtime.HandlerError`, so that no Retry or Catch of a state machine matches the class that the handler raised.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
import importlib.util
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from marquee.emulator import isolation
from marquee.emulator.services.edges import EDGE_PATH
from marquee.emulator.upstream import module

_RUNTIME_PACKAGES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What AWS ships in its Python runtimes. Source: Lambda Developer Guide, "Building Lambda functions with Python", runtime-included SDK."""

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "_LAMBDA_", "LAMBDA_TASK_ROOT", "AWS_", "_MINISTACK_INVOKE_DEPTH", "_HANDLER", "_X_AMZN")
"""Prefixes of what may come from the emulator's own environment; the function's variables are set by the worker itself."""

_BOOTSTRAP = """\
import os, runpy, sys
kept = {kept!r}
for name in [name for name in os.environ if not name.startswith(kept)]:
    del os.environ[name]
sys.path += [{packages!r}, {source!r}]
from function_names import resolve_platform_names
from isolation import forbid_outward_calls
forbid_outward_calls()
resolve_platform_names(**{names!r})
sys.path.pop()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""

ENVIRONMENTS = max(2, os.cpu_count() or 1)
"""Execution environments of one function that are enough for this machine: each is a process."""
_PATIENCE = 10.0
"""Seconds that a call waits for one of them, before it gets one more: the one that it waits for may be its own caller's."""

_ERROR_LINE = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_ERROR_LINE_WITH_CLASS = '{"status": "error", "error": str(e), "type": type(e).__name__, "trace": traceback.format_exc()}'

_raised = contextvars.ContextVar[str]("raised", default="")


def install(folder: Path) -> None:
    """Make functions run isolated, and their errors keep their class. `folder` takes the launcher."""
    runtime, service = module("ministack.core.lambda_runtime"), module("ministack.services.lambda_svc")
    launcher = _write_launcher(folder)
    detect, invoke, execute = runtime._detect_runtime_binary, runtime.Worker.invoke, service._execute_function_warm
    acquire = service.acquire_worker

    def detect_runtime_binary(name: str) -> tuple[str, str]:
        binary, script = detect(name)
        if not name.startswith("python"):
            return binary, script
        if script.count(_ERROR_LINE) != 1:
            raise RuntimeError("MiniStack's Python worker no longer reports errors as this repair expects; see services/functions.py")
        return str(launcher), script.replace(_ERROR_LINE, _ERROR_LINE_WITH_CLASS)

    def worker_invoke(*args: Any, **keywords: Any) -> Any:
        answer = invoke(*args, **keywords)
        _raised.set(answer.get("type", ""))
        return answer

    def execute_function_warm(*args: Any) -> Any:
        _raised.set("")
        answer = execute(*args)
        if answer.get("error") and _raised.get():
            answer["body"]["errorType"] = _raised.get()
        return answer

    def acquire_worker(
        name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST", max_concurrency: int | None = None
    ) -> Any:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            worker, how = acquire(name, config, code, qualifier=qualifier, max_concurrency=max_concurrency or ENVIRONMENTS)
            if worker is not None:
                return worker, how
            time.sleep(0.01)
        return acquire(name, config, code, qualifier=qualifier, max_concurrency=max_concurrency)

    service.acquire_worker = acquire_worker
    runtime._detect_runtime_binary = detect_runtime_binary
    runtime.Worker.invoke = worker_invoke
    service._execute_function_warm = execute_function_warm


def _write_launcher(folder: Path) -> Path:
    packages = folder / "runtime-packages"
    packages.mkdir()
    for name in _RUNTIME_PACKAGES:
        source = Path(_origin(name))
        target = source.parent if source.name == "__init__.py" else source
        (packages / target.name).symlink_to(target)
    bootstrap = folder / "bootstrap.py"
    names = {"endpoint": os.environ["AWS_ENDPOINT_URL"], "ca_bundle": os.environ["AWS_CA_BUNDLE"], "path": EDGE_PATH}
    source = str(Path(isolation.__file__).parent)
    bootstrap.write_text(_BOOTSTRAP.format(kept=_KEPT, packages=str(packages), source=source, names=names))
    launcher = folder / "python"
    interpreter = os.path.realpath(sys.executable)  # outside the virtual environment; -I and -S leave out every site-packages
    launcher.write_text(f'#!/bin/sh\nexec {shlex.quote(interpreter)} -I -S {shlex.quote(str(bootstrap))} "$@"\n')
    launcher.chmod(0o700)
    return launcher


def _origin(name: str) -> str:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the Lambda runtime's package {name} is not installed")
    return spec.origin

"""Running a program: settings of the SDK, the program itself, its errors, and the graph at the end."""

import asyncio
import contextvars
import runpy
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

from pulumi.runtime import config as sdk_config
from pulumi.runtime import settings as sdk_settings
from pulumi.runtime.stack import run_in_stack

from marquee.engine.analyzer import Analyzer
from marquee.engine.backend import Backend
from marquee.engine.errors import EngineError, PolicyViolation
from marquee.engine.events import Event, SecretStandIn
from marquee.engine.graph import Graph
from marquee.engine.imports import running_in
from marquee.engine.log_service import LogService
from marquee.engine.loop import DirectLoop
from marquee.engine.monitor import Monitor
from marquee.engine.program_errors import describe, outputs_are_no_text
from marquee.engine.project import Project, load_project
from marquee.engine.quick import lean_sdk
from marquee.engine.registry import Registry
from marquee.engine.values import Value
from marquee.errors import MarqueeError


def run(
    project_dir: Path | str,
    *,
    stack: str,
    backend: Backend,
    preview: bool,
    analyzer: Analyzer | None = None,
    on_event: Callable[[Event], None] | None = None,
    config: Mapping[str, Value] | None = None,
) -> Graph:
    """Run the program of the project in `project_dir` and return what it declared.

    In a preview nothing is made and what only a deployment can tell stays unknown; otherwise `backend` makes each custom resource.
    `config` overrides keys of the stack's file (`platform` means `<project>:platform`). Events go to `on_event` as they happen.

    `analyzer` is a policy pack that looks at each resource before it is made, and at the stack at the end.

    Raises MarqueeError: of exit code 2 for bad project files, `EngineError`, `ProgramError`, `BackendError`, `PolicyViolation`, or what the
    program itself raised, if that is a MarqueeError. Not reentrant, and not for use inside a running event loop.
    """
    _refuse_running_loop()
    emit = on_event or _ignore
    project = load_project(Path(project_dir), stack, config)
    for key, text in project.stand_ins.items():
        emit(SecretStandIn(key, text))
    with analyzer.session(project, preview=preview, emit=emit) if analyzer else nullcontext() as policies:
        monitor = Monitor(project=project, backend=backend, preview=preview, emit=emit, registry=Registry(project), policies=policies)
        with running_in(project.directory), lean_sdk(), outputs_are_no_text():
            # The SDK keeps its state in context variables: in a context of their own, no run sees another's.
            contextvars.copy_context().run(_execute, project, monitor)
        if monitor.problems:
            raise EngineError(monitor.problems)
        resources = monitor.registry.resources
        graph = Graph(project=project.name, stack=stack, preview=preview, resources=resources, outputs=monitor.outputs)
        if policies is not None:
            policies.finish(graph)
            if any(finding.blocks for finding in policies.findings):
                raise PolicyViolation(policies.findings, graph)
    return graph


def _execute(project: Project, monitor: Monitor) -> None:
    sdk_settings.reset_options(
        project=project.name,
        stack=project.stack,
        root_directory=str(project.directory),
        engine_address=LogService(monitor.emit),  # pyright: ignore[reportArgumentType] the SDK takes an address or a service
        monitor_address=monitor,  # pyright: ignore[reportArgumentType]
        preview=monitor.preview,
        organization="organization",
    )
    sdk_config.set_all_config(dict(project.config), sorted(project.secret_keys))
    loop = DirectLoop()
    try:
        loop.run_until_complete(run_in_stack(lambda: _program(project)))
    except BaseException as error:
        if monitor.failure is not None and not isinstance(error, KeyboardInterrupt):
            raise _with_problems(monitor.failure, monitor.problems) from error
        if isinstance(error, SystemExit) and not error.code:
            return
        if isinstance(error, Exception | SystemExit):
            raise describe(error, project.directory, monitor.refused_invokes) from error
        raise
    finally:
        loop.discard()
    if monitor.failure is not None:  # the program caught what the engine refused; the engine still refuses
        raise _with_problems(monitor.failure, monitor.problems)


def _with_problems(failure: MarqueeError, problems: list[str]) -> MarqueeError:
    """`failure`, told together with what a preview had found wrong before it."""
    if not problems or not isinstance(failure, EngineError):
        return failure
    return EngineError([*problems, *failure.problems], fix=failure.fix)


def _refuse_running_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise MarqueeError("a program cannot be run inside a running event loop", fix="call run() in a thread of its own (asyncio.to_thread)")


def _ignore(*_args: object, **_kwargs: object) -> None: ...


async def _program(project: Project) -> None:
    runpy.run_path(str(project.program), run_name="__main__")
    # Let the registrations begin. The SDK would otherwise find none to wait for, and wait for every single output instead.
    await asyncio.sleep(0)

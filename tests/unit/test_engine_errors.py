"""How a run fails: with the error that matters, once, and without harm to the next run."""

from pathlib import Path

import pytest

from marquee.engine import BackendError, ProgramError, loop, run
from marquee.errors import MarqueeError
from tests.unit.engine_programs import Recorder, execute, named, project


def test_an_exception_of_the_program_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        execute(tmp_path, 'Thing("a")\n{}["missing"]')
    assert caught.value.what == "the program failed: KeyError: 'missing'"
    lines = (tmp_path / "__main__.py").read_text().splitlines()
    assert caught.value.fix == f"raised at __main__.py:{len(lines)}"
    assert isinstance(caught.value.__cause__, KeyError)


FAILING = {
    "in an apply": 'Thing("a").out.apply(lambda text: 1 / 0)',
    "in an apply that feeds a resource": 'Thing("b", of=Thing("a").out.apply(lambda text: 1 / 0))',
    "in an apply that is exported": 'pulumi.export("x", Thing("a").out.apply(lambda text: 1 / 0))',
    "in an apply of an apply": 'Thing("a").out.apply(lambda text: pulumi.Output.from_input(text).apply(lambda text: 1 / 0))',
    "in a component": 'class Bad(Group):\n    def __init__(self):\n        super().__init__("g")\n        1 / 0\nBad()',
    "in an awaitable input": 'async def bad():\n    return 1 / 0\nThing("a", of=bad())',
    "in an asynchronous program": "async def main():\n    1 / 0\npulumi.run(main)",
}


@pytest.mark.parametrize("case", FAILING)
def test_an_exception_is_never_swallowed(tmp_path: Path, case: str) -> None:
    with pytest.raises(ProgramError, match="ZeroDivisionError"):
        execute(tmp_path, FAILING[case])


def test_a_failed_backend_names_the_resource_and_ends_the_run(tmp_path: Path) -> None:
    program = 'Thing("a")\nThing("b")\nThing("of-b", of=Thing("c").out)'
    backend = Recorder(broken={"b": RuntimeError("quota exceeded")})
    with pytest.raises(BackendError, match=r"^urn:pulumi:dev::tiny::test:index:Thing::b: quota exceeded$") as caught:
        execute(tmp_path, program, backend=backend)
    assert caught.value.urn.endswith("::b")
    assert [request.name for request in backend.created] == ["a"], "nothing is made after a failure"


def test_a_backend_keeps_its_advice(tmp_path: Path) -> None:
    backend = Recorder(broken={"a": MarqueeError("no", fix="say please")})
    with pytest.raises(BackendError) as caught:
        execute(tmp_path, 'Thing("a")', backend=backend)
    assert caught.value.fix == "say please"


def test_a_program_may_go_on_without_a_function(tmp_path: Path) -> None:
    program = """
        try:
            pulumi.runtime.invoke("test:index:find", {})
        except Exception as error:
            pulumi.export("error", str(error))
    """
    graph = execute(tmp_path, program, backend=Recorder(broken={"test:index:find": ValueError("not found")}))
    assert graph.outputs == {"error": "invoke of test:index:find failed: test:index:find: not found"}


def test_a_failed_function_ends_a_program_that_does_not_mind_it(tmp_path: Path) -> None:
    program = 'pulumi.runtime.invoke_output("test:index:find", {})'
    with pytest.raises(BackendError, match="test:index:find: not found"):
        execute(tmp_path, program, backend=Recorder(broken={"test:index:find": ValueError("not found")}))


def test_our_own_errors_come_through_with_their_exit_code(tmp_path: Path) -> None:
    program = """
        from marquee.errors import MarqueeError
        try:
            raise MarqueeError("bad settings", fix="edit them", exit_code=2)
        except MarqueeError as error:
            raise pulumi.RunError("as Pulumi shows it") from {cause}
    """
    for cause in ("error", "None"):
        with pytest.raises(MarqueeError) as caught:
            execute(tmp_path, program.format(cause=cause))
        assert (caught.value.what, caught.value.fix, caught.value.exit_code) == ("bad settings", "edit them", 2)


def test_a_run_error_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        execute(tmp_path, 'raise pulumi.RunError("say it so")')
    assert (caught.value.what, caught.value.exit_code) == ("say it so", 1)


@pytest.mark.parametrize(("code", "said"), [("3", "exited with 3"), ("'done for'", "exited with 'done for'")])
def test_an_exit_is_a_failure(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(ProgramError, match=said):
        execute(tmp_path, f"import sys\nThing('a')\nsys.exit({code})")


@pytest.mark.parametrize("code", ["", "0"])
def test_a_clean_exit_is_none(tmp_path: Path, code: str) -> None:
    assert named(execute(tmp_path, f"import sys\nThing('a')\nsys.exit({code})"), "a").id == "a-id"


def test_a_value_that_never_comes_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "STALL_SECONDS", 0.2)
    program = 'import asyncio\nThing("a", of=asyncio.get_running_loop().create_future())'
    with pytest.raises(ProgramError, match="waits for a value that nothing will ever provide"):
        execute(tmp_path, program)


def test_another_thread_may_take_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "STALL_SECONDS", 30)
    program = """
        import asyncio, concurrent.futures, time
        pool = concurrent.futures.ThreadPoolExecutor(1)
        pulumi.export("slow", asyncio.get_running_loop().run_in_executor(pool, lambda: time.sleep(0.3) or "done"))
    """
    assert execute(tmp_path, program).outputs == {"slow": "done"}


def test_two_resources_that_wait_for_each_other_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "STALL_SECONDS", 0.2)
    program = """
        import asyncio
        late = asyncio.get_running_loop().create_future()
        a = Thing("a", of=late)
        late.set_result(Thing("b", of=a.out).out)
    """
    with pytest.raises(ProgramError, match="waits for a value"):
        execute(tmp_path, program)


def test_a_failed_run_does_not_spoil_the_next(tmp_path: Path) -> None:
    bad = project(tmp_path / "bad", 'Thing("a").out.apply(lambda text: 1 / 0)\nThing("b")\nraise ValueError')
    good = project(tmp_path / "good", 'pulumi.export("out", Thing("a").out)')
    for _ in range(3):
        with pytest.raises(ProgramError):
            run(bad, stack="dev", backend=Recorder(), preview=False)
        assert run(good, stack="dev", backend=Recorder(), preview=False).outputs == {"out": "made"}


def test_a_failed_run_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProgramError):
        execute(tmp_path, 'Thing("b", of=Thing("a").out.apply(lambda text: 1 / 0))')
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        execute(tmp_path, "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        execute(tmp_path, 'Thing("a")', backend=Recorder(broken={"a": KeyboardInterrupt()}))  # pyright: ignore[reportArgumentType]


def test_a_run_inside_a_running_loop_is_refused_by_the_loop(tmp_path: Path) -> None:
    program = "import part\npart.again()"
    part = f"""
        def again():
            from marquee.engine import run
            from tests.unit.engine_programs import Recorder
            run({str(tmp_path / "inner")!r}, stack="dev", backend=Recorder(), preview=True)
    """
    project(tmp_path / "inner", "")
    folder = project(tmp_path / "outer", program, part=part)
    with pytest.raises(MarqueeError, match="inside a running event loop"):
        run(folder, stack="dev", backend=Recorder(), preview=True)

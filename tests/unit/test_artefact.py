"""The artefact of a function: the same bytes from the same files, nothing of the machine that made it, nothing Lambda cannot load."""

import importlib.metadata
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from components.compute import artefact

PACKAGES = ("aws-lambda-powertools", "jmespath", "typing-extensions")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one area of code, below which artefacts are built."""
    for name in ("runtime/__init__.py", "runtime/area/handler.py", "marquee/__init__.py", "marquee/domain/rules.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f'"""{name}"""\n')
    monkeypatch.setattr(artefact, "ROOT", tmp_path)
    return tmp_path


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_it_holds_the_area_the_domain_and_the_packages(root: Path) -> None:
    built = root / artefact.build("area", PACKAGES)
    assert built == root / ".build/lambda/area.zip"
    held = names(built)
    assert {"runtime/__init__.py", "runtime/area/handler.py", "marquee/__init__.py", "marquee/domain/rules.py"} <= set(held)
    assert {name.split("/")[0] for name in held} >= {"aws_lambda_powertools", "jmespath", "typing_extensions.py"}
    assert held == sorted(held)


def test_nothing_of_this_machine_is_in_it(root: Path) -> None:
    (root / "runtime/area/__pycache__").mkdir()
    (root / "runtime/area/__pycache__/handler.cpython-311.pyc").write_bytes(b"compiled")
    with zipfile.ZipFile(root / artefact.build("area", PACKAGES)) as archive:
        entries = archive.infolist()
    assert not [
        entry.filename for entry in entries if "__pycache__" in entry.filename or entry.filename.endswith((".pyc", "RECORD", "INSTALLER"))
    ]
    assert not [entry.filename for entry in entries if entry.filename.startswith(("/", "../"))]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


def test_extension_modules_are_shipped_only_where_they_are_asked_for(root: Path) -> None:
    with pytest.raises(ValueError, match="which one version of Python alone can load"):
        artefact.build("area", ("cffi",))
    held = names(root / artefact.build("area", ("cffi",), compiled=True))
    assert [name for name in held if name.endswith(".so")] == [f"_cffi_backend.{sysconfig.get_config_var('SOABI')}.so"]


@pytest.mark.parametrize(
    ("tags", "needed"),
    [
        ("Tag: cp311-abi3-manylinux_2_34_x86_64", (2, 34)),
        ("Tag: cp311-cp311-manylinux_2_17_x86_64\nTag: cp311-cp311-manylinux_2_28_x86_64", (2, 17)),
        ("Tag: py3-none-any", None),
    ],
)
def test_a_wheel_says_which_c_library_it_needs(
    tags: str, needed: tuple[int, int] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "linked-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: linked\nVersion: 1\n")
    (folder / "WHEEL").write_text(f"Wheel-Version: 1.0\n{tags}\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert artefact.oldest_libc("linked") == needed


def test_the_same_files_give_the_same_bytes_at_any_time(root: Path) -> None:
    built = root / artefact.build("area", PACKAGES)
    first = built.read_bytes()
    for path in root.rglob("*.py"):
        os.utime(path, (1, 1))
    built.unlink()
    assert (root / artefact.build("area", PACKAGES)).read_bytes() == first


def test_it_is_made_anew_only_when_a_file_changed(root: Path) -> None:
    built = root / artefact.build("area", PACKAGES)
    made, first = built.stat().st_mtime_ns, built.read_bytes()
    artefact.build("area", PACKAGES)
    assert built.stat().st_mtime_ns == made
    (root / "runtime/area/handler.py").write_text('"""runtime/area/handler.px"""\n')  # of the same size
    assert (root / artefact.build("area", PACKAGES)).read_bytes() != first
    assert [path.name for path in built.parent.iterdir() if path.suffix == ".part"] == []


ELSEWHERE = """
import sys
from pathlib import Path
from components.compute import artefact
artefact.OUT = Path(sys.argv[1])
artefact.build("ingest", sys.argv[2:])
"""


@pytest.mark.slow
def test_the_projects_own_artefact_is_that_of_any_other_process(tmp_path: Path) -> None:
    """Where sets have another order."""
    built: list[bytes] = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-c", ELSEWHERE, str(out), *PACKAGES, "pymediainfo"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(artefact.ROOT)}
        subprocess.run(command, cwd=artefact.ROOT, env=environment, check=True)
        built.append((out / "ingest.zip").read_bytes())
    assert built[0] == built[1]


def test_what_one_version_of_python_alone_can_load_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match=r"pydantic-core holds .*cpython-.*Lambda's may differ"):
        artefact.build("area", ["pydantic-core"])
    assert not (root / ".build/lambda/area.zip").exists()


def test_a_package_without_a_list_of_files_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_files(_name: str) -> None:
        return None

    monkeypatch.setattr(importlib.metadata, "files", no_files)
    with pytest.raises(ValueError, match="jmespath is installed without a list of its files"):
        artefact.build("area", ["jmespath"])


def test_what_is_not_there_is_refused(root: Path) -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        artefact.build("area", ["no-such-package"])
    with pytest.raises(ValueError, match="runtime/nowhere does not exist"):
        artefact.build("nowhere", [])

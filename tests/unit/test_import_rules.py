"""Data flows one way: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("components", "policy", "runtime", "marquee", "benchmarks", "tests", "__main__")

ALLOWED = {
    "marquee/domain": {"marquee.domain"},
    "marquee/settings": {"marquee.settings", "marquee.domain", "marquee.errors"},
    "marquee/engine": {"marquee.engine", "marquee.errors"},
    "marquee/emulator": {"marquee.emulator", "marquee.domain", "marquee.engine", "marquee.errors"},
    "marquee/conformance": {"marquee.domain", "marquee.conformance", "marquee.engine", "marquee.emulator", "marquee.errors"},
    "marquee/policies": {"marquee.policies", "marquee.engine", "marquee.errors"},
    "marquee/ingest": {"marquee.ingest", "marquee.domain", "marquee.settings", "marquee.errors"},
    "marquee/viewing": {"marquee.viewing", "marquee.ingest", "marquee.domain", "marquee.errors"},
    "marquee/console": {"marquee.console", "marquee.viewing", "marquee.ingest", "marquee.domain", "marquee.errors"},
    "marquee/cli": {"marquee"},
    "components": {"components", "marquee.settings", "marquee.domain"},
    "runtime": {"runtime", "marquee.domain"},
    "policy": set[str](),
}
FORBIDDEN_PACKAGES = {
    "runtime": {"pulumi", "pulumi_aws", "pydantic"},
    "marquee/domain": {"pulumi", "pulumi_aws", "boto3", "botocore", "pydantic"},
    "marquee/engine": {"pulumi_aws", "boto3", "botocore", "moto", "ministack"},
    "components": {"boto3", "botocore"},
    "policy": {"pulumi_aws", "boto3"},
}


def imported(path: Path) -> Iterator[str]:
    """Absolute dotted names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(folder: str) -> list[Path]:
    found = [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert found, f"{folder} is empty: the rule would hold of nothing"
    return found


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_every_package_has_a_rule() -> None:
    packages = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "marquee").glob("*/__init__.py")}
    assert packages == {folder for folder in ALLOWED if folder.startswith("marquee/")}
    programs = {path.name for path in ROOT.iterdir() if path.is_dir() and (list(path.glob("__*__.py")))} - {"benchmarks", "marquee"}
    assert programs == {folder for folder in ALLOWED if "/" not in folder}


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_imports_of_ours_only_what_it_may(folder: str) -> None:
    own = {path.stem for path in (ROOT / folder).iterdir()} if folder == "policy" else set[str]()
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(folder)
        for name in imported(path)
        if name.partition(".")[0] in OURS and not within(name, ALLOWED[folder]) and name.partition(".")[0] not in own
    ]
    assert not wrong


@pytest.mark.parametrize("folder", FORBIDDEN_PACKAGES)
def test_a_folder_imports_no_package_that_is_not_its_business(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(folder)
        for name in imported(path)
        if within(name, FORBIDDEN_PACKAGES[folder])
    ]
    assert not wrong


def test_the_emulators_resources_and_services_do_not_know_each_other() -> None:
    for folder, other in (("resources", "services"), ("services", "resources")):
        names = {name for path in files(f"marquee/emulator/{folder}") for name in imported(path)}
        assert not [name for name in names if name.startswith(f"marquee.emulator.{other}")]


def test_nobody_imports_the_program() -> None:
    assert not [
        path for folder in ("components", "marquee", "policy", "runtime") for path in files(folder) if "__main__" in set(imported(path))
    ]


def test_the_rules_catch_a_breach(tmp_path: Path) -> None:
    breach = tmp_path / "breach.py"
    breach.write_text("def late():\n    from components.edge import Edge\n    import pulumi_aws.s3\n")
    assert list(imported(breach)) == ["components.edge.Edge", "pulumi_aws.s3"]
    assert within("pulumi_aws.s3", {"pulumi_aws"})
    assert not within("pulumi_awsx", {"pulumi_aws"})

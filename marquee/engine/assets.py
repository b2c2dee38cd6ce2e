"""Files and folders that a program gives as properties.

They must be there when a resource is registered: the real engine hashes them then.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from marquee.engine.values import Archive, Asset, Secret, Value

_ARCHIVES: Final = (".tar", ".tar.gz", ".tgz", ".zip", ".jar")


def asset_problems(inputs: Mapping[str, Value]) -> list[str]:
    """What is wrong with the assets and archives in `inputs`; relative paths start at the working directory."""
    found = [(where, _problem(value)) for where, value in _assets(inputs, "")]
    return [f"{where}: {problem}" for where, problem in found if problem]


def _problem(value: Asset | Archive) -> str:
    if value.path is None:
        return ""
    path = Path(value.path)
    if isinstance(value, Asset):
        return "" if path.is_file() else f"there is no file {value.path!r}"
    if path.is_dir() or (path.is_file() and path.name.endswith(_ARCHIVES)):
        return ""
    return f"{value.path!r} is neither a folder nor an archive ({', '.join(_ARCHIVES)})" if path.exists() else f"there is no {value.path!r}"


def _assets(value: Value, where: str) -> Iterator[tuple[str, Asset | Archive]]:
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, Asset | Archive):
        yield where, value
        value = value.assets if isinstance(value, Archive) else None
    if isinstance(value, Mapping):
        for name, item in cast("Mapping[str, Value]", value).items():
            yield from _assets(item, f"{where}.{name}" if where else name)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Value]", value)):
            yield from _assets(item, f"{where}[{index}]")

"""`Pulumi.<stack>.yaml` for those who read it without Pulumi: the command line and the tests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from marquee.errors import MarqueeError
from marquee.settings._load import load
from marquee.settings._platform import Settings
from marquee.settings._problem import FILE, Place, Problem, SettingsError, dotted, shown
from marquee.settings._translate import near
from marquee.settings._yaml import MAX_BYTES, Composer

KEY: Final = "marquee:platform"
_TOP_KEYS: Final = ["config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"]
"""Source: Pulumi, Stack settings file reference."""
_OWN_KEYS: Final = [KEY]
"""Keys of our own namespace."""
GUARD: Final = "pulumi:disable-default-providers"


@dataclass(frozen=True, slots=True)
class StackFile:
    """What a stack file holds, before anything is judged but its YAML and its outline."""

    stack: str
    config: Mapping[str, Any]
    """Every key of `config`, ours and Pulumi's."""
    lines: Mapping[str, int]
    """Path below `marquee:platform`, or below the file for what lies beside it, → line from 1."""

    @property
    def platform(self) -> Mapping[str, Any]:
        """The object `marquee:platform`."""
        return cast("Mapping[str, Any]", self.config[KEY])

    def settings(self) -> Settings:
        """The settings. Raises SettingsError, each problem with its line."""
        try:
            return load(self.platform, self.stack)
        except SettingsError as error:
            problems = [replace(problem, line=_line(self.lines, problem.path)) for problem in error.problems]
            raise SettingsError(self.stack, sorted(problems, key=lambda problem: problem.line)) from None


def path_of(stack: str, folder: Path) -> Path:
    """The file of `stack` in `folder`. Raises MarqueeError naming the stacks there are."""
    path = folder / f"Pulumi.{stack}.yaml"
    if "/" in stack or not path.is_file():
        stacks = sorted(found.name.split(".")[1] for found in folder.glob("Pulumi.*.yaml"))
        known = f"stacks here: {', '.join(stacks)}" if stacks else "run it in the folder that holds Pulumi.<stack>.yaml"
        raise MarqueeError(f"there is no Pulumi.{stack}.yaml", fix=known, exit_code=2)
    return path


def read(path: Path, stack: str) -> StackFile:
    """Read the stack file at `path`.

    Raises SettingsError for what is not plain YAML of the right outline, MarqueeError for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MarqueeError(f"cannot read {path.name}: {error.strerror}", fix="name a readable stack file", exit_code=2) from None
    return parse(data, stack)


def parse(data: bytes, stack: str) -> StackFile:
    """`read` for bytes at hand."""
    composer = Composer(_text(data, stack))
    lines = {dotted(_below(place)): line for place, line in composer.lines.items()}
    if composer.problems:
        prefix = f"config.{KEY}"
        found = [replace(problem, path=problem.path.removeprefix(prefix).removeprefix(".")) for problem in composer.problems]
        found += _others(composer.document, lines, stack, found)
        raise SettingsError(stack, sorted(found, key=lambda problem: problem.line))
    if problems := list(_outline(composer.document)):
        raise SettingsError(stack, [replace(problem, line=_line(lines, problem.path)) for problem in problems])
    return StackFile(stack, composer.document["config"], lines)


def _others(document: Any, lines: Mapping[str, int], stack: str, found: Sequence[Problem]) -> Iterable[Problem]:
    """What is wrong beside the YAML, of a file that could be read to its end; nothing more of a value that is told of already."""
    if document is None or list(_outline(document)):
        return
    told = {problem.path for problem in found}
    try:
        StackFile(stack, document["config"], lines).settings()
    except SettingsError as error:
        yield from (problem for problem in error.problems if problem.path not in told)


def _line(lines: Mapping[str, int], path: str) -> int:
    """Line of the value at `path` or, where nothing stands, of what it belongs to."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 0)


def _below(place: Place) -> Place:
    return place[2:] if place[:2] == ("config", KEY) else place


def _text(data: bytes, stack: str) -> str:
    if len(data) > MAX_BYTES:
        why = f"is larger than {MAX_BYTES // 1024} KiB, which no stack file is"
        raise SettingsError(stack, [Problem(FILE, "", why, "check that it is the right file")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(stack, [Problem(FILE, "", "is not UTF-8 text", "save it as UTF-8", line)]) from None


def _outline(document: Any) -> Iterable[Problem]:
    """Problems of the file around `marquee:platform`."""
    if not isinstance(document, dict):
        yield Problem(FILE, shown(document), "is not a mapping", f"start with config: and, below it, {KEY}:")
        return
    top = cast("dict[str, Any]", document)
    for key in top.keys() - set(_TOP_KEYS):
        yield Problem(key, shown(top[key]), "is no key of a Pulumi stack file", near(key, _TOP_KEYS))
    config = top.get("config")
    if not isinstance(config, dict):
        yield Problem("config", shown(config), "is not a mapping", f"write config: and, below it, {KEY}:")
        return
    yield from _config(cast("dict[str, Any]", config))


def _config(config: dict[str, Any]) -> Iterable[Problem]:
    for key, value in config.items():
        if ":" not in key or (key.startswith("marquee:") and key not in _OWN_KEYS):
            yield Problem(f"config.{key}", shown(value), "is no key of this program", near(key, _OWN_KEYS))
    if KEY not in config:
        yield Problem(f"config.{KEY}", "", "is required", f"add {KEY}: with profile, identity, accounts and regions below it")
    elif not isinstance(config[KEY], dict):
        yield Problem("", shown(config[KEY]), "is not a mapping", f"write the sections below {KEY}, indented")
    yield from _secrets(config.get(KEY), ())
    guarded = config.get(GUARD)
    if not isinstance(guarded, list) or not {"aws", "*"} & set(map(str, cast("list[Any]", guarded))):
        why = "does not name aws: a resource without an explicit provider would go to whatever account the shell points to"
        yield Problem(f"config.{GUARD}", shown(config.get(GUARD)), why, f'add {GUARD}: ["aws"]')


def _secrets(value: Any, place: Place) -> Iterable[Problem]:
    """Secrets among the settings. Pulumi decrypts them unmarked, so an error or a tag could print them."""
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        if found.keys() == {"secure"}:
            why = f"is a secret, and one of them makes all of {KEY} secret"
            yield Problem(dotted(place), "", why, "no setting is secret: write it plainly")
            return
        items = found.items()
    elif isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
    for step, inner in items:
        yield from _secrets(inner, (*place, step))

"""A Pulumi project on disk: `Pulumi.yaml` and `Pulumi.<stack>.yaml`, read as the real engine reads them."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from marquee.engine.config_types import check_types
from marquee.engine.values import Value
from marquee.errors import MarqueeError

_MAX_BYTES = 10_000_000  # a stack file is a few kB; a wrong path may name anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project and the configuration of one of its stacks."""

    name: str
    stack: str
    directory: Path
    program: Path
    """`__main__.py`, in `directory` or where `main:` says."""
    config: Mapping[str, str]
    """`<namespace>:<key>` → text, objects and lists as JSON; what the SDK's `pulumi.Config` reads."""
    secret_keys: frozenset[str] = frozenset()
    stand_ins: Mapping[str, str]
    """Path of each `secure:` value → the text that stands in for it, since nothing here can decrypt."""

    def redacted(self) -> dict[str, str]:
        """The configuration as policy packs receive it."""
        return {key: "[secret]" if key in self.secret_keys else text for key, text in self.config.items()}

    def listed(self, key: str) -> frozenset[str]:
        """A setting that is a list of texts, such as `pulumi:disable-default-providers`; empty if it is not set."""
        text = self.config.get(key, "[]")
        try:
            items = json.loads(text)
        except ValueError:
            items = None
        if not isinstance(items, list):
            raise MarqueeError(f"{key} must be a list, not {text!r}", exit_code=2)
        return frozenset(str(item) for item in cast("list[Any]", items))


def load_project(directory: Path, stack: str, overrides: Mapping[str, Value] | None = None) -> Project:
    """Read the project in `directory` with the configuration of `stack`, over which `overrides` win.

    Raises MarqueeError (exit code 2) for a missing or malformed file, and for required configuration that is missing.
    """
    directory = directory.resolve()
    declared = _read(directory / "Pulumi.yaml")
    name = declared.get("name")
    if not isinstance(name, str) or not name:
        raise MarqueeError(f"{directory / 'Pulumi.yaml'} has no `name`", exit_code=2)
    stack_file = _read(directory / f"Pulumi.{stack}.yaml")
    if "environment" in stack_file:
        raise MarqueeError(f"{stack_file.path} imports environments, which only Pulumi's own service can open", exit_code=2)
    schema = _mapping(declared.get("config"), directory / "Pulumi.yaml")
    values = _defaults(schema, name) | _named(_mapping(stack_file.get("config"), stack_file.path), name) | _named(overrides or {}, name)
    stand_ins: dict[str, str] = {}
    secret_keys = {key for key, value in values.items() if _holds_secure(value)}
    config = {key: _text(_without_secure(value, key, stand_ins)) for key, value in values.items()}
    _check_required(schema, name, stack, config)
    check_types(_named(schema, name), values, stack)
    return Project(
        name=name,
        stack=stack,
        directory=directory,
        program=_program(directory, declared.get("main")),
        config=config,
        secret_keys=frozenset(secret_keys),
        stand_ins=stand_ins,
    )


class _File(dict[str, Any]):
    """A YAML mapping that knows where it came from."""

    path: Path


def _read(path: Path) -> _File:
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8") if size <= _MAX_BYTES else ""
    except FileNotFoundError:
        raise MarqueeError(f"{path} does not exist", fix=_stacks_hint(path), exit_code=2) from None
    except (OSError, UnicodeDecodeError) as error:
        raise MarqueeError(f"cannot read {path}: {error}", exit_code=2) from error
    if size > _MAX_BYTES:
        raise MarqueeError(f"{path} is {size:,} bytes long; a settings file has a few thousand", exit_code=2)
    try:
        content = YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except (YAMLError, ValueError) as error:
        raise MarqueeError(f"{path} is not valid YAML: {error}", exit_code=2) from error
    file = _File(_mapping(content, path))
    file.path = path
    return file


def _stacks_hint(path: Path) -> str:
    known = sorted(found.name.split(".")[1] for found in path.parent.glob("Pulumi.*.yaml"))
    return f"stacks here: {', '.join(known)}" if known and path.name != "Pulumi.yaml" else "run this from the project's folder"


def _mapping(content: object, path: Path) -> dict[str, Any]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise MarqueeError(f"{path}: a mapping is expected, not {type(content).__name__}", exit_code=2)
    return {str(key): value for key, value in cast("dict[Any, Any]", content).items()}


def _named(values: Mapping[str, Any], project: str) -> dict[str, Any]:
    """Keys without a namespace belong to the project."""
    return {key if ":" in key else f"{project}:{key}": value for key, value in values.items()}


def _defaults(schema: Mapping[str, Any], project: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, entry in _named(schema, project).items():
        if not isinstance(entry, dict):
            found[key] = entry  # the short form: `key: default`
            continue
        declared = cast("dict[str, Any]", entry)
        for word in ("default", "value"):
            if word in declared:
                found[key] = declared[word]
    return found


def _check_required(schema: Mapping[str, Any], project: str, stack: str, config: Mapping[str, str]) -> None:
    missing = [key for key in _named(schema, project) if key not in config]
    if missing:
        raise MarqueeError(
            f"stack {stack!r} is missing configuration: {', '.join(missing)}",
            fix=f"add it under `config:` in Pulumi.{stack}.yaml",
            exit_code=2,
        )


def _holds_secure(value: object) -> bool:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return set(fields) == {"secure"} or any(_holds_secure(field) for field in fields.values())
    return isinstance(value, list) and any(_holds_secure(item) for item in cast("list[object]", value))


def _without_secure(value: Any, path: str, stand_ins: dict[str, str]) -> Any:
    """`value` with each `{secure: …}` replaced; what was put in its place is added to `stand_ins`."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if set(fields) == {"secure"}:
            stand_ins[path] = f"local-{path.partition(':')[2]}"
            return stand_ins[path]
        return {key: _without_secure(field, f"{path}.{key}", stand_ins) for key, field in fields.items()}
    if isinstance(value, list):
        return [_without_secure(item, f"{path}[{index}]", stand_ins) for index, item in enumerate(cast("list[Any]", value))]
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, default=_as_go_writes_it)


def _as_go_writes_it(value: object) -> str:
    """A date inside an object: the real engine turns it into a time, so an unquoted `2027-01-31` arrives with one here too."""
    if isinstance(value, datetime.datetime):
        return value.isoformat() + ("" if value.tzinfo else "Z")
    if isinstance(value, datetime.date):
        return f"{value.isoformat()}T00:00:00Z"
    raise MarqueeError(f"{value!r} is no value for a stack's configuration", exit_code=2)


def _program(directory: Path, main: object) -> Path:
    program = directory / str(main) if main else directory
    if program.is_dir():
        program /= "__main__.py"
    if not program.is_file():
        raise MarqueeError(f"{program} does not exist: the project has no program", exit_code=2)
    return program

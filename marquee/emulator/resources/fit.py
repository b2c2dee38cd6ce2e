"""Fits a provider's property values to the shapes of AWS's own service models, by name.

The provider's names follow the API's but for case, plurals and lists that hold one object (`kmsKeyArn` → `KMSKeyArn`, `rule` → `Rules`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from marquee.errors import MarqueeError

_SCALARS: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: str(value).lower() if isinstance(value, bool) else str(value),
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda value: value in (True, "true"),
}


def fit(shape: Any, value: Any, path: str) -> Any:
    """`value` in the form that the botocore `shape` takes.

    Raises MarqueeError for a field that the shape does not have; `path` says where it is.
    """
    kind: str = shape.type_name
    if kind == "structure":
        return _structure(shape, value, path)
    if kind == "list":
        items: list[Any] = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
        return [fit(shape.member, item, f"{path}[{index}]") for index, item in enumerate(items)]
    if kind == "map":
        return {key: fit(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    return _SCALARS.get(kind, lambda same: same)(value)


def member(shape: Any, name: str) -> str | None:
    """The member of a structure that the property `name` means, or None."""
    wanted = _key(name)
    return next((candidate for candidate in shape.members if _key(candidate) == wanted), None)


def pick(answer: Mapping[str, Any], *names: str, **renamed: str) -> dict[str, Any]:
    """Outputs from an API's answer: `OwnerId` as `ownerId`, and `output="Name"` for another name. What the answer lacks is left out."""
    wanted = {name[0].lower() + name[1:]: name for name in names} | renamed
    return {output: answer[name] for output, name in wanted.items() if name in answer}


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, item in value.items():
        found = member(shape, name)
        if found is None:
            raise MarqueeError(f"{path}.{name} has no place in the AWS request ({shape.name} has {', '.join(shape.members)})")
        fields[found] = fit(shape.members[found], item, f"{path}.{name}")
    return fields


def _key(name: str) -> str:
    return name.replace("_", "").lower().rstrip("s")

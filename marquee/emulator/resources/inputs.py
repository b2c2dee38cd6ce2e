"""The inputs of one resource, which remember what was read, so that no setting is dropped in silence."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.engine.values import Secret, Value

OF_NO_CALL = frozenset({
    "deletionWindowInDays", "forceDestroy", "forceDetachPolicies", "forceOverwriteReplicaSecret", "recoveryWindowInDays",
    "skipDestroy", "waitForRollback",
})  # fmt: skip
"""Inputs that change no request of a creation: they say how the provider deletes, or how long it waits."""


class Inputs(Mapping[str, Any]):
    """Inputs by their camelCase names, without the marks of secrets."""

    def __init__(self, values: Mapping[str, Value]):
        self._values: dict[str, Any] = {name: plain(value) for name, value in values.items() if value is not None}
        self._read: set[str] = set()
        self._sections: list[tuple[str, Inputs]] = []

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def unread(self) -> list[str]:
        """Names of inputs that no request has carried so far, those within sections by their paths."""
        inner = [f"{path}.{name}" for path, section in self._sections for name in section.unread]
        return sorted(self._values.keys() - self._read - OF_NO_CALL) + inner

    def section(self, name: str) -> "Inputs":
        """A nested object whose fields are read one by one; empty if it is not given."""
        return self._child(name, self.get(name, {}))

    def sections(self, name: str) -> list["Inputs"]:
        """A list of nested objects whose fields are read one by one; empty if it is not given."""
        return [self._child(f"{name}[{index}]", item) for index, item in enumerate(self.get(name, []))]

    def _child(self, path: str, values: Mapping[str, Value]) -> "Inputs":
        child = Inputs(values)
        self._sections.append((path, child))
        return child


def plain(value: Value) -> Any:
    """`value` with secrets opened, nested ones too, and absent fields left out."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        fields: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return {name: plain(field) for name, field in fields.items() if field is not None}
    if isinstance(value, list | tuple):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return [plain(item) for item in items]
    return value


def attributes(given: Inputs, names: Mapping[str, str]) -> dict[str, str]:
    """Input → attribute names as the map of texts that SQS, SNS and load balancers take; only what is given."""
    return {attribute: text(given[name]) for name, attribute in names.items() if name in given}


def text(value: Any) -> str:
    """A setting as text, booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)

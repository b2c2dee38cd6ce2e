"""Property values as Terraform writes them: names mapped, blocks unflattened, tokens turned into references, texts escaped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from marquee.conformance.assets import Files
from marquee.conformance.book import Book, Reference
from marquee.conformance.properties import by_property, to_snake
from marquee.conformance.schema import Map, Object, Scalar, Sequence, Shape
from marquee.engine import Archive, Asset, Secret, Value


@dataclass(kw_only=True)
class Writer:
    """Writes the arguments of one block and remembers what it met on the way."""

    book: Book
    resolve: Callable[[Reference], Reference | str | float]
    """A reference, or the literal to put in its place."""
    files: Files | None = None
    literal_json: bool = False
    """Put literals for the references inside JSON."""
    hide_secrets: bool = False
    """Write `[secret]` for every secret text."""
    misspelt: frozenset[str] = frozenset()
    """Paths that pulumi-aws does not know either: they go on as they are, for the provider to refuse."""

    newer: list[str] = field(default_factory=list[str])
    """Paths that the provider's schema lacks; they were left out."""
    addresses: set[str] = field(default_factory=set[str])
    """What was referred to."""
    secrets: set[str] = field(default_factory=set[str])
    mixed_json: bool = False
    """True if there was JSON with references in it."""

    def object(self, shape: Object, values: Mapping[str, Value], *, type_name: str = "", path: str = "") -> dict[str, Any]:
        """The fields of a block, under the provider's names. Absent and null properties are left out."""
        fields = by_property(shape, type_name)
        written: dict[str, Any] = dict.fromkeys(shape.fields) if shape.structural else {}
        for name, value in values.items():
            here = f"{path}.{name}" if path else name
            part = fields.get(name)
            if value is None:
                continue
            if part is not None and (part.settable or name != "region"):
                written[part.name] = self.value(part.shape, value, here)
            elif part is None and here in self.misspelt:
                written[to_snake(name)] = self.plain(value)
            else:
                self.newer.append(here)
        return written

    def value(self, shape: Shape, value: Value, path: str) -> Any:
        """A value in its shape. What does not fit is written as it is: Terraform says it best."""
        if isinstance(value, Secret):
            return self._secret(shape, value, path)
        match shape:
            case Object() if isinstance(value, Mapping):
                return self.object(shape, cast("Mapping[str, Value]", value), path=path)
            case Object() if isinstance(value, list) and len(cast("list[Value]", value)) == 1:
                return self.value(shape, value[0], f"{path}[0]")  # a list of one in a newer provider, a single block in this one
            case Map() if isinstance(value, Mapping):
                items = cast("Mapping[str, Value]", value).items()
                return {self._text(key): self.value(shape.item, item, f"{path}.{key}") for key, item in items if item is not None}
            case Sequence():
                # Pulumi flattens a list that holds one element at most.
                items = cast("list[Value]", value if isinstance(value, list) else [value])
                return [
                    self.value(shape.item, item, f"{path}[{index}]" if isinstance(value, list) else path)
                    for index, item in enumerate(items)
                ]
            case _:
                return self.plain(value)

    def plain(self, value: Value) -> Any:  # noqa: PLR0911 one return a kind of value
        """A value that no shape guides."""
        match value:
            case str():
                return self._text(value)
            case int() | float() if not isinstance(value, bool):
                found = self.book.of_number(value)
                return value if found is None else self._resolved([found], literal=False)
            case list():
                return [self.plain(item) for item in cast("list[Value]", value)]
            case Mapping():
                return {self._text(key): self.plain(item) for key, item in cast("Mapping[str, Value]", value).items()}
            case Asset() | Archive():
                return self.files.path_of(value) if self.files else (value.path or value.uri or "asset")
            case Secret():
                return self._secret(Scalar("string"), value, "")
            case _:
                return value

    def _secret(self, shape: Shape, value: Secret, path: str) -> Any:
        if isinstance(value.value, str):
            self.secrets.add(value.value)
            if self.hide_secrets:
                return "[secret]"
        return self.value(shape, value.value, path)

    def _text(self, text: str) -> Any:
        pieces = list(self.book.pieces(text))
        in_json = text.lstrip()[:1] in ("{", "[") and any(isinstance(piece, Reference) for piece in pieces)
        self.mixed_json |= in_json
        return self._resolved(pieces, literal=in_json and self.literal_json)

    def _resolved(self, pieces: list[str | Reference], *, literal: bool) -> str | float:
        parts = [self._literal(piece) if literal and isinstance(piece, Reference) else piece for piece in pieces]
        parts = [self.resolve(part) if isinstance(part, Reference) else part for part in parts]
        self.addresses |= {part.address for part in parts if isinstance(part, Reference)}
        if len(parts) == 1 and isinstance(parts[0], int | float):
            return parts[0]
        return "".join("${" + part.expression + "}" if isinstance(part, Reference) else escape(str(part)) for part in parts)

    @staticmethod
    def _literal(found: Reference) -> str | float:
        return found.literal


def escape(text: str) -> str:
    """A text in which Terraform sees no template: an IAM policy's `${aws:username}` is its own."""
    return text.replace("${", "$${").replace("%{", "%%{")

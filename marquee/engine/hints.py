"""Type hints of generated SDK classes, reduced to the shapes that a value on the wire can have."""

import collections.abc
import functools
import types
import typing
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi import Archive, Asset, Output, Resource

from marquee.engine import sdk


@dataclass(frozen=True, slots=True)
class Plain:
    """A text, an integer, a number or a boolean; or anything at all."""

    name: typing.Literal["string", "integer", "number", "boolean", "anything", "asset", "archive"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed set of constants."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with names of the user's choosing."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """An object with declared properties: an input or an output class."""

    cls: type


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several shapes."""

    options: "tuple[Shape, ...]"


Shape = Plain | Choice | ListOf | MapOf | ObjectOf | AnyOf

ANYTHING = Plain("anything")
_PLAIN: dict[Any, Plain] = {
    str: Plain("string"),
    int: Plain("integer"),
    float: Plain("number"),
    bool: Plain("boolean"),
    Asset: Plain("asset"),
    Archive: Plain("archive"),
}
_LISTS = (list, collections.abc.Sequence)
_MAPS = (dict, collections.abc.Mapping)


@functools.cache
def shape_of(hint: Any) -> Shape:
    """The shape behind a hint. What is not understood is anything: it must not refuse a valid value."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(hint)
    if origin is typing.Literal:
        return Choice(args)
    if origin is Output:
        return shape_of(args[0])
    return _container(hint, origin, args) or _class(hint)


def _container(hint: Any, origin: Any, args: tuple[Any, ...]) -> Shape | None:
    if hint is list or origin in _LISTS:
        return ListOf(shape_of(args[0]) if args else ANYTHING)
    if hint is dict or origin in _MAPS:
        return MapOf(shape_of(args[1]) if len(args) == 2 else ANYTHING)
    return None


def _class(hint: Any) -> Shape:
    if not isinstance(hint, type) or typing.is_typeddict(hint):
        return ANYTHING
    if sdk.is_input(hint) or sdk.is_output(hint):
        return ObjectOf(hint)
    if issubclass(hint, Enum):
        return Choice(tuple(member.value for member in hint))
    if issubclass(hint, Resource):
        return _PLAIN[str]  # a reference to a resource reaches the provider as its id
    return ANYTHING


def _union(hint: Any) -> Shape:
    options: list[Shape] = []
    for arg in typing.get_args(hint):
        if arg is type(None) or _is_wrapper(arg):
            continue
        shape = shape_of(arg)
        options += shape.options if isinstance(shape, AnyOf) else [shape]
    distinct = tuple(dict.fromkeys(options))
    if not distinct or ANYTHING in distinct:
        return ANYTHING
    return distinct[0] if len(distinct) == 1 else AnyOf(distinct)


def _is_wrapper(arg: Any) -> bool:
    """The members of `Input[T]` that say how a value may arrive, not what it is; and typed dictionaries, which repeat a class."""
    if typing.get_origin(arg) in (collections.abc.Awaitable, Output) or arg is Output:
        return True
    return isinstance(arg, typing.ForwardRef) or typing.is_typeddict(arg)

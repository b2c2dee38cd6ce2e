"""Parameters of the shapes that many controls have."""

from guard.control import Param


def strings(name: str, description: str, *default: str) -> Param:
    """A list of strings; read it with `env.texts(name)`."""
    return Param(name=name, default=list(default), schema={"type": "array", "items": {"type": "string"}, "description": description})


def text(name: str, description: str, default: str = "") -> Param:
    """A string."""
    return Param(name=name, default=default, schema={"type": "string", "description": description})


def whole_number(name: str, description: str, default: int) -> Param:
    """A whole number, zero or more."""
    return Param(name=name, default=default, schema={"type": "integer", "minimum": 0, "description": description})

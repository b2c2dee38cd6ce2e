"""Remediations: edits on the wire's own properties, so that unknowns, secrets and all else stay as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as ProtoValue

from guard.control import Control, Edit, Env, Status, run
from guard.node import Deferred, NotApplicable
from guard.normalise import SIGNATURE, UNKNOWN_STRINGS, normalise
from guard.resource import Resource


def remediate(control: Control, properties: Struct, as_resource: Callable[[Struct], Resource], env: Env) -> Struct | None:
    """Properties as the control wants them, or None if it would change nothing. Only what the control finds fault with is changed.

    An edit that would overwrite or reach into an unknown, a secret or an asset is left out.
    """
    resource = as_resource(properties)
    if run(control, resource, env).status is not Status.FAIL:
        return None
    try:
        edits = list(control.edits(resource, env))
    except (Deferred, NotApplicable):
        return None
    return apply(properties, edits)


def apply(properties: Struct, edits: Iterable[Edit]) -> Struct | None:
    """A copy with the edits, or None if nothing changed."""
    changed = Struct()
    changed.CopyFrom(properties)
    wrapper = ProtoValue(struct_value=changed)
    done = [_set(wrapper, edit) for edit in edits]
    return wrapper.struct_value if any(done) else None


def _set(root: ProtoValue, edit: Edit) -> bool:
    node = root
    for step in edit.path:
        if not _may_enter(node, step):
            return False
        node = node.list_value.values[step] if isinstance(step, int) else node.struct_value.fields[step]
    if _holds_opaque(node) or _plain(node) == edit.value:
        return False
    _assign(node, edit.value)
    return True


def _may_enter(node: ProtoValue, step: str | int) -> bool:
    if _is_opaque(node):
        return False
    kind = node.WhichOneof("kind")
    if isinstance(step, int):
        return kind == "list_value" and step < len(node.list_value.values)
    return kind in (None, "null_value", "struct_value")


def _is_opaque(node: ProtoValue) -> bool:
    kind = node.WhichOneof("kind")
    if kind == "string_value":
        return any(sentinel in node.string_value for sentinel in UNKNOWN_STRINGS)
    return kind == "struct_value" and SIGNATURE in node.struct_value.fields


def _holds_opaque(node: ProtoValue) -> bool:
    kind = node.WhichOneof("kind")
    if kind == "list_value":
        return any(map(_holds_opaque, node.list_value.values))
    if kind == "struct_value" and not _is_opaque(node):
        return any(map(_holds_opaque, node.struct_value.fields.values()))
    return _is_opaque(node)


def _plain(node: ProtoValue) -> object:
    return normalise(Struct(fields={"value": node}))["value"] if node.WhichOneof("kind") else None


def _assign(node: ProtoValue, value: Any) -> None:
    holder = Struct()
    holder.update({"value": value})
    node.CopyFrom(holder.fields["value"])

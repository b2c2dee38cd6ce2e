"""Any Pulumi stack as its own commands print it: `pulumi stack export`, or `pulumi preview --json --show-sames`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from marquee.errors import MarqueeError

Raw = Mapping[str, Any]

_MAX_BYTES = 400 * 1024 * 1024  # what the analyzer protocol carries in one message
_HOW = "make one with `pulumi stack export > FILE`, or with `pulumi preview --json --show-sames > FILE`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The resources of a stack, each as Pulumi writes it: urn, type, custom, inputs, outputs, parent, provider, propertyDependencies."""

    project: str
    stack: str
    preview: bool
    """True for a preview: values may be unknown then, and the policies defer on them."""
    resources: tuple[Raw, ...]
    config: Mapping[str, str]
    """The stack's configuration, as far as a preview tells it; objects as JSON texts."""


def read_export(path: Path) -> Export:
    """The stack in the file. MarqueeError (exit code 2) for anything that is neither, or that leaves resources out."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise MarqueeError(f"{path} is larger than {_MAX_BYTES} bytes", fix=_HOW, exit_code=2)
        document: Any = json.loads(path.read_bytes())  # PowerShell redirects in UTF-16, which json tells by its first bytes
    except (OSError, ValueError, RecursionError) as error:
        raise MarqueeError(f"{path} cannot be read as JSON: {error or type(error).__name__}", fix=_HOW, exit_code=2) from None
    if isinstance(document, dict) and "deployment" in document:
        return _of_state(path, cast("Raw", document))
    if isinstance(document, dict) and "changeSummary" in document:
        return _of_preview(path, cast("Raw", document))
    raise MarqueeError(f"{path} is neither a stack's export nor a preview", fix=_HOW, exit_code=2)


def _of_state(path: Path, document: Raw) -> Export:
    deployment = _mapping(document["deployment"])
    # What is marked `delete` has a successor already and waits to be removed.
    kept = [resource for resource in _resources(path, deployment.get("resources") or []) if not resource.get("delete")]
    return _export(path, kept, preview=False, config={})


def _of_preview(path: Path, document: Raw) -> Export:
    steps = _objects(path, document.get("steps") or [])
    counted = sum(number for number in _mapping(document["changeSummary"]).values() if isinstance(number, int))
    if len(steps) < counted:
        raise MarqueeError(
            f"{path} holds {len(steps)} steps, and its own summary counts {counted}: a preview leaves unchanged resources out",
            fix="make it with `pulumi preview --json --show-sames`, or nothing would be said of the others",
            exit_code=2,
        )
    states = {step["urn"]: step["newState"] for step in steps if isinstance(step.get("newState"), dict) and "urn" in step}
    config = {key: _text(value) for key, value in _mapping(document.get("config")).items()}
    return _export(path, _resources(path, list(states.values())), preview=True, config=config)


def _text(value: Any) -> str:
    """A configuration value as the pack expects it. The CLI wraps some as `{"value": …, "secret": …}`."""
    if isinstance(value, dict) and "value" in value:
        wrapped = cast("Raw", value)
        return "[secret]" if wrapped.get("secret") else _text(wrapped["value"])
    return value if isinstance(value, str) else json.dumps(value)


def _mapping(value: Any) -> Raw:
    return cast("Raw", value) if isinstance(value, dict) else {}


def _export(path: Path, resources: list[Raw], *, preview: bool, config: Mapping[str, str]) -> Export:
    if not resources:
        raise MarqueeError(f"{path} holds no resources: there is nothing to judge", fix=_HOW, exit_code=2)
    stack, project = str(resources[0]["urn"]).removeprefix("urn:pulumi:").split("::")[:2]
    return Export(project=project, stack=stack, preview=preview, resources=tuple(resources), config=config)


def _resources(path: Path, found: Any) -> list[Raw]:
    resources = _objects(path, found)
    for number, resource in enumerate(resources):
        urn, type_ = resource.get("urn"), resource.get("type")
        if not isinstance(urn, str) or not isinstance(type_, str) or urn.count("::") < 3 or not urn.startswith("urn:pulumi:"):
            raise MarqueeError(f"{path}: resource {number} has no URN or no type", fix=_HOW, exit_code=2)
    return resources


def _objects(path: Path, found: Any) -> list[Raw]:
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in cast("list[Any]", found)):
        raise MarqueeError(f"{path} does not hold a list of objects where resources belong", fix=_HOW, exit_code=2)
    return cast("list[Raw]", found)

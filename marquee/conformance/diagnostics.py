"""Terraform's diagnostics, traced back to resources and arguments of the Pulumi program."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from marquee.conformance.report import Failure, Step
from marquee.conformance.translate import COPY, Configuration

_QUIET = "Provider development overrides are in effect"


def failures(step: Step, diagnostics: Iterable[Mapping[str, Any]], configuration: Configuration) -> list[Failure]:
    """A failure for each diagnostic of severity `error`, in the order given; equal ones once."""
    paths = line_paths(configuration.text)
    found = [_failure(step, item, configuration, paths) for item in diagnostics if item["severity"] == "error"]
    plain = {(failure.urn, failure.argument, failure.message) for failure in found if not failure.literal}
    shown = [failure for failure in found if not failure.literal or (failure.urn, failure.argument, failure.message) not in plain]
    return list(dict.fromkeys(shown))


def line_paths(text: str) -> list[tuple[str, ...]]:
    """For each line of an indented JSON text (counted from 0) the path of keys and indexes that leads to it."""
    paths: list[tuple[str, ...]] = []
    stack: list[str] = []
    counters: list[int] = []
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(" "))
        del stack[depth:], counters[depth + 1 :]
        counters += [0] * (depth + 1 - len(counters))
        key = re.match(r'\s*"((?:[^"\\]|\\.)*)": ', line)
        if key and depth:
            stack += [""] * (depth - 1 - len(stack))
            stack[depth - 1 :] = [json.loads(f'"{key[1]}"')]
        elif depth and line.strip()[0] not in "]}":
            stack += [""] * (depth - 1 - len(stack))
            stack[depth - 1 :] = [str(counters[depth])]
            counters[depth] += 1
        paths.append(tuple(stack))
    return paths


def _failure(step: Step, item: Mapping[str, Any], configuration: Configuration, paths: list[tuple[str, ...]]) -> Failure:
    line = int(item.get("range", {}).get("start", {}).get("line", 0))
    path = list(paths[line - 1]) if 0 < line <= len(paths) else []
    in_resource = len(path) > 2 and path[0] == "resource"
    address = f"{path[1]}.{path[2]}" if in_resource else _address(item)
    inside = path[3:] if in_resource else []
    words = ". ".join(dict.fromkeys(part.strip() for part in (item["summary"], item.get("detail", "")) if part))
    named = [named for named in configuration.urns if named in words] if not address else []
    return Failure(
        step=step,
        urn=configuration.urns.get(address) or (configuration.urns[named[0]] if named else ""),
        argument=_argument(inside, words),
        message=_without_secrets(words, configuration),
        literal=address.endswith(COPY),
    )


def _address(item: Mapping[str, Any]) -> str:
    context = item.get("snippet", {}).get("context") or ""
    return str(item.get("address") or context.removeprefix("resource."))


def _argument(inside: list[str], words: str) -> str:
    """The argument's path; for a missing one, the name that the words give."""
    path = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in inside).lstrip(".")
    missing = re.search(r'The argument "([^"]+)" is required', words)
    return ".".join(part for part in (path, missing[1] if missing else "") if part)


def _without_secrets(words: str, configuration: Configuration) -> str:
    for secret in configuration.secrets:
        if secret:
            words = words.replace(secret, "[secret]")
    return words

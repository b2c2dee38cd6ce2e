"""A stack as one release declares it, in a form that the next release can read: `python -m marquee.conformance.snapshot STACK`."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from marquee.conformance.terraform import Terraform
from marquee.conformance.translate import Options, translate
from marquee.conformance.validate import Stack, load
from marquee.errors import MarqueeError

_META: Final = frozenset({"provider", "depends_on", "lifecycle"})
_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One resource of a release."""

    urn: str
    type: str
    """Pulumi's type token."""
    address: str
    """Terraform's address; empty for a type that the provider at hand does not know."""
    arguments: Mapping[str, Any]
    """In the provider's names, without secrets, literals in place of references."""
    region: str
    account: str
    aliases: tuple[str, ...] = ()
    keeps: bool = False
    """True if the program protects it, or retains it on deletion."""


Snapshot = Mapping[str, Recorded]
"""URN → resource; components and providers left out."""


def snapshot(stack: Stack) -> Snapshot:
    """What `stack` declares."""
    graph, references = stack.graph, stack.references
    configuration = translate(graph, references, Options(literals=frozenset(references.addresses), hide_secrets=True))
    found: dict[str, Recorded] = {}
    for resource in graph:
        if not resource.custom or not resource.type.startswith("aws:") or resource.urn in references.external:
            continue
        address = references.addresses.get(resource.urn, "")
        type_name, _, name = address.partition(".")
        body: Mapping[str, Any] = configuration.document["resource"][type_name][name] if address else {}
        provider = graph.resources.get(resource.provider.rpartition("::")[0])
        given: Mapping[str, Any] = provider.inputs if provider else {}
        found[resource.urn] = Recorded(
            urn=resource.urn,
            type=resource.type,
            address=address,
            arguments={key: value for key, value in body.items() if key not in _META},
            region=str(resource.inputs.get("region") or given.get("region") or ""),
            account=str((given.get("allowedAccountIds") or [""])[0]),
            aliases=resource.aliases,
            keeps=resource.protect or resource.retain_on_delete,
        )
    return found


def snapshot_of_release(project: Path, tag: str, stack: str) -> Snapshot:
    """What the release `tag` of the project's repository declares, by that release's own code in a process of its own.

    Raises MarqueeError if there is no such tag, or if that release cannot be run.
    """
    archive = subprocess.run(["git", "archive", tag], cwd=project, capture_output=True, check=False)
    if archive.returncode != 0:
        raise MarqueeError(f"{tag} cannot be read: {archive.stderr.decode().strip()}", fix="`git tag` lists the releases", exit_code=2)
    with TemporaryDirectory(prefix="marquee-release-") as folder:
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
            packed.extractall(folder, filter="data")
        done = subprocess.run(
            [sys.executable, "-m", "marquee.conformance.snapshot", stack],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    if done.returncode != 0:
        raise MarqueeError(f"the program of {tag} does not run: {done.stderr.strip()[-2000:]}")
    return read(done.stdout)


def write(taken: Snapshot) -> str:
    """As JSON."""
    return json.dumps([asdict(recorded) for recorded in taken.values()])


def read(text: str) -> Snapshot:
    """What `write` wrote, by this release or another."""
    entries: list[dict[str, Any]] = json.loads(text)
    return {entry["urn"]: replace(Recorded(**entry), aliases=tuple(entry["aliases"])) for entry in entries}


if __name__ == "__main__":
    sys.stdout.write(write(snapshot(load(Terraform.find(), Path.cwd(), sys.argv[1]))))

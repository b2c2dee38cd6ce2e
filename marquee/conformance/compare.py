"""The fourth judge: what the real provider made of a stack, beside what the emulator's own create functions make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from marquee.conformance.deploy import Deployment, apply
from marquee.conformance.emulated import account_of, regions_of
from marquee.conformance.inventory import Difference, Inventory, differences
from marquee.conformance.readers import read_account
from marquee.conformance.terraform import Terraform
from marquee.conformance.validate import Stack
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.engine import run


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both ways of making one stack."""

    deployment: Deployment
    """By the real provider."""
    differences: tuple[Difference, ...]
    """Empty if the deployment failed: there is nothing to compare then."""
    things: int
    """How many things were compared."""


def compare(terraform: Terraform, stack: Stack, project: Path, left_out: Mapping[str, str] | None = None) -> Comparison:
    """Make the stack twice, each on an emulator of its own, and read both through boto3. Raises what `marquee.engine.run` raises."""
    account, regions = account_of(stack.graph), regions_of(stack.graph)
    with Emulator() as emulator:
        run(project, stack=stack.graph.stack, backend=EmulatorBackend(emulator), preview=False)
        ours = read_account(emulator, account, regions)
    with Emulator() as emulator:
        deployment = apply(terraform, stack, emulator, left_out)
        theirs: Inventory = {} if deployment.failures else read_account(emulator, account, regions)
    found = () if deployment.failures else tuple(differences(theirs, ours))
    return Comparison(deployment=deployment, differences=found, things=len(theirs.keys() | ours.keys()))


def unexplained(found: Iterable[Difference], reasons: Sequence[Mapping[str, str]]) -> tuple[list[Difference], list[tuple[str, str]]]:
    """Differences that no reason covers, and reasons (kind, attribute) that cover none any more."""
    covered = {(entry["kind"], entry["attribute"]) for entry in reasons}
    listed = list(found)
    seen = {(difference.kind, difference.attribute) for difference in listed}
    return [difference for difference in listed if (difference.kind, difference.attribute) not in covered], sorted(covered - seen)


def as_reasons(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """The differences as a reviewed file holds them, one a kind and attribute, each waiting for its reason."""
    first = {(difference.kind, difference.attribute): difference for difference in reversed(list(found))}
    return [{**asdict(difference), "reason": ""} for _key, difference in sorted(first.items())]

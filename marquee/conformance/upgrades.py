"""What an upgrade from one release to the next would do to a stack that stands: nothing with data in it may be lost unseen.

Which change of an argument replaces a resource is the provider's knowledge, and not in its schema. So the older release is
written as a state, as if it stood, and Terraform plans the newer one against it, without asking AWS anything.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marquee.conformance.report import Failure
from marquee.conformance.snapshot import Recorded, Snapshot
from marquee.conformance.terraform import Folder, Terraform
from marquee.domain.data_bearing import DATA_BEARING
from marquee.errors import MarqueeError

_SECONDS: Final = 120.0
_NOWHERE: Final = {
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
    "access_key": "none",
    "secret_key": "none",
    "max_retries": 1,
}
_CLOSED: Final = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
"""Nothing listens there: a plan that asked AWS something would fail instead of reaching it."""


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Recorded
    new: Recorded


def check_upgrade(terraform: Terraform, old: Snapshot, new: Snapshot) -> list[Failure]:
    """A failure for each URN that vanishes, and for each data-bearing resource that would be deleted or replaced."""
    kept = _kept(old, new)
    vanished = [_vanished(recorded) for urn, recorded in old.items() if urn not in kept]
    return [*vanished, *_moved(kept), *_replaced(terraform, kept)]


def bears_data(recorded: Recorded) -> bool:
    """True if losing the resource loses data."""
    # What a program protects or retains counts as well.
    return recorded.keeps or recorded.type in DATA_BEARING


def _kept(old: Snapshot, new: Snapshot) -> Mapping[str, _Pair]:
    """URN of the older release → the resource in both; an alias leads from the old URN to the new one."""
    by_alias = {alias: recorded for recorded in new.values() for alias in recorded.aliases}
    successors = {urn: new.get(urn) or by_alias.get(urn) for urn in old}
    return {urn: _Pair(old[urn], successor) for urn, successor in successors.items() if successor}


def _vanished(recorded: Recorded) -> Failure:
    loss = "the resource and the data in it would be deleted" if bears_data(recorded) else "the resource would be deleted"
    return _failure(recorded, "", f"this URN is gone and no alias leads from it: {loss}")


def _moved(kept: Mapping[str, _Pair]) -> Iterator[Failure]:
    for pair in kept.values():
        if bears_data(pair.old) and (pair.old.region, pair.old.account) != (pair.new.region, pair.new.account):
            where = f"from {pair.old.account} {pair.old.region} to {pair.new.account} {pair.new.region}"
            yield _failure(pair.new, "region", f"it would be made anew elsewhere, {where}, and what it holds would stay behind")


def _replaced(terraform: Terraform, kept: Mapping[str, _Pair]) -> list[Failure]:
    pairs = [
        pair
        for pair in kept.values()
        if bears_data(pair.old) and pair.old.address and pair.new.address and pair.old.arguments != pair.new.arguments
    ]
    if not pairs:
        return []
    with terraform.folder(_document(pairs, older=True)) as folder:
        folder.environment.update(_CLOSED)
        planned = _plan(folder)["planned_values"]["root_module"]["resources"]
        values: Mapping[str, Any] = {resource["address"]: resource["values"] for resource in planned}
        state: dict[str, Any] = {
            "version": 4,
            "serial": 1,
            "lineage": "marquee",
            "outputs": {},
            "resources": _state(terraform, pairs, values),
        }
        (folder.path / "terraform.tfstate").write_text(json.dumps(state))
        folder.write(_document(pairs, older=False))
        changes = _plan(folder)["resource_changes"]
    by_address = {pair.new.address: pair for pair in pairs}
    return [_replacement(by_address[change["address"]], change["change"]) for change in changes if "delete" in change["change"]["actions"]]


def _replacement(pair: _Pair, change: Mapping[str, Any]) -> Failure:
    paths: list[list[Any]] = change.get("replace_paths") or []
    names = ["".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".") for path in paths]
    return _failure(pair.new, ", ".join(names), "this change would delete the resource and make it anew, without what it holds")


def _document(pairs: list[_Pair], *, older: bool) -> dict[str, Any]:
    """The configuration of one side, under the addresses of the newer one."""
    resources: dict[str, dict[str, Any]] = {}
    regions = sorted({pair.new.region for pair in pairs})
    for pair in pairs:
        type_name, _, name = pair.new.address.partition(".")
        arguments = pair.old.arguments if older else pair.new.arguments
        resources.setdefault(type_name, {})[name] = {**arguments, "provider": f"aws.{pair.new.region}"}
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": [{**_NOWHERE, "alias": region, "region": region} for region in regions]},
        "resource": resources,
    }


def _state(terraform: Terraform, pairs: list[_Pair], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    schema = terraform.schema()
    found: list[dict[str, Any]] = []
    for pair in pairs:
        type_name, _, name = pair.new.address.partition(".")
        attributes = {"id": "stand-in", **values[pair.new.address]}
        found.append(
            {
                "mode": "managed",
                "type": type_name,
                "name": name,
                "provider": f'provider["registry.terraform.io/hashicorp/aws"].{pair.new.region}',
                "instances": [{"schema_version": schema.version_of(type_name), "attributes": attributes}],
            }
        )
    return found


def _plan(folder: Folder) -> dict[str, Any]:
    done = folder.run("plan", "-refresh=false", "-input=false", "-no-color", "-out=plan", seconds=_SECONDS)
    if done.returncode != 0:
        raise MarqueeError(f"Terraform cannot plan the upgrade: {done.stderr.strip()}")
    return json.loads(folder.run("show", "-json", "plan", seconds=_SECONDS).stdout)


def _failure(recorded: Recorded, argument: str, message: str) -> Failure:
    return Failure(step="upgrade", urn=recorded.urn, argument=argument, message=message)

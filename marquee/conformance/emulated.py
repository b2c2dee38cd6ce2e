"""The provider pointed at the emulated AWS, and at nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from marquee.conformance.translate import PROVIDER_TYPE
from marquee.engine import Graph
from marquee.errors import MarqueeError

SETTINGS: Final[Mapping[str, Any]] = {
    "max_retries": 1,
    "s3_use_path_style": True,
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_region_validation": True,
    "assume_role": None,  # the emulator's access key is the account itself
}
"""Laid over every provider block. Not `skip_requesting_account_id`: without the account, security group rules show a diff for ever."""

APPLY_SETTINGS: Final[Mapping[str, Any]] = {**SETTINGS, "max_retries": 3}
"""For an apply. It makes some thousands of requests, 20 at a time, and a busy machine loses a connection now and then; a plan makes few."""


def account_of(graph: Graph) -> str:
    """The one account that the stack's providers allow; MarqueeError if they allow several, or any."""
    providers = graph.of_type(PROVIDER_TYPE)
    allowed: list[list[str]] = [resource.inputs.get("allowedAccountIds") or [] for resource in providers]
    accounts = {account for accounts in allowed for account in accounts}
    if len(accounts) != 1:
        raise MarqueeError(
            f"the providers of stack {graph.stack!r} allow {len(accounts) or 'any'} accounts, and the emulator needs to know the one",
            fix="set allowed_account_ids on every provider",
        )
    return accounts.pop()


def regions_of(graph: Graph) -> list[str]:
    """The regions of the stack's providers, each once."""
    return list(dict.fromkeys(str(resource.inputs["region"]) for resource in graph.of_type(PROVIDER_TYPE)))

"""CloudFront's continuous deployment policies, which MiniStack lacks.

Sources: Amazon CloudFront API Reference, CreateContinuousDeploymentPolicy and its neighbours; Developer Guide, "Use CloudFront continuous
deployment to safely test CDN configuration changes", section "Quotas and other considerations".
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from marquee.emulator.services.own import ApiError

_MOST: Final = 0.15
_SECONDS: Final = range(300, 3601)
HEADER_PREFIX: Final = "aws-cf-cd-"


@dataclass
class Policy:
    """A policy, by the names of the API."""

    id: str
    account: str
    config: Mapping[str, Any]
    etag: str = field(default_factory=lambda: f"E{uuid.uuid4().hex[:13].upper()}")
    changed: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def staging(self) -> list[str]:
        """Domain names of the staging distributions."""
        return list(self.config["StagingDistributionDnsNames"].get("Items") or [])

    def shown(self) -> dict[str, Any]:
        """As the API has it."""
        at = self.changed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {"Id": self.id, "LastModifiedTime": at, "ContinuousDeploymentPolicyConfig": self.config}


class DeploymentPolicies:
    """The policies of all accounts."""

    def __init__(self) -> None:
        self._kept: dict[str, Policy] = {}

    def create(self, account: str, config: Mapping[str, Any], staging: Mapping[str, Mapping[str, Any]]) -> Policy:
        """A new one. `staging`: domain name → configuration of the account's staging distributions. Raises ApiError."""
        self._require_fitting(account, config, staging, "")
        made = Policy(id=str(uuid.uuid4()), account=account, config=config)
        self._kept[made.id] = made
        return made

    def find(self, account: str, id: str) -> Policy:
        """ApiError without one."""
        found = self._kept.get(id)
        if found is None or found.account != account:
            raise ApiError(404, "NoSuchContinuousDeploymentPolicy", "The continuous deployment policy doesn't exist.")
        return found

    def update(self, account: str, id: str, if_match: str, config: Mapping[str, Any], staging: Mapping[str, Mapping[str, Any]]) -> Policy:
        """Take `config` in its place."""
        _require_match(self.find(account, id), if_match)
        self._require_fitting(account, config, staging, id)
        self._kept[id] = Policy(id=id, account=account, config=config)
        return self._kept[id]

    def delete(self, account: str, id: str, if_match: str, used: bool) -> None:
        """Forget one. `used`: whether a distribution names it."""
        _require_match(self.find(account, id), if_match)
        if used:
            raise ApiError(409, "ContinuousDeploymentPolicyInUse", "The policy is associated with a primary distribution.")
        del self._kept[id]

    def list(self, account: str) -> list[Policy]:
        """An account's."""
        return [policy for policy in self._kept.values() if policy.account == account]

    def _require_fitting(self, account: str, config: Mapping[str, Any], staging: Mapping[str, Mapping[str, Any]], own: str) -> None:
        named = config["StagingDistributionDnsNames"]
        items: list[str] = named.get("Items") or []
        if named["Quantity"] != len(items):
            raise ApiError(400, "InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
        if len(items) != 1 or items[0] not in staging:
            raise _invalid("StagingDistributionDnsNames names one staging distribution of the account.")
        if "3" in str(staging[items[0]].get("HttpVersion")):
            raise _invalid("Continuous deployment is not supported for distributions with HTTP/3.")
        if any(items[0] in policy.staging for policy in self.list(account) if policy.id != own):
            raise ApiError(409, "StagingDistributionInUse", "A continuous deployment policy for this staging distribution already exists.")
        _require_traffic(config.get("TrafficConfig"))


def _require_match(policy: Policy, if_match: str) -> None:
    if not if_match:
        raise ApiError(400, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    if if_match != policy.etag:
        raise ApiError(412, "PreconditionFailed", "The precondition in one or more of the request fields evaluated to false.")


def _require_traffic(traffic: Mapping[str, Any] | None) -> None:
    if traffic is None:
        return
    kind = traffic["Type"]
    weight, header = traffic.get("SingleWeightConfig"), traffic.get("SingleHeaderConfig")
    if (kind == "SingleWeight") != (weight is not None) or (kind == "SingleHeader") != (header is not None):
        raise _invalid(f"TrafficConfig of the type {kind} has the settings of that type and of no other.")
    if weight is not None:
        if not 0 <= weight["Weight"] <= _MOST:
            raise _invalid(f"Weight is between 0 and {_MOST}.")
        sticky = weight.get("SessionStickinessConfig")
        if sticky and not (
            sticky["IdleTTL"] in _SECONDS and sticky["MaximumTTL"] in _SECONDS and sticky["IdleTTL"] <= sticky["MaximumTTL"]
        ):
            raise _invalid("IdleTTL and MaximumTTL are between 300 and 3600 seconds, the first not above the second.")
    if header is not None and not header["Header"].lower().startswith(HEADER_PREFIX):
        raise _invalid(f"Header begins with {HEADER_PREFIX}.")


def _invalid(message: str) -> ApiError:
    return ApiError(400, "InvalidArgument", message)

"""Continuous deployment: which viewers of a distribution its staging distribution serves.

Source: Amazon CloudFront Developer Guide, "Learn how continuous deployment works". The cookie's name and form are ours: CloudFront's are
documented nowhere. A share is exact here, where CloudFront draws lots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from marquee.emulator.edge.configuration import Distribution
from marquee.emulator.edge.viewer import Viewed

COOKIE: Final = "x-marquee-cd"
"""`<generation>.<primary or staging>.<first request>.<last request>`, times in seconds since 1970."""
_SIDES: Final = ("primary", "staging")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A traffic configuration that is in force."""

    staging: str
    """Domain name."""
    weight: float = 0.0
    """Share of viewers, or of requests without sessions."""
    idle: int = 0
    """Seconds without a request after which a session ends; 0: there are none."""
    maximum: int = 0
    """Seconds after which a session ends in any case."""
    header: str = ""
    value: str = ""


def read_policy(config: dict[str, Any]) -> Policy | None:
    """Of a `ContinuousDeploymentPolicyConfig`; None if it sends nobody anywhere."""
    traffic: dict[str, Any] = config.get("TrafficConfig") or {}
    if not config["Enabled"] or not traffic:
        return None
    (staging,) = config["StagingDistributionDnsNames"]["Items"]
    if traffic["Type"] == "SingleHeader":
        given = traffic["SingleHeaderConfig"]
        return Policy(staging=staging, header=given["Header"].lower(), value=given["Value"])
    given = traffic["SingleWeightConfig"]
    sticky: dict[str, Any] = given.get("SessionStickinessConfig") or {}
    return Policy(
        staging=staging, weight=float(given["Weight"]), idle=int(sticky.get("IdleTTL", 0)), maximum=int(sticky.get("MaximumTTL", 0))
    )


class Canary:
    """The policy of one distribution, as it changes, and the viewers whom it has sent somewhere."""

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self._generation = 0
        self._due = 0.5  # so that a share of one in ten is the fifth request of ten, and not the last

    def follow(self, policy: Policy | None) -> None:
        """Take the policy as it is now. Sessions end where it was enabled, disabled, or changed whether it has them."""
        if self._traits(policy) != self._traits(self.policy):
            self._generation += 1
        self.policy = policy

    def choose(self, request: Viewed, now: float) -> tuple[bool, str]:
        """Whether the staging distribution answers, and the cookie that keeps the viewer there, empty without sessions."""
        policy = self.policy
        if policy is None:
            return False, ""
        if policy.header:
            return request.headers.get(policy.header) == policy.value, ""
        if not policy.idle:
            return self._drawn(policy), ""
        kept = self._session(request.cookies.get(COOKIE, ""), policy, now)
        side, began = kept or (_SIDES[self._drawn(policy)], int(now))
        seconds = min(policy.idle, began + policy.maximum - int(now))
        value = f"{self._generation}.{side}.{began}.{int(now)}"
        return side == "staging", f"{COOKIE}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly"

    def _drawn(self, policy: Policy) -> bool:
        self._due += policy.weight
        if self._due < 1 - 1e-9:  # tenths add up to a little less than one
            return False
        self._due -= 1
        return True

    def _session(self, cookie: str, policy: Policy, now: float) -> tuple[str, int] | None:
        """Side and beginning of a session that goes on; None if there is none."""
        parts = cookie.split(".")
        if len(parts) != 4 or parts[1] not in _SIDES or not all(part.isascii() and part.isdigit() for part in (parts[0], *parts[2:])):
            return None
        generation, began, last = int(parts[0]), int(parts[2]), int(parts[3])
        alive = generation == self._generation and last <= now < min(last + policy.idle, began + policy.maximum)
        return (parts[1], began) if alive else None

    @staticmethod
    def _traits(policy: Policy | None) -> tuple[bool, bool]:
        return policy is not None, policy is not None and policy.idle > 0


class Canaries:
    """The canaries of all distributions."""

    def __init__(self, cloudfront: Any):
        """`cloudfront`: boto3's client."""
        self._cloudfront = cloudfront
        self._canaries: dict[str, Canary] = {}
        self._staging: dict[str, Distribution] = {}

    def read(self, distributions: Sequence[Distribution]) -> None:
        """Read the policies as they are now."""
        self._staging = {one.domain: one for one in distributions if one.staging}
        for one in distributions:
            if one.deployment_policy:
                answer = self._cloudfront.get_continuous_deployment_policy(Id=one.deployment_policy)
                policy = read_policy(answer["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"])
                self._canaries.setdefault(one.id, Canary()).follow(policy)

    def choose(self, primary: Distribution, request: Viewed, now: float) -> tuple[Distribution, str]:
        """Who answers, and a cookie to set."""
        canary = self._canaries.get(primary.id)
        if canary is None or canary.policy is None or canary.policy.staging not in self._staging:
            return primary, ""
        staging, cookie = canary.choose(request, now)
        return self._staging[canary.policy.staging] if staging else primary, cookie

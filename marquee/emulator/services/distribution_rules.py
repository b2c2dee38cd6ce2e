"""What CloudFront refuses between the settings of a distribution; MiniStack takes any.

Sources: Amazon CloudFront Developer Guide, "Quotas and other considerations for continuous deployment" (HTTP/3) and "Optimize high
availability with CloudFront origin failover" (methods); for a staging distribution's aliases and for a policy at creation the messages
that users report of AWS, such as hashicorp/terraform-provider-aws, `continuous_deployment_policy_test.go`, and
RJPearson94/terraform-aws-open-next, issue 75.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from marquee.emulator.services.own import ApiError

_ON_GROUPS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def items(counted: Mapping[str, Any] | None) -> list[Any]:
    """Of CloudFront's lists, which may be left out whole or in part."""
    return list((counted or {}).get("Items") or [])


def behaviours(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Of a distribution's configuration, the default too."""
    yield config["DefaultCacheBehavior"]
    yield from items(config.get("CacheBehaviors"))


def require_fitting(config: Mapping[str, Any], *, new: bool) -> None:
    """ApiError for what fits not. `new`: whether the distribution is only made now."""
    policy, staging = config.get("ContinuousDeploymentPolicyId"), config.get("Staging")
    if staging and items(config.get("Aliases")):
        raise _invalid("Aliases are not supported on a staging distribution.")
    if policy and staging:
        raise _invalid("A staging distribution has no continuous deployment policy of its own.")
    if policy and new:
        raise _invalid("Continuous deployment policy is not supported during distribution creation.")
    if policy and "3" in str(config.get("HttpVersion")):
        raise _invalid("Continuous deployment is not supported for distributions with HTTP/3.")
    groups = {group["Id"] for group in items(config.get("OriginGroups"))}
    for behaviour in behaviours(config):
        methods = set(items(behaviour.get("AllowedMethods")))
        if behaviour["TargetOriginId"] in groups and not methods <= _ON_GROUPS:
            raise _invalid(
                "The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an "
                "origin group."
            )


def _invalid(message: str) -> ApiError:
    return ApiError(400, "InvalidArgument", message)

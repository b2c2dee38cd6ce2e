"""The firewall before a region's load balancer: AWS's managed rules and a limit by address."""

from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.refs import Placement

_MANAGED = (
    # rule group, and what it keeps out
    "AWSManagedRulesAmazonIpReputationList",  # addresses known for attacks
    "AWSManagedRulesCommonRuleSet",  # the OWASP baseline
    "AWSManagedRulesKnownBadInputsRuleSet",  # requests that only an exploit sends
)
_REQUESTS_PER_WINDOW = 2_000  # of one address in five minutes: a player asks the API a few times a minute
_WINDOW_SECONDS = 300
REDACTED: Any = [{"single_header": {"name": "authorization"}}, {"single_header": {"name": "cookie"}}]
"""What no log of an ACL may hold."""


@dataclass(frozen=True, kw_only=True)
class RegionalWebAclArgs:
    """Arguments of `RegionalWebAcl`."""

    placement: Placement
    load_balancer_arn: Input[str]


class RegionalWebAcl(ComponentResource):
    """A web ACL in block mode, its decisions logged without credentials. What viewers meet at CloudFront has an ACL of its own."""

    def __init__(self, name: str, args: RegionalWebAclArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:RegionalWebAcl", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        acl = aws.wafv2.WebAcl(
            name,
            name=place.names.web_acl(),
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=rules(),
            visibility_config=visible("all"),
            opts=child,
        )
        aws.wafv2.WebAclAssociation(name, resource_arn=args.load_balancer_arn, web_acl_arn=acl.arn, opts=child)
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.web_acl_log_group(),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            name,
            resource_arn=acl.arn,
            log_destination_configs=[logs.arn],
            redacted_fields=REDACTED,
            opts=child,
        )
        self.register_outputs({"arn": acl.arn})


def rules() -> list[Any]:
    """The rules of every web ACL of the platform."""
    return [_managed(priority, group) for priority, group in enumerate(_MANAGED)] + [_rate(len(_MANAGED))]


def _managed(priority: int, group: str) -> Any:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},  # the group's own actions count
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
        "visibility_config": visible(group),
    }


def _rate(priority: int) -> Any:
    limit = {"limit": _REQUESTS_PER_WINDOW, "evaluation_window_sec": _WINDOW_SECONDS, "aggregate_key_type": "IP"}
    return {
        "name": "rate-by-address",
        "priority": priority,
        "action": {"block": {}},
        "statement": {"rate_based_statement": limit},
        "visibility_config": visible("rate-by-address"),
    }


def visible(metric: str) -> Any:
    """Metrics and samples of an ACL or a rule, under this name."""
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": metric}

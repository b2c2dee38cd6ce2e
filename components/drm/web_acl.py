"""The firewall before the key provider's API."""

from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.ingress.web_acl import REDACTED
from components.ingress.web_rules import visible
from components.refs import Placement

_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
_REQUESTS_PER_WINDOW = 1_000  # of one address in five minutes; an encode asks once


class KeyApiWebAcl(ComponentResource):
    """Callers are AWS services that sign their requests, so that this stops floods and exploits and asks nothing else of them.

    Not the common rule set: it stops bodies above 8 KB, and the request for four keys of three DRM systems is as large.
    """

    def __init__(self, name: str, *, placement: Placement, stage_arn: Input[str], opts: ResourceOptions | None = None):
        super().__init__("marquee:drm:KeyApiWebAcl", name, {}, opts)
        child = ResourceOptions(parent=self)
        acl = aws.wafv2.WebAcl(
            name,
            name=placement.names.key_provider(),
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=_RULES,
            visibility_config=visible("all"),
            opts=child,
        )
        aws.wafv2.WebAclAssociation(name, resource_arn=stage_arn, web_acl_arn=acl.arn, opts=child)
        logs = aws.cloudwatch.LogGroup(
            name,
            name=placement.names.key_provider_web_acl_log_group(),
            kms_key_id=placement.keys.logs,
            retention_in_days=placement.log_retention_days,
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            name, resource_arn=acl.arn, log_destination_configs=[logs.arn], redacted_fields=REDACTED, opts=child
        )
        self.register_outputs({"arn": acl.arn})


_RULES: list[Any] = [
    {
        "name": _BAD_INPUTS,
        "priority": 0,
        "override_action": {"none": {}},  # the group's own actions count
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": _BAD_INPUTS}},
        "visibility_config": visible(_BAD_INPUTS),
    },
    {
        "name": "rate-by-address",
        "priority": 1,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": _REQUESTS_PER_WINDOW, "evaluation_window_sec": 300, "aggregate_key_type": "IP"}},
        "visibility_config": visible("rate-by-address"),
    },
]

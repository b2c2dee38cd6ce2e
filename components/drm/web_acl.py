"""The firewall before the key provider's API."""

from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.ingress.web_acl import REDACTED
from components.ingress.web_rules import visible
from components.refs import Placement

_COUNTED = ("CrossSiteScripting_BODY", "NoUserAgent_HEADER", "SizeRestrictions_BODY")
"""Rules of the common set that an encryptor's sound request breaks."""
_REQUESTS_PER_WINDOW = 1_000  # of one address in five minutes; an encode asks once


class KeyApiWebAcl(ComponentResource):
    """Callers are AWS services that sign their requests, so that this stops floods and exploits and asks nothing else of them.

    A request is XML: to the common rule set full of tags, and soon above its 8,192 bytes (AWS's own sample, five keys of three DRM systems
    in speke-reference-server's test suite, has 8,399).
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


def _group(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "override_action": {"none": {}},  # the group's own actions count
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": name, **more}},
        "visibility_config": visible(name),
    }


_RATE = {
    "name": "rate-by-address",
    "action": {"block": {}},
    "statement": {"rate_based_statement": {"limit": _REQUESTS_PER_WINDOW, "evaluation_window_sec": 300, "aggregate_key_type": "IP"}},
    "visibility_config": visible("rate-by-address"),
}
_COUNT_THEM = [{"name": rule, "action_to_use": {"count": {}}} for rule in _COUNTED]
_RULES: list[Any] = [
    {**rule, "priority": priority}
    for priority, rule in enumerate(
        (
            _RATE,
            _group("AWSManagedRulesKnownBadInputsRuleSet"),
            _group("AWSManagedRulesCommonRuleSet", rule_action_overrides=_COUNT_THEM),
        )
    )
]

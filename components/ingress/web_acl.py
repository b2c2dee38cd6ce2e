"""The firewall before a region's load balancer."""

from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.ingress.web_rules import rules, visible
from components.refs import Placement
from marquee.settings.waf import Waf

REDACTED: Any = [{"single_header": {"name": "authorization"}}, {"single_header": {"name": "cookie"}}, {"query_string": {}}]
"""What no log of an ACL may hold. The query too: that of a signed URL opens its file to whoever reads it, as its cookies would."""


@dataclass(frozen=True, kw_only=True)
class RegionalWebAclArgs:
    """Arguments of `RegionalWebAcl`."""

    placement: Placement
    waf: Waf
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
            rules=rules(args.waf),
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

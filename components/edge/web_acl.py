"""The firewall before the distributions."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.web_acl import REDACTED
from components.ingress.web_rules import rules, visible
from marquee.domain.names import Names
from marquee.settings.waf import Waf


@dataclass(frozen=True, kw_only=True)
class EdgeWebAclArgs:
    """Arguments of `EdgeWebAcl`."""

    names: Names
    waf: Waf
    media_domain: str
    """Name that viewers have media by."""
    logs_key_arn: Input[str]
    """Key of logs in the edge's region."""
    log_retention_days: int


class EdgeWebAcl(ComponentResource):
    """A web ACL of scope CLOUDFRONT. Give it the provider of us-east-1: there is no other place for it."""

    arn: Output[str]

    def __init__(self, name: str, args: EdgeWebAclArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:EdgeWebAcl", name, {}, opts)
        child = ResourceOptions(parent=self)
        acl = aws.wafv2.WebAcl(
            name,
            name=args.names.edge_web_acl(),
            scope="CLOUDFRONT",
            default_action={"allow": {}},
            rules=rules(args.waf, media_domain=args.media_domain),
            visibility_config=visible("all"),
            opts=child,
        )
        logs = aws.cloudwatch.LogGroup(
            name,
            name=args.names.edge_web_acl_log_group(),
            kms_key_id=args.logs_key_arn,
            retention_in_days=args.log_retention_days,
            opts=child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            name, resource_arn=acl.arn, log_destination_configs=[logs.arn], redacted_fields=REDACTED, opts=child
        )
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})

"""Who may knock at the load balancer: CloudFront and Route 53's health checkers, each by AWS's own list of addresses."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, InvokeOptions, Output, ResourceOptions

from components.refs import NetworkRef, Placement


@dataclass(frozen=True, kw_only=True)
class IngressSecurityArgs:
    """Arguments of `IngressSecurity`."""

    placement: Placement
    network: NetworkRef


class IngressSecurity(ComponentResource):
    """Two groups, since a list counts by its size: CloudFront's fills 55 of the 60 rules that a group may have.

    Source: Amazon CloudFront Developer Guide, "Use an AWS managed prefix list". Neither has an egress rule: what stands behind the
    load balancer is a Lambda function, which it reaches without a packet in the VPC. A target in the VPC adds a rule by reference.
    """

    group_ids: list[Output[str]]

    def __init__(self, name: str, args: IngressSecurityArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:IngressSecurity", name, {}, opts)
        checkers = f"com.amazonaws.{args.placement.region}.route53-healthchecks"
        self.group_ids = [
            self._group(name, args, "cloudfront", "HTTPS from CloudFront", "com.amazonaws.global.cloudfront.origin-facing"),
            self._group(name, args, "health-checkers", "HTTPS from Route 53 health checkers", checkers),
        ]
        self.register_outputs({"group_ids": self.group_ids})

    def _group(self, name: str, args: IngressSecurityArgs, who: str, what: str, prefix_list: str) -> Output[str]:
        child = ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-{who}",
            vpc_id=args.network.vpc_id,
            description=what,
            tags={"Name": f"{args.placement.names.prefix}-{who}"},
            opts=child,
        )
        # The parent hands its provider to the call: the list has another id in every region.
        addresses = aws.ec2.get_managed_prefix_list_output(name=prefix_list, opts=InvokeOptions(parent=self))
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-{who}",
            security_group_id=group.id,
            description=what,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            prefix_list_id=addresses.id,
            opts=child,
        )
        return group.id

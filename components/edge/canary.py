"""A second distribution that a few viewers are sent to, so that a change is tried before it is made."""

from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

_SESSION_SECONDS = 3600  # the longest: a viewer does not change sides in the middle of a film


class Canary(ComponentResource):
    """A staging distribution of the same configuration, and the policy that sends it `percent` of the viewers.

    It has neither names nor an address of its own: CloudFront turns requests for the main one to it. What is to be tried is set on it
    alone, in this component. CloudFront attaches no policy to a distribution that it is just making, and detaches one only by deleting it:
    `docs/edge.md` says what that asks of whoever deploys. Sources: Amazon CloudFront Developer Guide, "Use CloudFront continuous
    deployment"; the AWS provider's page on `cloudfront_continuous_deployment_policy`; hashicorp/terraform-provider-aws issue 34511.
    """

    policy_id: Output[str]
    distribution_arn: Output[str]

    def __init__(self, name: str, config: dict[str, Any], *, percent: float, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Canary", name, {}, opts)
        child = ResourceOptions(parent=self)
        staging = aws.cloudfront.Distribution(f"{name}-staging", comment="Canary", staging=True, **config, opts=child)
        stickiness = {"idle_ttl": _SESSION_SECONDS, "maximum_ttl": _SESSION_SECONDS}
        self.policy_id = aws.cloudfront.ContinuousDeploymentPolicy(
            name,
            enabled=True,
            staging_distribution_dns_names={"quantity": 1, "items": [staging.domain_name]},
            traffic_config={  # pyright: ignore[reportArgumentType]
                "type": "SingleWeight",
                "single_weight_config": {"weight": percent / 100, "session_stickiness_config": stickiness},
            },
            opts=child,
        ).id
        self.distribution_arn = staging.arn
        self.register_outputs({})


def protocols(canary_percent: float) -> str:
    """HTTP/3 beside HTTP/2, but for a distribution with a canary: continuous deployment knows no HTTP/3."""
    return "http2" if canary_percent else "http2and3"

"""The names that viewers use, and the distributions behind them."""

from collections.abc import Sequence

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.refs import DistributionRef, ZoneRef

_TYPES = ("A", "AAAA", "HTTPS")  # HTTPS tells a browser of HTTP/3 before its first request


class EdgeNames(ComponentResource):
    """Alias records of the distributions. CloudFront has no health to evaluate: what fails behind it is its origin groups' to pass over."""

    def __init__(self, name: str, *, zone: ZoneRef, distributions: Sequence[DistributionRef], opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:EdgeNames", name, {}, opts)
        for distribution in distributions:
            label = distribution.alias.partition(".")[0]
            for kind in _TYPES:
                aws.route53.Record(
                    f"{name}-{label}-{kind.lower()}",
                    zone_id=zone.id,
                    name=distribution.alias,
                    type=kind,
                    aliases=[{"name": distribution.domain_name, "zone_id": distribution.zone_id, "evaluate_target_health": False}],
                    opts=ResourceOptions(parent=self),
                )
        self.register_outputs({})

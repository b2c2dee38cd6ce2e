"""What the platform has once, wherever its regions are: keys, names in DNS, the title catalogue, the boundary, the budget."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.boundary import Encoder, Feature, boundary_policy
from components.keys.key_set import KeySet, KeySetArgs
from components.protection import data_opts
from components.refs import GlobalRefs, ZoneRef
from components.storage.table import Index, Table, TableArgs
from marquee.domain import edge, entitlements, invalidations, key_index
from marquee.domain.names import Names
from marquee.settings.cost import Cost
from marquee.settings.edge import Edge


@dataclass(frozen=True, kw_only=True)
class GlobalPlaneArgs:
    """Arguments of `GlobalPlane`."""

    names: Names
    domain: str
    home: str
    """The primary region: home of the multi-region keys and of the table that the replicas follow."""
    providers: Mapping[str, aws.Provider]
    """Region → its provider, for the stack's own regions."""
    edge_provider: aws.Provider
    """Of `marquee.domain.edge.REGION`."""
    residency: tuple[str, ...]
    """Regions that may hold personal data."""
    edge: Edge
    cost: Cost
    alarm_email: str | None
    deploy_role: str | None
    """ARN that continuous integration assumes; the boundary has to leave room for it."""
    key_provider_arn: str | None
    """What encryptors invoke of an external key provider; the boundary has to leave room for that too."""
    encoders: Collection[Encoder] = ("mediaconvert",)
    """The boundary leaves room for them, and the media key is for the disks of Batch's instances."""
    features: Collection[Feature] = ()
    """Optional parts that the boundary leaves room for."""
    keep_data: bool


class GlobalPlane(ComponentResource):
    """The parts that every region builds on. It hands them plain outputs and knows nothing of what a region makes of them."""

    refs: GlobalRefs
    name_servers: Output[Sequence[str]] | None
    """Of a zone made here, for the registrar of the domain; None for a zone that existed."""

    def __init__(self, name: str, args: GlobalPlaneArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:global:GlobalPlane", name, {}, opts)
        child = ResourceOptions(parent=self)
        boundary = boundary_policy(
            f"{name}-boundary",
            names=args.names,
            deploy_role=args.deploy_role,
            key_provider_arn=args.key_provider_arn,
            encoders=args.encoders,
            features=args.features,
            parent=self,
        )
        keys = KeySet(
            f"{name}-keys",
            KeySetArgs(
                names=args.names,
                home=args.home,
                providers=args.providers,
                residency=args.residency,
                keep_data=args.keep_data,
                also_logs={edge.REGION: args.edge_provider},
                encrypts_disks="batch" in args.encoders,
            ),
            opts=child,
        )
        catalogue = Table(
            f"{name}-catalogue",
            TableArgs(
                table_name=args.names.table("catalogue"),
                account=args.names.account,
                region=args.home,
                partition_key="contentId",
                indexes=[
                    Index(name="by-status", partition_key="status", sort_key="updatedAt"),
                    Index(name="by-title", partition_key="title", sort_key="contentId"),
                ],
                key_arns={region: keys.refs[region].data for region in args.providers},
                keep_data=args.keep_data,
            ),
            opts=child,
        )
        content_keys = Table(
            f"{name}-content-keys",
            TableArgs(
                table_name=args.names.table("content-keys"),
                account=args.names.account,
                region=args.home,
                partition_key=key_index.KEY,
                key_arns={region: keys.refs[region].data for region in args.providers},
                keep_data=args.keep_data,
            ),
            opts=child,
        )
        rights = Table(
            f"{name}-entitlements",
            TableArgs(
                table_name=args.names.table("entitlements"),
                account=args.names.account,
                region=args.home,
                partition_key=entitlements.USER,
                sort_key=entitlements.CONTENT,
                ttl_attribute=entitlements.EXPIRES,
                key_arns={region: keys.refs[region].data for region in args.providers},
                keep_data=args.keep_data,
            ),
            opts=child,
        )
        spent = Table(
            f"{name}-invalidations",
            TableArgs(
                table_name=args.names.table("invalidations"),
                account=args.names.account,
                region=args.home,
                partition_key=invalidations.KEY,
                ttl_attribute=invalidations.EXPIRES,
                key_arns={region: keys.refs[region].data for region in args.providers},
                keep_data=args.keep_data,
            ),
            opts=child,
        )
        zone = self._zone(name, args)
        if args.cost.monthly_budget_usd is not None and args.alarm_email is not None:
            _budget(name, args.names.prefix, args.cost.monthly_budget_usd, args.alarm_email, child)
        self.refs = GlobalRefs(
            boundary_arn=boundary.arn,
            zone=zone,
            keys=keys.refs,
            edge_logs_key=keys.logs[edge.REGION],
            catalogue=catalogue.refs,
            content_keys=content_keys.refs,
            entitlements=rights.refs,
            invalidations=spent.refs,
        )
        self.register_outputs({"zone_id": zone.id})

    def _zone(self, name: str, args: GlobalPlaneArgs) -> ZoneRef:
        self.name_servers = None
        if args.edge.hosted_zone_id is not None:
            return ZoneRef(id=args.edge.hosted_zone_id, domain=args.domain)
        zone = aws.route53.Zone(f"{name}-zone", name=args.domain, force_destroy=False, opts=data_opts(self, keep_data=args.keep_data))
        self.name_servers = zone.name_servers
        return ZoneRef(id=zone.zone_id, domain=args.domain)


def _budget(name: str, prefix: str, usd: int, email: str, opts: ResourceOptions) -> None:
    """Mail at 80 % of what was spent and at 100 % of what the month will come to."""
    aws.budgets.Budget(
        f"{name}-budget",
        name=prefix,
        budget_type="COST",
        limit_amount=str(usd),
        limit_unit="USD",
        time_unit="MONTHLY",
        notifications=[
            {
                "comparison_operator": "GREATER_THAN",
                "threshold": threshold,
                "threshold_type": "PERCENTAGE",
                "notification_type": kind,
                "subscriber_email_addresses": [email],
            }
            for kind, threshold in (("ACTUAL", 80), ("FORECASTED", 100))
        ],
        opts=opts,
    )

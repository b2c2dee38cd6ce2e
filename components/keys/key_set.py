"""KMS keys of a stack: one a data class, multi-region where the data is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.keys.policy import REPLICATED, key_policy
from components.protection import data_opts
from components.refs import KeyRefs
from marquee.domain.names import DataClass, Names

_WAIT_DAYS = {True: 30, False: 7}  # what KMS allows at most and at least before a deleted key is gone


@dataclass(frozen=True, kw_only=True)
class KeySetArgs:
    """Arguments of `KeySet`."""

    names: Names
    home: str
    """Region of the multi-region primaries; moving it is a KMS operation (UpdatePrimaryRegion), not a deployment."""
    providers: Mapping[str, aws.Provider]
    """Region → its provider, for every region of the stack."""
    residency: Sequence[str]
    """Regions that may hold personal data; the first is the home of that key."""
    keep_data: bool
    also_logs: Mapping[str, aws.Provider] = field(default_factory=dict[str, aws.Provider])
    """Region outside the stack → its provider: it gets a key for logs and no other. The edge logs where the stack may not be."""
    encrypts_disks: bool = False
    """Whether the media key is also for the disks of instances that EC2 Auto Scaling starts."""


class KeySet(ComponentResource):
    """Keys for every class in every region. Logs never leave their region, so that their keys do not either."""

    refs: Mapping[str, KeyRefs]
    logs: Mapping[str, Output[str]]
    """Region → key of logs there, those outside the stack included."""

    def __init__(self, name: str, args: KeySetArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:keys:KeySet", name, {}, opts)
        regions = tuple(args.providers)
        self._providers = {**args.also_logs, **args.providers}
        arns: dict[tuple[DataClass, str], Output[str]] = {}
        for data_class in (*REPLICATED, "content"):
            arns |= self._multi_region(name, args, data_class, args.home, regions)
        if args.residency:
            arns |= self._multi_region(name, args, "pii", args.residency[0], args.residency)
        for region in dict.fromkeys((*regions, *args.also_logs)):
            arns["logs", region] = self._key(name, args, "logs", region, multi_region=False).arn
        self.logs = {region: arn for (data_class, region), arn in arns.items() if data_class == "logs"}
        for (data_class, region), arn in arns.items():
            aws.kms.Alias(
                f"{name}-{data_class}-{region}",
                name=args.names.key_alias(data_class),
                target_key_id=arn,
                opts=ResourceOptions(parent=self, provider=self._providers[region]),
            )
        self.refs = {
            region: KeyRefs(
                media=arns["media", region],
                data=arns["data", region],
                secrets=arns["secrets", region],
                logs=arns["logs", region],
                content=arns["content", region],
                pii=arns.get(("pii", region)),
            )
            for region in regions
        }
        self.register_outputs({})

    def _multi_region(
        self, name: str, args: KeySetArgs, data_class: DataClass, home: str, regions: Sequence[str]
    ) -> dict[tuple[DataClass, str], Output[str]]:
        primary = self._key(name, args, data_class, home, multi_region=True)
        arns: dict[tuple[DataClass, str], Output[str]] = {(data_class, home): primary.arn}
        for region in regions:
            if region != home:
                arns[data_class, region] = aws.kms.ReplicaKey(
                    f"{name}-{data_class}-{region}",
                    description=f"{args.names.prefix}: {data_class}",
                    primary_key_arn=primary.arn,
                    policy=_policy(args, data_class, region),
                    deletion_window_in_days=_WAIT_DAYS[args.keep_data],
                    opts=data_opts(self, keep_data=args.keep_data, provider=args.providers[region]),
                ).arn
        return arns

    def _key(self, name: str, args: KeySetArgs, data_class: DataClass, region: str, *, multi_region: bool) -> aws.kms.Key:
        mac = data_class == "content"
        return aws.kms.Key(
            f"{name}-{data_class}-{region}",
            description=f"{args.names.prefix}: {data_class}",
            multi_region=multi_region,
            key_usage="GENERATE_VERIFY_MAC" if mac else None,
            customer_master_key_spec="HMAC_256" if mac else None,
            enable_key_rotation=None if mac else True,  # KMS rotates no HMAC key, and every title's keys hang on this one
            policy=_policy(args, data_class, region),
            deletion_window_in_days=_WAIT_DAYS[args.keep_data],
            opts=data_opts(self, keep_data=args.keep_data, provider=self._providers[region]),
        )


def _policy(args: KeySetArgs, data_class: DataClass, region: str) -> str:
    disks = args.encrypts_disks and data_class == "media"
    return key_policy(data_class, account=args.names.account, region=region, encrypts_disks=disks)

"""What a region does for viewers once the edge stands: it lets them play, and keeps the edge's caches true to the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions

from components.edge.invalidations import Invalidations, InvalidationsArgs
from components.edge.prefetch import Prefetch, PrefetchArgs
from components.playback.licence import Licence, LicenceArgs
from components.playback.playback import Playback, PlaybackArgs
from components.playback.withdrawals import Withdrawals, WithdrawalsArgs
from components.refs import EdgeRefs, IssuerRef, Placement, PlaybackRef, QueueRef, SecretRef, TableRef, TopicRef, ZoneRef
from marquee.settings.edge import Edge
from marquee.settings.playback import Playback as PlaybackSettings


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What all regions sign with, and whose viewers they believe."""

    domain_name: str
    """The API's, shared by all regions."""
    issuer: IssuerRef
    token_keys: SecretRef
    cookie_keys: SecretRef


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The region's replicas."""

    catalogue: TableRef
    entitlements: TableRef
    invalidations: TableRef
    content_keys: TableRef | None
    """The index of content keys; None where no licence is given here."""


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """Arguments of `Delivery`."""

    placement: Placement
    playback: PlaybackSettings
    settings: Edge
    edge: EdgeRefs
    zone: ZoneRef
    signing: Signing
    certificate_arn: Input[str]
    """Of the API's name, in this region."""
    tables: Tables
    bus: Input[str]
    """Name of the platform's bus in this region, once it exists."""
    live_channels: Sequence[str]
    """Of the whole stack."""
    regions: Sequence[str]
    """All of the stack."""
    dead_letters: QueueRef
    alarms: TopicRef


class Delivery(ComponentResource):
    """The region's playback API and licences, and its answers to what was published or taken down there."""

    ref: PlaybackRef

    def __init__(self, name: str, args: DeliveryArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:region:Delivery", name, {}, opts)
        child = ResourceOptions(parent=self)
        place, dead_letters, tables = args.placement, args.dead_letters, args.tables
        licence = None
        if tables.content_keys is not None:
            licence_args = LicenceArgs(placement=place, content_keys=tables.content_keys, dead_letters=dead_letters)
            licence = Licence(f"{name}-licence", licence_args, opts=child)
        playback = Playback(
            f"{name}-playback",
            PlaybackArgs(
                placement=place,
                playback=args.playback,
                player_origins=args.settings.player_origins or (f"https://player.{args.zone.domain}",),
                zone=args.zone,
                domain_name=args.signing.domain_name,
                certificate_arn=args.certificate_arn,
                issuer=args.signing.issuer,
                catalogue=tables.catalogue,
                entitlements=tables.entitlements,
                token_keys=args.signing.token_keys,
                cookie_keys=args.signing.cookie_keys,
                store_arn=args.edge.store_arn,
                live_channels=args.live_channels,
                licence=licence.routes if licence else (),
                dead_letters=dead_letters,
            ),
            opts=child,
        )
        self.ref = playback.ref
        Withdrawals(
            f"{name}-withdrawals",
            WithdrawalsArgs(placement=place, bus=args.bus, revoke=playback.revoke, dead_letters=dead_letters),
            opts=child,
        )
        Invalidations(
            f"{name}-invalidations",
            InvalidationsArgs(
                placement=place,
                bus=args.bus,
                distribution=args.edge.media,
                limits=args.settings.invalidations,
                spent=tables.invalidations,
                regions=args.regions,
                dead_letters=dead_letters,
                alarms=args.alarms,
            ),
            opts=child,
        )
        if args.settings.prefetch:
            prefetch = PrefetchArgs(placement=place, bus=args.bus, media_host=args.edge.media.alias, dead_letters=dead_letters)
            Prefetch(f"{name}-prefetch", prefetch, opts=child)
        self.register_outputs({"api_id": self.ref.api_id})

"""The program: settings in, components stitched, outputs out."""

from dataclasses import dataclass

import pulumi

from components.account_baseline import AccountBaseline, AccountBaselineArgs, RegionBaseline, RegionBaselineArgs
from components.delivery import Delivery, DeliveryArgs, Signing, Tables
from components.drm.key_provider import KeyProvider, KeyProviderArgs, external
from components.edge.edge import Edge, EdgeArgs
from components.edge.logs import AccessLogs
from components.edge.shield import Shield, ShieldArgs
from components.edge.signing_keys import SigningKeys, SigningKeysArgs
from components.global_plane import GlobalPlane, GlobalPlaneArgs
from components.identity.boundary import features_of
from components.live.live import Live, LiveArgs
from components.media.batch.encoder import BatchEncoder
from components.media.replication import MediaReplication, MediaReplicationArgs, routes
from components.media_pipeline import MediaPipeline, MediaPipelineArgs
from components.playback.api_name import ApiName, ApiNameArgs, origin_name
from components.playback.token_keys import TokenKeys, TokenKeysArgs
from components.providers import EDGE_REGION, regional_providers
from components.refs import LiveRef, Placement, PlaybackRef
from components.regional_plane import RegionalPlane, RegionalPlaneArgs
from components.routing.routing import Routing, RoutingArgs
from components.routing.signing import ZoneSigning
from components.viewers import Viewers, ViewersArgs, external_issuer
from marquee.settings import Settings, SettingsError, load

SERVICES = MediaPipeline.CALLS
"""AWS services that the code in a region calls: its private endpoints follow from them."""


def settings_of_this_stack() -> Settings:
    """The stack file's settings; what is wrong with them ends the run with a table and no traceback."""
    try:
        return load(pulumi.Config("marquee").require_object("platform"), pulumi.get_stack())
    except SettingsError as error:
        raise pulumi.RunError(error.render()) from None


@dataclass(frozen=True, kw_only=True)
class RegionParts:
    """A region as the edge and the other regions' parts are stitched to it."""

    placement: Placement
    plane: RegionalPlane
    pipeline: MediaPipeline
    live: LiveRef | None


settings = settings_of_this_stack()
providers = regional_providers(settings)
region_names = [region.name for region in settings.regions]
home, residence = settings.primary.name, settings.pii_regions[0]
preferred = sorted(region_names, key=lambda name: name != home)


def at(region: str) -> pulumi.ResourceOptions:
    """In `region`, for a component and all that is below it."""
    return pulumi.ResourceOptions(provider=providers[region])


platform = GlobalPlane(
    "global",
    GlobalPlaneArgs(
        names=settings.names,
        domain=settings.identity.domain,
        home=home,
        providers={name: providers[name] for name in region_names},
        edge_provider=providers[EDGE_REGION],
        residency=settings.pii_regions,
        edge=settings.edge,
        cost=settings.cost,
        alarm_email=settings.observability.alarm_email,
        deploy_role=settings.accounts.deploy_role,
        key_provider_arn=settings.drm.invoke_arn(settings.accounts.workload),
        encoders=settings.media.encoders,
        features=features_of(settings.live, settings.media, settings.edge, settings.regions),
        keep_data=settings.resilience.keep_data,
    ),
    opts=at(home),
)
shared = platform.refs

baseline = None
if settings.security.account_baseline == "managed":
    baseline = AccountBaseline(
        "account",
        AccountBaselineArgs(
            names=settings.names,
            stack=settings.stack,
            boundary_arn=shared.boundary_arn,
            ci_repository=settings.security.ci_repository,
            deploy_role=settings.accounts.deploy_role,
        ),
        opts=at(home),
    )

regions: dict[str, RegionParts] = {}
for region in settings.regions:
    placement = Placement(
        region=region.name,
        names=settings.names,
        boundary_arn=shared.boundary_arn,
        keys=shared.keys[region.name],
        keep_data=settings.resilience.keep_data,
        log_retention_days=settings.observability.log_retention_days,
    )
    plane = RegionalPlane(
        f"plane-{region.name}",
        RegionalPlaneArgs(
            placement=placement,
            region=region,
            zones=settings.zones(region),
            network=settings.network,
            observability=settings.observability,
            zone=shared.zone,
            waf=settings.edge.waf,
            catalogue=shared.catalogue[region.name],
            services=SERVICES | (BatchEncoder.CALLS if settings.media.uses_batch else frozenset()),
        ),
        opts=at(region.name),
    )
    api_logging = None
    if baseline is not None:
        api_logging = RegionBaseline(
            f"account-{region.name}",
            RegionBaselineArgs(placement=placement, api_gateway_role_arn=baseline.api_gateway_role_arn),
            opts=at(region.name),
        ).api_logging
    key_provider = (
        external(settings.drm, settings.accounts.workload)
        or KeyProvider(
            f"keys-{region.name}",
            KeyProviderArgs(
                placement=placement,
                drm=settings.drm,
                index=shared.content_keys[region.name],
                dead_letters=plane.dead_letters,
                alarms=plane.alarms,
                logging_ready=api_logging,
            ),
            opts=at(region.name),
        ).ref
    )
    channels = settings.live.in_region(region.name)
    pipeline = MediaPipeline(
        f"media-{region.name}",
        MediaPipelineArgs(
            placement=placement,
            media=settings.media,
            catalogue=shared.catalogue[region.name],
            dead_letters=plane.dead_letters,
            alarms=plane.alarms,
            protection=settings.drm.protection,
            key_provider=key_provider,
            network=plane.network,
            tags=settings.tags,
            harvests=bool(channels),
            regions=region_names,
        ),
        opts=at(region.name),
    )
    live = None
    if channels:
        live = Live(
            f"live-{region.name}",
            LiveArgs(
                placement=placement,
                channels=channels,
                media=settings.media,
                protection=settings.drm.protection,
                key_provider=key_provider,
                rotation_seconds=settings.live.key_rotation_seconds,
                owns_account_logs=baseline is not None,
                renditions=pipeline.refs.renditions,
                catalogue=shared.catalogue[region.name],
                event_bus=pipeline.event_bus,
                dead_letters=plane.dead_letters,
                alarms=plane.alarms,
                tags=settings.tags,
            ),
            opts=at(region.name),
        ).ref
    regions[region.name] = RegionParts(placement=placement, plane=plane, pipeline=pipeline, live=live)

copies = routes({name: parts.pipeline.refs for name, parts in regions.items()})
for name, parts in regions.items() if copies else ():
    MediaReplication(
        f"replication-{name}",
        MediaReplicationArgs(
            placement=parts.placement,
            routes=copies,
            locked=settings.media.masters_lock is not None,
            alarms=parts.plane.alarms,
        ),
        opts=at(name),
    )

key_replicas = {name: shared.keys[name].secrets for name in region_names if name != home}
signing_keys = SigningKeys(
    "signing-keys",
    SigningKeysArgs(
        placement=regions[home].placement,
        replicas=key_replicas,
        rotation_days=settings.edge.signing_key_days,
        dead_letters=regions[home].plane.dead_letters,
    ),
    opts=at(home),
)
# Whoever asked for what is personal data.
access_logs = AccessLogs("edge-logs", regions[residence].placement, opts=at(residence))
edge = Edge(
    "edge",
    EdgeArgs(
        names=settings.names,
        zone=shared.zone,
        edge=settings.edge,
        boundary_arn=shared.boundary_arn,
        logs_key_arn=shared.edge_logs_key,
        log_retention_days=settings.observability.log_retention_days,
        access_logs=access_logs.ready,
        key_group_id=signing_keys.key_group_id,
        renditions={name: regions[name].pipeline.refs.renditions.name for name in preferred},
        api_origin=origin_name(settings.identity.domain),
        ingresses=[(name, regions[name].plane.refs.origin_domain) for name in preferred],
        live=[live for name in preferred if (live := regions[name].live)],
        packaging=[packaging for name in preferred if (packaging := regions[name].pipeline.packaging)],
    ),
    opts=at(EDGE_REGION),
)

token_keys = TokenKeys(
    "token-keys",
    TokenKeysArgs(
        placement=regions[home].placement,
        replicas=key_replicas,
        store_arn=edge.refs.store_arn,
        rotation_days=settings.playback.key_rotation_days,
        dead_letters=regions[home].plane.dead_letters,
    ),
    opts=at(home),
)
viewers = (
    external_issuer(settings.playback)
    or Viewers("viewers", ViewersArgs(placement=regions[residence].placement, playback=settings.playback), opts=at(residence)).ref
)
api_name = ApiName(
    "api-name",
    ApiNameArgs(zone=shared.zone, home=home, providers={name: providers[name] for name in region_names}),
    opts=at(home),
)
signing = Signing(domain_name=api_name.domain_name, issuer=viewers, token_keys=token_keys.ref, cookie_keys=signing_keys.ref)
apis: dict[str, PlaybackRef] = {}
for name, parts in regions.items():
    apis[name] = Delivery(
        f"delivery-{name}",
        DeliveryArgs(
            placement=parts.placement,
            playback=settings.playback,
            settings=settings.edge,
            edge=edge.refs,
            zone=shared.zone,
            signing=signing,
            certificate_arn=api_name.certificates[name],
            tables=Tables(
                catalogue=shared.catalogue[name],
                entitlements=shared.entitlements[name],
                invalidations=shared.invalidations[name],
                content_keys=shared.content_keys[name] if settings.drm.clear_key else None,
            ),
            bus=parts.pipeline.bus,
            live_channels=[channel.name for channel in settings.live.channels],
            regions=region_names,
            dead_letters=parts.plane.dead_letters,
            alarms=parts.plane.alarms,
        ),
        opts=at(name),
    ).ref

routing = Routing(
    "routing",
    RoutingArgs(
        names=settings.names,
        boundary_arn=shared.boundary_arn,
        zone=shared.zone,
        routing=settings.routing,
        regions=settings.regions,
        planes={name: parts.plane.refs for name, parts in regions.items()},
        apis=apis,
        distributions=[edge.refs.media, edge.refs.api],
    ),
    opts=at(EDGE_REGION),
)
if settings.edge.shield == "existing":
    checks = {name: health.check_arn for name, health in routing.health.items()}
    planes = [parts.plane.refs for parts in regions.values()]
    shielded = ShieldArgs(prefix=settings.names.prefix, regions=planes, edge=edge.refs, home=home, checks=checks)
    Shield("shield", shielded, opts=at(EDGE_REGION))
if settings.routing.dnssec:
    zone_signing = ZoneSigning(
        "dnssec",
        zone=shared.zone,
        account=settings.accounts.workload,
        keep_data=settings.resilience.keep_data,
        opts=at(EDGE_REGION),
    )
    pulumi.export("dnssec_ds_record", zone_signing.ds_record)

pulumi.export("domain", settings.identity.domain)
pulumi.export("name_servers", platform.name_servers)
pulumi.export("catalogue", settings.names.table("catalogue"))
pulumi.export("edge_certificate", edge.certificate_arn)
pulumi.export("viewers", {"issuer": viewers.issuer, "audience": list(viewers.audience), "user_pool": viewers.user_pool_id})
pulumi.export(
    "regions",
    {
        name: {
            "incoming_bucket": parts.pipeline.incoming_bucket,
            "ingest": parts.pipeline.state_machine_arn,
            "origin": parts.plane.refs.origin_domain,
            "load_balancer": parts.plane.refs.load_balancer_dns_name,
            "playback": apis[name].target_domain,
            "vpc": parts.plane.network.vpc_id,
        }
        for name, parts in regions.items()
    },
)

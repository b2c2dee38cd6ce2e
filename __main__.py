"""The program: settings in, components stitched, outputs out."""

import pulumi

from components.account_baseline import AccountBaseline, AccountBaselineArgs, RegionBaseline, RegionBaselineArgs
from components.drm.key_provider import KeyProvider, KeyProviderArgs, external
from components.edge.edge import Edge, EdgeArgs
from components.edge.invalidations import Invalidations, InvalidationsArgs
from components.edge.logs import AccessLogs
from components.edge.prefetch import Prefetch, PrefetchArgs
from components.edge.shield import Protected, Shield, ShieldArgs
from components.edge.signing_keys import SigningKeys, SigningKeysArgs
from components.global_plane import GlobalPlane, GlobalPlaneArgs
from components.identity.boundary import features_of
from components.live.live import Live, LiveArgs
from components.media.batch.encoder import BatchEncoder
from components.media.replication import MediaReplication, MediaReplicationArgs, routes
from components.media_pipeline import MediaPipeline, MediaPipelineArgs
from components.playback.api_name import ApiName, ApiNameArgs, origin_name
from components.playback.licence import Licence, LicenceArgs
from components.playback.playback import Playback, PlaybackArgs
from components.playback.token_keys import TokenKeys, TokenKeysArgs
from components.providers import EDGE_REGION, regional_providers
from components.refs import KeyProviderRef, Placement
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


settings = settings_of_this_stack()
providers = regional_providers(settings)
region_names = [region.name for region in settings.regions]

platform = GlobalPlane(
    "global",
    GlobalPlaneArgs(
        names=settings.names,
        domain=settings.identity.domain,
        home=settings.primary.name,
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
    opts=pulumi.ResourceOptions(provider=providers[settings.primary.name]),
)

baseline = None
if settings.security.account_baseline == "managed":
    baseline = AccountBaseline(
        "account",
        AccountBaselineArgs(
            names=settings.names,
            stack=settings.stack,
            boundary_arn=platform.refs.boundary_arn,
            ci_repository=settings.security.ci_repository,
            deploy_role=settings.accounts.deploy_role,
        ),
        opts=pulumi.ResourceOptions(provider=providers[settings.primary.name]),
    )

placements: dict[str, Placement] = {}
planes: dict[str, RegionalPlane] = {}
pipelines: dict[str, MediaPipeline] = {}
key_providers: dict[str, KeyProviderRef] = {}
lives: dict[str, Live] = {}
for region in settings.regions:
    here = pulumi.ResourceOptions(provider=providers[region.name])
    placement = placements[region.name] = Placement(
        region=region.name,
        names=settings.names,
        boundary_arn=platform.refs.boundary_arn,
        keys=platform.refs.keys[region.name],
        keep_data=settings.resilience.keep_data,
        log_retention_days=settings.observability.log_retention_days,
    )
    plane = planes[region.name] = RegionalPlane(
        f"plane-{region.name}",
        RegionalPlaneArgs(
            placement=placement,
            region=region,
            zones=settings.zones(region),
            network=settings.network,
            observability=settings.observability,
            zone=platform.refs.zone,
            waf=settings.edge.waf,
            catalogue=platform.refs.catalogue[region.name],
            services=SERVICES | (BatchEncoder.CALLS if settings.media.uses_batch else frozenset()),
        ),
        opts=here,
    )
    api_logging = None
    if baseline is not None:
        api_logging = RegionBaseline(
            f"account-{region.name}",
            RegionBaselineArgs(placement=placement, api_gateway_role_arn=baseline.api_gateway_role_arn),
            opts=here,
        ).api_logging
    key_provider = key_providers[region.name] = (
        external(settings.drm, settings.accounts.workload)
        or KeyProvider(
            f"keys-{region.name}",
            KeyProviderArgs(
                placement=placement,
                drm=settings.drm,
                index=platform.refs.content_keys[region.name],
                dead_letters=plane.dead_letters,
                alarms=plane.alarms,
                logging_ready=api_logging,
            ),
            opts=here,
        ).ref
    )
    pipelines[region.name] = MediaPipeline(
        f"media-{region.name}",
        MediaPipelineArgs(
            placement=placement,
            media=settings.media,
            catalogue=platform.refs.catalogue[region.name],
            dead_letters=plane.dead_letters,
            alarms=plane.alarms,
            protection=settings.drm.protection,
            key_provider=key_provider,
            network=plane.network,
            tags=settings.tags,
            harvests=bool(settings.live.in_region(region.name)),
        ),
        opts=here,
    )
    if channels := settings.live.in_region(region.name):
        lives[region.name] = Live(
            f"live-{region.name}",
            LiveArgs(
                placement=placement,
                channels=channels,
                media=settings.media,
                protection=settings.drm.protection,
                key_provider=key_provider,
                rotation_seconds=settings.live.key_rotation_seconds,
                owns_account_logs=baseline is not None,
                renditions=pipelines[region.name].refs.renditions,
                catalogue=platform.refs.catalogue[region.name],
                event_bus=pipelines[region.name].event_bus,
                dead_letters=plane.dead_letters,
                alarms=plane.alarms,
                tags=settings.tags,
            ),
            opts=here,
        )

copies = routes({name: pipeline.refs for name, pipeline in pipelines.items()})
for name, plane in planes.items() if copies else ():
    MediaReplication(
        f"replication-{name}",
        MediaReplicationArgs(
            placement=placements[name],
            routes=copies,
            locked=settings.media.masters_lock is not None,
            alarms=plane.alarms,
        ),
        opts=pulumi.ResourceOptions(provider=providers[name]),
    )

home, preferred = settings.primary.name, sorted(region_names, key=lambda name: name != settings.primary.name)
signing_keys = SigningKeys(
    "signing-keys",
    SigningKeysArgs(
        placement=placements[home],
        replicas={name: platform.refs.keys[name].secrets for name in region_names if name != home},
        rotation_days=settings.edge.signing_key_days,
        dead_letters=planes[home].dead_letters,
    ),
    opts=pulumi.ResourceOptions(provider=providers[home]),
)
# Whoever asked for what is personal data.
access_logs = AccessLogs(
    "edge-logs", placements[settings.pii_regions[0]], opts=pulumi.ResourceOptions(provider=providers[settings.pii_regions[0]])
)
edge = Edge(
    "edge",
    EdgeArgs(
        names=settings.names,
        zone=platform.refs.zone,
        edge=settings.edge,
        boundary_arn=platform.refs.boundary_arn,
        logs_key_arn=platform.refs.edge_logs_key,
        log_retention_days=settings.observability.log_retention_days,
        access_logs=access_logs.ready,
        key_group_id=signing_keys.key_group_id,
        renditions={name: pipelines[name].refs.renditions.name for name in preferred},
        api_origin=origin_name(settings.identity.domain),
        ingresses=[(name, planes[name].refs.origin_domain) for name in preferred],
        live=[lives[name].ref for name in preferred if name in lives],
    ),
    opts=pulumi.ResourceOptions(provider=providers[EDGE_REGION]),
)

token_keys = TokenKeys(
    "token-keys",
    TokenKeysArgs(
        placement=placements[home],
        replicas={name: platform.refs.keys[name].secrets for name in region_names if name != home},
        store_arn=edge.refs.store_arn,
        rotation_days=settings.playback.key_rotation_days,
        dead_letters=planes[home].dead_letters,
    ),
    opts=pulumi.ResourceOptions(provider=providers[home]),
)
viewers = (
    external_issuer(settings.playback)
    or Viewers(
        "viewers",
        ViewersArgs(placement=placements[settings.pii_regions[0]], playback=settings.playback),
        opts=pulumi.ResourceOptions(provider=providers[settings.pii_regions[0]]),
    ).ref
)
api_name = ApiName(
    "api-name",
    ApiNameArgs(zone=platform.refs.zone, home=home, providers={name: providers[name] for name in region_names}),
    opts=pulumi.ResourceOptions(provider=providers[home]),
)
playbacks: dict[str, Playback] = {}
for name, placement in placements.items():
    here = pulumi.ResourceOptions(provider=providers[name])
    licence = None
    if settings.drm.clear_key:
        licence_args = LicenceArgs(
            placement=placement, content_keys=platform.refs.content_keys[name], dead_letters=planes[name].dead_letters
        )
        licence = Licence(f"licence-{name}", licence_args, opts=here)
    playbacks[name] = Playback(
        f"playback-{name}",
        PlaybackArgs(
            placement=placement,
            playback=settings.playback,
            player_origins=settings.edge.player_origins or (f"https://player.{settings.identity.domain}",),
            zone=platform.refs.zone,
            domain_name=api_name.domain_name,
            certificate_arn=api_name.certificates[name],
            issuer=viewers,
            catalogue=platform.refs.catalogue[name],
            entitlements=platform.refs.entitlements[name],
            token_keys=token_keys.ref,
            cookie_keys=signing_keys.ref,
            store_arn=edge.refs.store_arn,
            live_channels=[channel.name for channel in settings.live.channels],
            licence=licence.routes if licence else (),
            dead_letters=planes[name].dead_letters,
        ),
        opts=here,
    )

for name, placement in placements.items():
    here = pulumi.ResourceOptions(provider=providers[name])
    Invalidations(
        f"invalidations-{name}",
        InvalidationsArgs(
            placement=placement,
            bus=pipelines[name].bus,
            distribution=edge.refs.media,
            limits=settings.edge.invalidations,
            spent=platform.refs.invalidations[name],
            regions=region_names,
            dead_letters=planes[name].dead_letters,
            alarms=planes[name].alarms,
        ),
        opts=here,
    )
    if settings.edge.prefetch:
        prefetch = PrefetchArgs(
            placement=placement, bus=pipelines[name].bus, media_host=edge.refs.media.alias, dead_letters=planes[name].dead_letters
        )
        Prefetch(f"prefetch-{name}", prefetch, opts=here)

routing = Routing(
    "routing",
    RoutingArgs(
        names=settings.names,
        boundary_arn=platform.refs.boundary_arn,
        zone=platform.refs.zone,
        routing=settings.routing,
        regions=settings.regions,
        planes={name: plane.refs for name, plane in planes.items()},
        apis={name: playback.ref for name, playback in playbacks.items()},
        distributions=[edge.refs.media, edge.refs.api],
    ),
    opts=pulumi.ResourceOptions(provider=providers[EDGE_REGION]),
)
if settings.edge.shield == "existing":
    balancers = {
        f"ingress-{name}": Protected(resource_arn=plane.refs.load_balancer_arn, health_check_arn=routing.health[name].check_arn)
        for name, plane in planes.items()
    }
    distributions = {
        name: Protected(resource_arn=ref.arn, health_check_arn=routing.health[home].check_arn)
        for name, ref in (("media", edge.refs.media), ("api", edge.refs.api))
    }
    Shield(
        "shield",
        ShieldArgs(prefix=settings.names.prefix, protected={**balancers, **distributions}),
        opts=pulumi.ResourceOptions(provider=providers[EDGE_REGION]),
    )
if settings.routing.dnssec:
    signing = ZoneSigning(
        "dnssec",
        zone=platform.refs.zone,
        account=settings.accounts.workload,
        keep_data=settings.resilience.keep_data,
        opts=pulumi.ResourceOptions(provider=providers[EDGE_REGION]),
    )
    pulumi.export("dnssec_ds_record", signing.ds_record)

pulumi.export("domain", settings.identity.domain)
pulumi.export("name_servers", platform.name_servers)
pulumi.export("catalogue", settings.names.table("catalogue"))
pulumi.export("edge_certificate", edge.certificate_arn)
pulumi.export("viewers", {"issuer": viewers.issuer, "audience": list(viewers.audience), "user_pool": viewers.user_pool_id})
pulumi.export(
    "regions",
    {
        name: {
            "incoming_bucket": pipelines[name].incoming_bucket,
            "ingest": pipelines[name].state_machine_arn,
            "origin": plane.refs.origin_domain,
            "load_balancer": plane.refs.load_balancer_dns_name,
            "playback": playbacks[name].ref.target_domain,
            "vpc": plane.network.vpc_id,
        }
        for name, plane in planes.items()
    },
)

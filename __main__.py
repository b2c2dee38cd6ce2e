"""The program: settings in, components stitched, outputs out."""

import pulumi

from components.account_baseline import AccountBaseline, AccountBaselineArgs, RegionBaseline, RegionBaselineArgs
from components.edge.edge import Edge, EdgeArgs
from components.edge.logs import AccessLogs
from components.edge.signing_keys import SigningKeys, SigningKeysArgs
from components.global_plane import GlobalPlane, GlobalPlaneArgs
from components.media.replication import MediaReplication, MediaReplicationArgs, routes
from components.media_pipeline import MediaPipeline, MediaPipelineArgs
from components.providers import EDGE_REGION, regional_providers
from components.refs import Placement
from components.regional_plane import RegionalPlane, RegionalPlaneArgs
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
            catalogue=platform.refs.catalogue[region.name],
            services=SERVICES,
        ),
        opts=here,
    )
    pipelines[region.name] = MediaPipeline(
        f"media-{region.name}",
        MediaPipelineArgs(
            placement=placement,
            media=settings.media,
            catalogue=platform.refs.catalogue[region.name],
            dead_letters=plane.dead_letters,
            alarms=plane.alarms,
        ),
        opts=here,
    )
    if baseline is not None:
        RegionBaseline(
            f"account-{region.name}",
            RegionBaselineArgs(placement=placement, api_gateway_role_arn=baseline.api_gateway_role_arn),
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
        api_origins=[(name, planes[name].refs.origin_domain) for name in preferred],
    ),
    opts=pulumi.ResourceOptions(provider=providers[EDGE_REGION]),
)

pulumi.export("domain", settings.identity.domain)
pulumi.export("name_servers", platform.name_servers)
pulumi.export("catalogue", settings.names.table("catalogue"))
pulumi.export("edge_certificate", edge.certificate_arn)
pulumi.export(
    "regions",
    {
        name: {
            "incoming_bucket": pipelines[name].incoming_bucket,
            "ingest": pipelines[name].state_machine_arn,
            "origin": plane.refs.origin_domain,
            "load_balancer": plane.refs.load_balancer_dns_name,
            "vpc": plane.network.vpc_id,
        }
        for name, plane in planes.items()
    },
)

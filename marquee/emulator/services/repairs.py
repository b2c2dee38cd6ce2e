"""All changes to the emulators, installed in one place. Each stands in a module of its own, with its reason and a test."""

from pathlib import Path

from marquee.emulator.live.control import FEED_PATH
from marquee.emulator.media.pool import Pool
from marquee.emulator.recorder import Recorder
from marquee.emulator.services import (
    batch_tasks,
    dead_letters,
    function_code,
    functions,
    health_checks,
    media_tasks,
    new_secrets,
    object_events,
    object_ranges,
    own_tasks,
    public_parameters,
    replica_keys,
    schedules,
    state_machines,
    store_rights,
    strict_policies,
)
from marquee.emulator.services.batch import Batch
from marquee.emulator.services.bucket_origin import BucketOrigin
from marquee.emulator.services.cloudfront import CloudFront
from marquee.emulator.services.edge_logs import EDGE_LOGS_PATH, EdgeLogs
from marquee.emulator.services.edges import EDGE_PATH, Edges
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.execute_api import ExecuteApi
from marquee.emulator.services.function_roles import FunctionRoles
from marquee.emulator.services.http_apis import HttpApis
from marquee.emulator.services.live_access import LiveAccess
from marquee.emulator.services.live_feed import feed
from marquee.emulator.services.live_harvest import Harvests
from marquee.emulator.services.live_origin import LiveOrigin
from marquee.emulator.services.mediaconvert import MediaConvert
from marquee.emulator.services.medialive import MediaLive
from marquee.emulator.services.medialive_runs import Runner
from marquee.emulator.services.mediapackage import MediaPackage
from marquee.emulator.services.mediapackage_vod import MediaPackageVod
from marquee.emulator.services.notifications import Notifications
from marquee.emulator.services.outages import OUTAGES_PATH, Outages
from marquee.emulator.services.own import OwnServices
from marquee.emulator.services.replication import Replication
from marquee.emulator.services.rules import Rules
from marquee.emulator.services.secret_rotation import SecretRotation
from marquee.emulator.services.service_calls import ServiceCalls
from marquee.emulator.services.state_machine_roles import StateMachineRoles
from marquee.emulator.services.vod_origin import VodOrigin
from marquee.emulator.services.vod_packages import Packages


def install(recorder: Recorder, folder: Path) -> OwnServices:
    """Install every change. Once, after MiniStack's import and before its first request. `folder` lasts as long as the process.

    Returns the services that neither emulator has.
    """
    strict_policies.install()
    store_rights.install()
    enforcement = Enforcement(recorder)
    enforcement.install()
    functions.install(folder)
    function_code.install(folder)
    state_machines.install(enforcement)
    service_calls = ServiceCalls(recorder)
    Rules(enforcement, service_calls).install()
    Notifications(service_calls).install()
    ExecuteApi(service_calls).install()
    HttpApis(service_calls).install()
    SecretRotation(service_calls).install()
    new_secrets.install()
    FunctionRoles(enforcement).install()
    StateMachineRoles(enforcement).install()
    dead_letters.install()
    object_events.install()
    object_ranges.install()
    public_parameters.install()
    health_checks.install()
    replica_keys.install()
    Replication(enforcement).install()
    cloudfront = CloudFront()
    cloudfront.install()
    edge_logs = EdgeLogs(cloudfront.log_configs, service_calls)
    pool, outages, edges = Pool(), Outages(), Edges()
    mediaconvert, batch = MediaConvert(pool, folder / "mediaconvert"), Batch(pool, folder / "batch")
    media_tasks.install(enforcement, mediaconvert)
    batch_tasks.install(enforcement, batch)
    origin, access = MediaPackage(folder / "live"), LiveAccess(enforcement, recorder)
    medialive, vod = MediaLive(Runner(origin, access)), MediaPackageVod()
    own = OwnServices(
        enforcement,
        {
            "batch": batch,
            "mediaconvert": mediaconvert,
            "medialive": medialive,
            "mediapackage-vod": vod,
            "mediapackagev2": origin,
        },
        origins=(LiveOrigin(origin, access), VodOrigin(vod, Packages(pool, folder / "vod")), edges),
        buckets=BucketOrigin(service_calls),
        outages=outages,
        controls={
            FEED_PATH: lambda body: feed(medialive, body),
            OUTAGES_PATH: outages.control,
            EDGE_PATH: edges.control,
            EDGE_LOGS_PATH: edge_logs.control,
        },
    )
    Harvests(origin, service_calls)
    own_tasks.install(own, ("medialive", "mediapackagev2", "mediapackagevod"))
    schedules.install()
    return own

"""A program that makes playback authorisation in two regions, for graph tests on stand-ins and for flows on the emulated AWS."""

from pathlib import Path
from tempfile import TemporaryDirectory

from marquee.engine import Backend, Graph, run
from tests.unit.engine_programs import project

ACCOUNT, PREFIX, DOMAIN = "357913579135", "marquee-play", "play.example.org"
HOME, AWAY = "eu-west-1", "us-east-1"
ROOT = Path(__file__).resolve().parents[1]

PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.edge.signing_keys import SigningKeys, SigningKeysArgs
from components.identity.boundary import boundary_policy
from components.keys.key_set import KeySet, KeySetArgs
from components.messaging.queue import Queue, QueueArgs
from components.playback.api_name import ApiName, ApiNameArgs
from components.playback.licence import Licence, LicenceArgs
from components.playback.playback import Playback, PlaybackArgs
from components.playback.token_keys import TokenKeys, TokenKeysArgs
from components.refs import Placement, ZoneRef
from components.storage.table import Table, TableArgs
from components.viewers import Viewers, ViewersArgs, external_issuer
from marquee.domain import entitlements, key_index
from marquee.domain.names import Names
from marquee.settings.playback import Playback as Settings

HOME, REGIONS = "eu-west-1", ("eu-west-1", "us-east-1")
settings = Settings.model_validate(SETTINGS)
names = Names(prefix="PREFIX", account="ACCOUNT")
providers = {region: aws.Provider(region, region=region, allowed_account_ids=["ACCOUNT"]) for region in REGIONS}
home = pulumi.ResourceOptions(provider=providers[HOME])
root = pulumi.ComponentResource("test:index:Root", "root", {}, home)
boundary = boundary_policy("boundary", names=names, deploy_role=None, parent=root)
keys = KeySet("keys", KeySetArgs(names=names, home=HOME, providers=providers, residency=[HOME], keep_data=False), opts=home)
places = {
    region: Placement(region=region, names=names, boundary_arn=boundary.arn, keys=keys.refs[region], keep_data=False, log_retention_days=1)
    for region in REGIONS
}


def table(purpose, partition, sort=None, ttl=None):
    return Table(purpose, TableArgs(
        table_name=names.table(purpose), account="ACCOUNT", region=HOME, partition_key=partition, sort_key=sort, ttl_attribute=ttl,
        key_arns={region: keys.refs[region].data for region in REGIONS}, keep_data=False,
    ), opts=home).refs


catalogue, content_keys = table("catalogue", "contentId"), table("content-keys", key_index.KEY)
rights = table("entitlements", entitlements.USER, entitlements.CONTENT, entitlements.EXPIRES)
zone = ZoneRef(id=aws.route53.Zone("zone", name="DOMAIN", opts=home).zone_id, domain="DOMAIN")
queues = {
    region: Queue(f"letters-{region}", QueueArgs(placement=places[region], purpose="dead-letters"),
                  opts=pulumi.ResourceOptions(provider=providers[region])).ref
    for region in REGIONS
}
store = aws.cloudfront.KeyValueStore("store", name=names.key_value_store(), opts=home)
replicas = {region: keys.refs[region].secrets for region in REGIONS if region != HOME}
cookie_keys = SigningKeys("cookie-keys", SigningKeysArgs(
    placement=places[HOME], replicas=replicas, rotation_days=30, dead_letters=queues[HOME],
), opts=home)
token_keys = TokenKeys("token-keys", TokenKeysArgs(
    placement=places[HOME], replicas=replicas, store_arn=store.arn, rotation_days=30, dead_letters=queues[HOME],
), opts=home)
viewers = external_issuer(settings) or Viewers("viewers", ViewersArgs(placement=places[HOME], playback=settings), opts=home).ref
api_name = ApiName("api-name", ApiNameArgs(zone=zone, home=HOME, providers=providers), opts=home)
for region in REGIONS:
    here = pulumi.ResourceOptions(provider=providers[region])
    licence = Licence(f"licence-{region}", LicenceArgs(
        placement=places[region], content_keys=content_keys[region], dead_letters=queues[region],
    ), opts=here)
    api = Playback(f"playback-{region}", PlaybackArgs(
        placement=places[region], playback=settings, player_origins=["https://player.DOMAIN"], zone=zone, domain_name=api_name.domain_name,
        certificate_arn=api_name.certificates[region], issuer=viewers, catalogue=catalogue[region], entitlements=rights[region],
        token_keys=token_keys.ref, cookie_keys=cookie_keys.ref, store_arn=store.arn, live_channels=["news"], licence=licence.routes,
        dead_letters=queues[region],
    ), opts=here)
    pulumi.export(region, {"target": api.ref.target_domain, "api": api.ref.api_id})
pulumi.export("store", store.arn)
pulumi.export("pool", viewers.user_pool_id)
pulumi.export("client", viewers.audience[0])
pulumi.export("key_group", cookie_keys.key_group_id)
"""


def made(backend: Backend, *, preview: bool, settings: dict[str, object] | None = None) -> Graph:
    """The graph of the program with `settings` of the section `playback`."""
    text = PROGRAM.replace("SETTINGS", repr(settings or {})).replace("ACCOUNT", ACCOUNT).replace("PREFIX", PREFIX).replace("DOMAIN", DOMAIN)
    with TemporaryDirectory() as folder:
        project(Path(folder), text, head="")
        (Path(folder) / ".build").symlink_to(ROOT / ".build")  # where the components put the functions' code
        return run(Path(folder), stack="dev", backend=backend, preview=preview)

"""The reference key provider, deployed alone in two regions of the emulated AWS."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from marquee.domain.content_keys import LABELS, Content
from marquee.domain.cpix import speke
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.drm import KeyLabel, Protection
from marquee.domain.ladder.packager import ContentKey
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.visits import Answer
from marquee.engine import run
from tests.flows.world import World, policy
from tests.unit.engine_programs import project

HOME, AWAY = "eu-west-1", "us-east-1"
ACCOUNT = "246813579031"
ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.drm.key_provider import KeyProvider, KeyProviderArgs
from components.identity.boundary import boundary_policy
from components.keys.key_set import KeySet, KeySetArgs
from components.messaging.queue import Queue, QueueArgs
from components.playback.licence import Licence, LicenceArgs
from components.refs import Placement, TopicRef
from components.storage.table import Table, TableArgs
from marquee.domain.names import Names
from marquee.settings.drm import Drm

REGIONS = ("eu-west-1", "us-east-1")
names = Names(prefix="marquee-keys", account="ACCOUNT")
providers = {region: aws.Provider(region, region=region, allowed_account_ids=["ACCOUNT"]) for region in REGIONS}
home = pulumi.ResourceOptions(provider=providers[REGIONS[0]])
root = pulumi.ComponentResource("test:index:Root", "root", {}, home)
boundary = boundary_policy("boundary", names=names, deploy_role=None, parent=root)
keys = KeySet("keys", KeySetArgs(names=names, home=REGIONS[0], providers=providers, residency=[], keep_data=False), opts=home)
index = Table("index", TableArgs(
    table_name=names.table("content-keys"), account="ACCOUNT", region=REGIONS[0], partition_key="keyId",
    key_arns={region: keys.refs[region].data for region in REGIONS}, keep_data=False,
), opts=home)
logs = AccountBaseline("account", AccountBaselineArgs(
    names=names, stack="dev", boundary_arn=boundary.arn, ci_repository=None, deploy_role=None,
), opts=home).api_gateway_role_arn
for region, provider in providers.items():
    here = pulumi.ResourceOptions(provider=provider)
    place = Placement(
        region=region, names=names, boundary_arn=boundary.arn, keys=keys.refs[region], keep_data=False, log_retention_days=1
    )
    letters = Queue(f"letters-{region}", QueueArgs(placement=place, purpose="dead-letters", event_sources=[]), opts=here).ref
    ready = aws.apigateway.Account(f"account-{region}", cloudwatch_role_arn=logs, opts=here).id
    alarms = TopicRef(arn=f"arn:aws:sns:{region}:ACCOUNT:alarms")
    provider_ = KeyProvider(f"provider-{region}", KeyProviderArgs(
        placement=place, drm=Drm(), index=index.refs[region], dead_letters=letters, logging_ready=ready, alarms=alarms,
    ), opts=here)
    Licence(f"licence-{region}", LicenceArgs(placement=place, content_keys=index.refs[region], dead_letters=letters), opts=here)
    pulumi.export(region, {"url": provider_.ref.url, "arn": provider_.ref.invoke_arn})
"""


@dataclass(frozen=True)
class Provider:
    """The deployed provider, and how to ask it."""

    aws: World
    urls: dict[str, str]
    arns: dict[str, str]

    def role(self, name: str, *statements: dict[str, Any]) -> Credentials:
        """A session of a new role of the account."""
        iam = self.aws("iam")
        trust = policy({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.aws.account}:root"}, "Action": "sts:AssumeRole"})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        keys = self.aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def post(self, document: bytes, who: Credentials | None, region: str = HOME, version: str = "2.0") -> Answer:
        headers = {"Content-Type": "application/xml"} | ({"X-Speke-Version": version} if version else {})
        request = AWSRequest("POST", self.urls[region], data=document, headers=headers)
        if who is not None:
            SigV4Auth(who, "execute-api", region).add_auth(request)
        return self.aws.emulator.visit("POST", self.urls[region], headers=dict(request.headers.items()), body=document)

    def keys(
        self, content: Content, who: Credentials, region: str = HOME, protection: Protection | None = None
    ) -> dict[KeyLabel, ContentKey]:
        asked = speke.request(content, LABELS, protection or Protection())
        answer = self.post(build(asked), who, region)
        assert answer.status == 200, answer.body
        return speke.keys_by_label(asked, parse(answer.body))


def deploy(emulator: Emulator, folder: Path, account: str = ACCOUNT) -> Provider:
    """The provider in an account of its own; the usual one is for all tests that take it as it is."""
    project(folder, PROGRAM.replace("ACCOUNT", account), head="")
    (folder / ".build").symlink_to(ROOT / ".build")  # where the components put the function's code
    outputs: Any = run(folder, stack="dev", backend=EmulatorBackend(emulator), preview=False).outputs
    found = {region: outputs[region] for region in (HOME, AWAY)}
    return Provider(
        World(emulator, account),
        {region: output["url"] for region, output in found.items()},
        {region: output["arn"] for region, output in found.items()},
    )

"""Just-in-time packaging, deployed alone with a key provider: its group and the workflow's states, and clear renditions for it."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.engine import Backend, Graph, run
from tests import media_files
from tests.flows.world import World, wait_for
from tests.unit.engine_programs import project

ACCOUNT, REGION = "135792468014", "eu-west-1"
ROOT = Path(__file__).resolve().parents[2]
VERSION = "0123456789abcdef"
PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from components.account_baseline import AccountBaseline, AccountBaselineArgs
from components.compute.state_machine import StateMachine, StateMachineArgs
from components.drm.key_provider import KeyProvider, KeyProviderArgs
from components.keys.key_set import KeySet, KeySetArgs
from components.media.packaging import Packaging, PackagingArgs
from components.media.packaging_states import PACKAGE, PackageStep
from components.messaging.queue import Queue, QueueArgs
from components.refs import Placement, TopicRef
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs
from components.storage.table import Table, TableArgs
from marquee.domain.ladder.drm import Protection
from marquee.domain.names import Names
from marquee.settings.drm import Drm

names = Names(prefix="marquee-jit", account="ACCOUNT")
provider = aws.Provider("REGION", region="REGION", allowed_account_ids=["ACCOUNT"])
here = pulumi.ResourceOptions(provider=provider)
everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
boundary = aws.iam.Policy("boundary", name="boundary", policy=json.dumps(everything), opts=here)
keys = KeySet(
    "keys",
    KeySetArgs(names=names, home="REGION", providers={"REGION": provider}, residency=("REGION",), keep_data=False),
    opts=here,
)
place = Placement(region="REGION", names=names, boundary_arn=boundary.arn, keys=keys.refs["REGION"], keep_data=False, log_retention_days=30)
index = Table("index", TableArgs(
    table_name=names.table("content-keys"), account="ACCOUNT", region="REGION", partition_key="keyId",
    key_arns={"REGION": keys.refs["REGION"].data}, keep_data=False,
), opts=here)
logs = AccountBaseline("account", AccountBaselineArgs(
    names=names, stack="dev", boundary_arn=boundary.arn, ci_repository=None, deploy_role=None,
), opts=here).api_gateway_role_arn
key_provider = KeyProvider("provider", KeyProviderArgs(
    placement=place, drm=Drm(), index=index.refs["REGION"],
    dead_letters=Queue("letters", QueueArgs(placement=place, purpose="dead-letters", event_sources=[]), opts=here).ref,
    alarms=TopicRef(arn="arn:aws:sns:REGION:ACCOUNT:alarms"),
    logging_ready=aws.apigateway.Account("account", cloudwatch_role_arn=logs, opts=here).id,
), opts=here).ref
renditions = EncryptedBucket(
    "renditions",
    EncryptedBucketArgs(
        bucket_name=names.bucket("renditions", "REGION"), key_arn=place.keys.media, region="REGION", keep_data=False
    ),
    opts=here,
)
packaging = Packaging(
    "packaging",
    PackagingArgs(
        placement=place,
        segment_seconds=2,
        protection=Protection(),
        key_provider=key_provider,
        renditions=renditions.ref,
        tags={"Project": "marquee"},
    ),
    opts=here,
)
step = PackageStep(place, packaging.ref, bucket=names.bucket("renditions", "REGION"), tags={"Project": "marquee"}, depends_on=(packaging,))
assign = {name: "{% $states.input." + name + " %}" for name in ("titleId", "titleVersion", "check")}
states = {
    "Begin": {"Type": "Pass", "Assign": assign, "Next": PACKAGE},
    **step.states,
    "Publish": {"Type": "Pass", "Output": "{% $check %}", "End": True},
    "Incomplete": {"Type": "Pass", "Output": "{% $check %}", "End": True},
}
definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Begin", "States": states})
machine = StateMachine(
    "ingest", StateMachineArgs(placement=place, purpose="ingest", definition=definition, statements=step.statements), opts=here
)
pulumi.export("machine", machine.ready)
pulumi.export("bucket", names.bucket("renditions", "REGION"))
pulumi.export("domain", packaging.ref.origin_domain)
pulumi.export("index", names.table("content-keys"))
"""
CHECK = {
    "problems": [],
    "playback": {"prefix": "clear/x/", "hls": "index.m3u8", "dash": "index.mpd", "thumbnails": "thumbnails.vtt"},
    "attributes": {"hls": {"S": "old"}, "kept": {"BOOL": True}},
}


def made(backend: Backend, folder: Path, *, preview: bool = False) -> Graph:
    """The program's graph."""
    project(folder, PROGRAM.replace("REGION", REGION).replace("ACCOUNT", ACCOUNT), head="")
    (folder / ".build").symlink_to(ROOT / ".build")  # where the components put the function's code
    return run(folder, stack="dev", backend=backend, preview=preview)


@dataclass
class Deployed:
    """The region, and the workflow's states alone as a state machine."""

    world: World
    machine: str
    bucket: str
    domain: str
    identifier: str
    index: str

    def put(self, title: str, folder: Path) -> None:
        """A version's clear renditions."""
        for file in folder.iterdir():
            key = f"{titles.rendition_prefix(title, VERSION, clear=True)}{file.name}"
            self.world("s3").put_object(Bucket=self.bucket, Key=key, Body=file.read_bytes())

    def package(self, title: str) -> dict[str, Any]:
        """The execution's end."""
        states = self.world("stepfunctions")
        given = json.dumps({"titleId": title, "titleVersion": VERSION, "check": CHECK})
        execution = states.start_execution(stateMachineArn=self.machine, input=given)["executionArn"]
        wait_for(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING", seconds=90)
        return states.describe_execution(executionArn=execution)


def deployed(emulator: Emulator, folder: Path) -> Deployed:
    """The stack."""
    outputs: Any = made(EmulatorBackend(emulator), folder).outputs
    world = World(emulator, ACCOUNT)
    secret = world("secretsmanager").get_secret_value(SecretId="marquee-jit-packaging")["SecretString"]
    return Deployed(world=world, identifier=json.loads(secret)["MediaPackageCDNIdentifier"], **outputs)


def transport_streams(folder: Path, *, seconds: int = 5, colour: str = "") -> Path:
    """Clear HLS over MPEG-2 TS: two pictures, AAC and E-AC-3, and captions. `colour`: of a film that is told apart from others."""
    picture = f"color={colour}:size=640x360:rate=25:duration={seconds}" if colour else f"testsrc2=size=640x360:rate=25:duration={seconds}"
    sound = f"sine=frequency=440:sample_rate=48000:duration={seconds}"
    avc = (
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-bf",
        "2",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "50",
        "-keyint_min",
        "50",
        "-sc_threshold",
        "0",
    )
    kinds = ("-s:v:0", "640x360", "-b:v:0", "400k", "-s:v:1", "1280x720", "-b:v:1", "900k")
    sounds = ("-c:a:0", "aac", "-ac:a:0", "2", "-c:a:1", "eac3", "-ac:a:1", "6")
    paired = "v:0,agroup:aac v:1,agroup:aac a:0,agroup:aac,language:en,default:yes a:1,agroup:dolby,language:en"
    media_files.ffmpeg(
        *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound),
        *("-map", "0:v", "-map", "0:v", "-map", "1:a", "-map", "1:a", *avc, *kinds, *sounds),
        *("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "mpegts", "-var_stream_map", paired),
        *("-master_pl_name", "index.m3u8", "-hls_segment_filename", folder / "stream_%v_%03d.ts", folder / "stream_%v.m3u8"),
    )
    text = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:133200\n\n00:00.500 --> 00:01.500\nA ribbon goes by\n"
    (folder / "captions_0.vtt").write_text(text)
    (folder / "captions.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5.0,\ncaptions_0.vtt\n#EXT-X-ENDLIST\n")
    captions = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",AUTOSELECT=YES,URI="captions.m3u8"'
    master = folder / "index.m3u8"
    master.write_text(master.read_text().replace("#EXT-X-STREAM-INF", f"{captions}\n#EXT-X-STREAM-INF", 1))
    return folder


def decoded(source: Path, key: str = "") -> tuple[int, list[str]]:
    """Exit code, and the checksum of every picture or frame of sound."""
    given = ["-decryption_key", key] if key else []
    command = [media_files.program(), "-v", "error", "-xerror", "-err_detect", "explode", *given, "-i", str(source), "-f", "framehash", "-"]
    done = subprocess.run([*command[:-1], "-hash", "md5", "-"], capture_output=True, check=False)
    return done.returncode, re.findall(r"[0-9a-f]{32}$", done.stdout.decode(), flags=re.MULTILINE)

"""Just-in-time packaging, deployed: a group that reads its own secret, and the workflow's states that make assets of clear renditions."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.emulator.resource_schemas import problems
from marquee.engine import Backend, Graph, run
from marquee.engine.standin import StandIn
from tests.flows.world import World, wait_for
from tests.unit.engine_programs import project

ACCOUNT, REGION = "135792468014", "eu-west-1"
CONTROL = "aws:cloudcontrol/resource:Resource"
PLAYBACK = {"hls": "titles/film/v1/index.m3u8", "dash": "titles/film/v1/index.mpd", "thumbnails": "thumbnails.vtt"}
CHECK = {"problems": [], "playback": PLAYBACK, "attributes": {"hls": {"S": "old"}, "kept": {"BOOL": True}}}
PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from components.compute.state_machine import StateMachine, StateMachineArgs
from components.keys.key_set import KeySet, KeySetArgs
from components.media.packaging import Packaging, PackagingArgs
from components.media.packaging_states import PACKAGE, PackageStep
from components.refs import KeyProviderRef, Placement
from components.storage.bucket import EncryptedBucket, EncryptedBucketArgs
from marquee.domain.ladder.drm import Protection
from marquee.domain.names import Names

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
        segment_seconds=6,
        protection=Protection(),
        key_provider=KeyProviderRef(
            url="https://keys.example.org/speke", invoke_arn="arn:aws:execute-api:REGION:ACCOUNT:a1b2c3/prod/POST/speke"
        ),
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
}
definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Begin", "States": states})
machine = StateMachine(
    "ingest", StateMachineArgs(placement=place, purpose="ingest", definition=definition, statements=step.statements), opts=here
)
pulumi.export("machine", machine.ready)
pulumi.export("bucket", names.bucket("renditions", "REGION"))
pulumi.export("domain", packaging.ref.origin_domain)
"""


def packaging(backend: Backend, folder: Path, *, preview: bool = False) -> Graph:
    project(folder, PROGRAM.replace("REGION", REGION).replace("ACCOUNT", ACCOUNT), head="")
    return run(folder, stack="dev", backend=backend, preview=preview)


@dataclass
class Deployed:
    """The region, and the workflow's states alone as a state machine."""

    world: World
    machine: str
    bucket: str
    domain: str

    def put(self, key: str, content: str = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo.m3u8\n") -> None:
        self.world("s3").put_object(Bucket=self.bucket, Key=key, Body=content.encode())

    def package(self, title: str) -> dict[str, Any]:
        states = self.world("stepfunctions")
        given = json.dumps({"titleId": title, "titleVersion": "v1", "check": CHECK})
        execution = states.start_execution(stateMachineArn=self.machine, input=given)["executionArn"]

        wait_for(lambda: states.describe_execution(executionArn=execution)["status"] != "RUNNING")
        return states.describe_execution(executionArn=execution)


@pytest.fixture(scope="module")
def deployed(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    outputs = packaging(EmulatorBackend(emulator), tmp_path_factory.mktemp("packaging")).outputs
    return Deployed(World(emulator, ACCOUNT), outputs["machine"], outputs["bucket"], outputs["domain"])


def test_a_title_plays_from_the_asset_that_is_made_of_it(deployed: Deployed) -> None:
    deployed.put("clear/film/v1/index.m3u8")
    first = deployed.package("film")
    assert first["status"] == "SUCCEEDED", first
    check = json.loads(first["output"])
    asset = deployed.world("mediapackage-vod").describe_asset(Id="film_v1")
    urls = [each["Url"] for each in asset["EgressEndpoints"]]
    assert [check["playback"]["hls"], check["playback"]["dash"]] == urls
    assert [url.rpartition(".")[2] for url in urls] == ["m3u8", "mpd"]
    assert all(url.startswith(f"https://{deployed.domain}/out/v1/") for url in urls)
    assert check["attributes"] == {"hls": {"S": urls[0]}, "dash": {"S": urls[1]}, "kept": {"BOOL": True}}
    assert check["playback"]["thumbnails"] == "thumbnails.vtt"
    assert json.loads(deployed.package("film")["output"]) == check, "a second run finds the first one's asset"


def test_renditions_that_are_not_there_are_no_asset(deployed: Deployed) -> None:
    found = deployed.package("nothing")
    assert (found["status"], found["error"]) == ("FAILED", "MediaPackageVod.NotFoundException")


def test_the_roles_may_do_all_of_that(deployed: Deployed) -> None:
    assert [call for call in refused(deployed.world.emulator.calls()) if ACCOUNT in call.principal + call.resource] == []


def test_bodies_fit_their_schemas_and_hold_every_system_of_each_kind(tmp_path: Path) -> None:
    made = {each.name: each.inputs for each in packaging(StandIn(), tmp_path).of_type(CONTROL)}
    bodies = {name: json.loads(each["desiredState"]) for name, each in made.items()}
    assert sorted(bodies) == ["packaging", "packaging-cmaf", "packaging-dash"]
    for name, body in bodies.items():
        assert problems(made[name]["typeName"], body, REGION) == []
    systems = [bodies[f"packaging-{kind}"][package]["Encryption"]["SpekeKeyProvider"]["SystemIds"] for kind, package in
               (("cmaf", "CmafPackage"), ("dash", "DashPackage"))]  # fmt: skip
    assert [len(each) for each in systems] == [3, 2]
    assert set(systems[1]) < set(systems[0])

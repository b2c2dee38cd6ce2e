"""AWS Batch as the encoder, on stand-ins: what a region has of it, where instances lie, and what jobs and the workflow may do."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from components.identity import boundary
from components.keys.policy import key_policy
from marquee.engine import Graph, Resource, run
from marquee.engine.standin import StandIn
from tests.graph.conftest import of_stack
from tests.unit.engine_programs import project

pytestmark = pytest.mark.slow

ACCOUNT, REGION = "111122223333", "eu-west-1"

PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.media.batch.encoder import BatchEncoder, BatchEncoderArgs
from components.media.stores import MediaStores, MediaStoresArgs
from components.refs import KeyProviderRef, KeyRefs, NetworkRef, Placement
from marquee.domain import titles
from marquee.domain.names import Names
from marquee.settings.batch import Batch
from marquee.settings.media import Media, MediaStorage

here = pulumi.ResourceOptions(provider=aws.Provider("here", region="eu-west-1"))
key = lambda name: f"arn:aws:kms:eu-west-1:111122223333:key/{name}"
place = Placement(
    region="eu-west-1", names=Names(prefix="marquee-t", account="111122223333"), boundary_arn="arn:aws:iam::111122223333:policy/b",
    keys=KeyRefs(media=key("media"), data=key("data"), secrets=key("secrets"), logs=key("logs"), content=key("content")),
    keep_data=False, log_retention_days=30,
)
storage = MediaStorage(masters_glacier_ir_days=None, masters_deep_archive_days=None, renditions_class="standard")
stores = MediaStores("stores", MediaStoresArgs(placement=place, media=Media(storage=storage)), opts=here)
network = NetworkRef(
    vpc_id="vpc-1", vpc_cidr="10.0.0.0/16", public_subnet_ids=("subnet-p1", "subnet-p2"),
    application_subnet_ids=("subnet-a1", "subnet-a2"), data_subnet_ids=("subnet-d1", "subnet-d2"),
)
invoke = "arn:aws:execute-api:eu-west-1:111122223333:api/keys/POST/speke/v2.0/x"
provider = KeyProviderRef(url="https://keys.example.com", invoke_arn=invoke)
made = BatchEncoder("batch", BatchEncoderArgs(
    placement=place, network=network, batch=Batch(**BATCH), stores=stores, packages=PACKAGES, key_provider=PROVIDER,
    tags={"Owner": "team", "CostCentre": "cc-1"},
), opts=here)
pulumi.export("states", made.step.states)
pulumi.export("workflow", [statement.render() for statement in made.step.statements])
"""


@cache
def encoder(packages: str = "(titles.RENDITIONS,)", **batch: Any) -> Graph:
    text = PROGRAM.replace("BATCH", repr(batch)).replace("PACKAGES", packages)
    with TemporaryDirectory() as folder:
        project(Path(folder), text.replace("PROVIDER", "None" if packages == "()" else "provider"), head="")
        return run(Path(folder), stack="dev", backend=StandIn(), preview=False)


def one(graph: Graph, token: str, name: str = "") -> Resource:
    (found,) = [resource for resource in graph.of_type(token) if name in resource.name]
    return found


def policy(graph: Graph, role: str) -> dict[str, dict[str, Any]]:
    """Action → its statement, of all of a role's policies."""
    policies = [each for each in graph.of_type("aws:iam/rolePolicy:RolePolicy") if each.name.startswith(f"batch-{role}-")]
    statements = [statement for each in policies for statement in json.loads(each.inputs["policy"])["Statement"]]
    return {action: statement for statement in statements for action in statement["Action"]}


def test_a_region_has_exactly_these() -> None:
    assert Counter(each.type for each in encoder() if each.name.startswith("batch") and each.custom) == {
        "aws:batch/computeEnvironment:ComputeEnvironment": 1,
        "aws:batch/jobDefinition:JobDefinition": 1,
        "aws:batch/jobQueue:JobQueue": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:ec2/launchTemplate:LaunchTemplate": 1,
        "aws:ec2/placementGroup:PlacementGroup": 1,
        "aws:ec2/securityGroup:SecurityGroup": 1,
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
        "aws:ecr/repository:Repository": 1,
        "aws:iam/instanceProfile:InstanceProfile": 1,
        "aws:iam/role:Role": 3,
        "aws:iam/rolePolicy:RolePolicy": 3,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
    }


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_our_own_stacks_encode_with_mediaconvert(stack: str) -> None:
    assert not [each.urn for each in of_stack(stack, True) if "batch" in each.type.lower()]


def test_ordinary_instances_are_spot_in_every_zone_and_in_groups_of_racks() -> None:
    resources = one(encoder(), "aws:batch/computeEnvironment:ComputeEnvironment").inputs["computeResources"]
    assert (resources["type"], resources["allocationStrategy"]) == ("SPOT", "SPOT_PRICE_CAPACITY_OPTIMIZED")
    assert (resources["minVcpus"], resources["maxVcpus"]) == (0, 256)
    assert resources["subnets"] == ["subnet-a1", "subnet-a2"], "private ones"
    group = one(encoder(), "aws:ec2/placementGroup:PlacementGroup").inputs
    assert (group["name"], group["strategy"], group["partitionCount"]) == ("marquee-t-encode-partition", "partition", 7)
    assert resources["placementGroup"] == group["name"]


def test_instances_that_lie_close_are_on_demand_in_one_zone() -> None:
    graph = encoder(capacity="on_demand", low_latency=True)
    resources = one(graph, "aws:batch/computeEnvironment:ComputeEnvironment").inputs["computeResources"]
    assert (resources["type"], resources["allocationStrategy"]) == ("EC2", "BEST_FIT_PROGRESSIVE")
    assert resources["subnets"] == ["subnet-a1"]
    group = one(graph, "aws:ec2/placementGroup:PlacementGroup").inputs
    assert group["strategy"] == "cluster"
    assert "partitionCount" not in group


def test_spread_and_no_placement() -> None:
    assert one(encoder(placement="spread"), "aws:ec2/placementGroup:PlacementGroup").inputs["strategy"] == "spread"
    bare = encoder(placement="none")
    assert not bare.of_type("aws:ec2/placementGroup:PlacementGroup")
    assert "placementGroup" not in one(bare, "aws:batch/computeEnvironment:ComputeEnvironment").inputs["computeResources"]


def test_instances_are_encrypted_closed_and_tagged_for_their_cost() -> None:
    template = one(encoder(), "aws:ec2/launchTemplate:LaunchTemplate").inputs
    [disk] = template["blockDeviceMappings"]
    assert (disk["ebs"]["encrypted"], disk["ebs"]["kmsKeyId"]) == ("true", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/media")
    assert template["metadataOptions"] == {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"}
    tags = {"Owner": "team", "CostCentre": "cc-1"}
    assert template["tagSpecifications"] == [{"resourceType": kind, "tags": tags} for kind in ("instance", "volume")]
    assert "networkInterfaces" not in template, "an interface could ask for a public address"
    rule = one(encoder(), "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
    assert not encoder().of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")


def test_an_instance_may_only_join_its_own_cluster() -> None:
    found = policy(encoder(), "instances")
    cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/AWSBatch-marquee-t-encode-*"
    assert found["ecs:RegisterContainerInstance"]["Resource"] == [cluster]
    assert not [action for action in found if not action.startswith("ecs:")]


def test_the_image_is_pinned_and_the_container_has_no_more_than_it_needs() -> None:
    repository = one(encoder(), "aws:ecr/repository:Repository").inputs
    assert (repository["imageTagMutability"], repository["imageScanningConfiguration"]) == ("IMMUTABLE", {"scanOnPush": True})
    assert repository["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data"}]
    place = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/marquee-t-encode"
    container = json.loads(one(encoder(), "aws:batch/jobDefinition:JobDefinition").inputs["containerProperties"])
    assert container["image"] == f"{place}:1"
    assert (container["user"], container["privileged"], container["readonlyRootFilesystem"]) == ("10001:10001", False, True)
    assert container["mountPoints"] == [{"sourceVolume": "scratch", "containerPath": "/scratch", "readOnly": False}]
    assert container["resourceRequirements"] == [{"type": "VCPU", "value": "8"}, {"type": "MEMORY", "value": "14336"}]
    digest = f"sha256:{'0' * 64}"
    pinned = json.loads(one(encoder(image=digest), "aws:batch/jobDefinition:JobDefinition").inputs["containerProperties"])
    assert pinned["image"] == f"{place}@{digest}"


def test_an_interruption_is_tried_again_and_a_failure_is_not() -> None:
    definition = one(encoder(), "aws:batch/jobDefinition:JobDefinition").inputs
    first, *_, last = definition["retryStrategy"]["evaluateOnExits"]
    assert (first, last) == ({"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"})
    assert (definition["retryStrategy"]["attempts"], definition["propagateTags"]) == (10, True)
    assert definition["timeout"]["attemptDurationSeconds"] == 12 * 3600
    assert one(encoder(), "aws:cloudwatch/logGroup:LogGroup").inputs["kmsKeyId"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"


def test_the_worker_reads_masters_writes_renditions_asks_for_keys_and_nothing_more() -> None:
    found = policy(encoder(), "jobs-encode")
    bucket = "arn:aws:s3:::marquee-t-{}-111122223333-euw1/{}*"
    written = [statement for action, statement in found.items() if action == "s3:PutObject"]
    assert written[0]["Resource"] == [bucket.format("renditions", "titles/")]
    assert found["execute-api:Invoke"]["Resource"] == ["arn:aws:execute-api:eu-west-1:111122223333:api/keys/POST/speke/v2.0/x"]
    assert found["s3:ListBucket"]["Condition"] == {"StringLike": {"s3:prefix": "batch/*"}}
    assert not [action for action in found if action.partition(":")[0] not in {"s3", "kms", "execute-api", "ecr", "logs"}]


def test_a_worker_that_measures_alone_writes_no_rendition_and_gets_no_key() -> None:
    policies = [each.inputs["policy"] for each in encoder("()").of_type("aws:iam/rolePolicy:RolePolicy") if "jobs-encode" in each.name]
    assert not any("renditions" in text or "execute-api" in text for text in policies)
    clear = json.dumps([each.inputs["policy"] for each in encoder("(titles.CLEAR,)").of_type("aws:iam/rolePolicy:RolePolicy")])
    assert "euw1/clear/*" in clear
    assert "euw1/titles/*" not in clear


def test_the_workflow_may_submit_this_definition_to_this_queue_alone() -> None:
    found = {action: statement for statement in encoder().outputs["workflow"] for action in statement["Action"]}
    batch = f"arn:aws:batch:{REGION}:{ACCOUNT}"
    assert found["batch:SubmitJob"]["Resource"] == [
        f"{batch}:job-queue/marquee-t-encode",
        f"{batch}:job-definition/marquee-t-encode",
        f"{batch}:job-definition/marquee-t-encode:*",
    ]
    assert found["batch:TerminateJob"]["Resource"] == [f"{batch}:job/*"]
    assert found["events:PutRule"]["Resource"] == [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/StepFunctionsGetEventsForBatchJobsRule"]


def test_the_boundary_leaves_room_for_exactly_what_is_used() -> None:
    policies = [each.inputs["policy"] for each in encoder().of_type("aws:iam/rolePolicy:RolePolicy")]
    granted = [statement for text in policies for statement in json.loads(text)["Statement"]] + encoder().outputs["workflow"]
    used = {action for statement in granted for action in statement["Action"]}
    allowed = {action for actions in boundary._ENCODERS["batch"].values() for action in actions}
    assert allowed == {action for action in used if action.partition(":")[0] in {"batch", "ecr", "ecs", "events"}}


def test_the_states_lead_from_the_chunks_to_the_verdict() -> None:
    states = encoder(parallel_chunks=7).outputs["states"]
    assert {name: state.get("Next") for name, state in states.items()} == {
        "Encode": "Assemble", "Assemble": "ReadResult", "ReadResult": "Encoded?", "Encoded?": None,
    }  # fmt: skip
    assert states["Encode"]["MaxConcurrency"] == 7
    chunk = states["Encode"]["ItemProcessor"]["States"]["EncodeChunk"]
    for task in (chunk, states["Assemble"]):
        assert task["Resource"] == "arn:aws:states:::batch:submitJob.sync"
        assert set(task["Arguments"]["Tags"]) == {"marquee:title", "marquee:title-version"}
        assert "Catch" not in task, "a caught failure could not be redriven"
    assert states["Encoded?"]["Default"] == "Unencodable"


def test_auto_scaling_may_start_disks_under_the_media_key_and_under_no_other() -> None:
    starter = "AWSServiceRoleForAutoScaling"
    assert starter in key_policy("media", account=ACCOUNT, region=REGION, encrypts_disks=True)
    assert starter not in key_policy("media", account=ACCOUNT, region=REGION)
    statements = json.loads(key_policy("media", account=ACCOUNT, region=REGION, encrypts_disks=True))["Statement"]
    assert [each["Condition"] for each in statements if each["Sid"] == "GrantForDisks"] == [{"Bool": {"kms:GrantIsForAWSResource": "true"}}]

"""The real program, deployed by the engine on the emulated AWS: what its components promise is what the account then holds."""

import json

import pytest

from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.resources import SIMULATED
from marquee.engine import BackendError, Resource, run
from marquee.settings import load
from tests.flows.world import World, wait_for
from tests.graph.conftest import ROOT, platform

pytestmark = pytest.mark.slow

ACCOUNTS = {"dev": "616263646566", "prod": "717273747576"}
API_GATEWAY_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class Deployed:
    """A deployed stack and its account."""

    def __init__(self, emulator: Emulator, stack: str):
        raw = {**platform(stack), "accounts": {"workload": ACCOUNTS[stack]}}
        self.settings = load(raw, stack)
        self.graph = run(ROOT, stack=stack, backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
        self.regions = [region.name for region in self.settings.regions]
        self.aws = World(emulator, ACCOUNTS[stack], self.regions[0])

    def of(self, token: str) -> list[Resource]:
        found = self.graph.of_type(token)
        assert found, f"the stack has no {token}"
        return found

    def region_of(self, resource: Resource) -> str:
        return str(resource.outputs["region"])


_made: dict[str, Deployed] = {}


@pytest.fixture(params=ACCOUNTS)
def stack(request: pytest.FixtureRequest, emulator: Emulator) -> Deployed:
    """Each stack, deployed once a session."""
    if request.param not in _made:
        _made[request.param] = Deployed(emulator, request.param)
    return _made[request.param]


def test_all_is_made_but_what_the_table_names(stack: Deployed) -> None:
    made = [resource for resource in stack.graph if resource.custom]
    assert all(resource.id for resource in made)
    assert {resource.type for resource in made if resource.simulated} <= SIMULATED.keys()
    assert not [resource.urn for resource in made if resource.type in SIMULATED and not resource.simulated]


def test_outputs_hold_no_unknown_and_no_stand_in(stack: Deployed) -> None:
    text = json.dumps(dict(stack.graph.outputs))
    assert stack.aws.account in text
    assert set(stack.graph.outputs["regions"]) == set(stack.regions)


def test_every_bucket_is_closed_encrypted_versioned_and_refuses_plain_http(stack: Deployed) -> None:
    for bucket in stack.of("aws:s3/bucket:Bucket"):
        s3 = stack.aws("s3", stack.region_of(bucket))
        assert all(s3.get_public_access_block(Bucket=bucket.id)["PublicAccessBlockConfiguration"].values())
        assert s3.get_bucket_versioning(Bucket=bucket.id)["Status"] == "Enabled"
        assert s3.get_bucket_encryption(Bucket=bucket.id)["ServerSideEncryptionConfiguration"]["Rules"]
        assert (
            s3.get_bucket_ownership_controls(Bucket=bucket.id)["OwnershipControls"]["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced"
        )
        assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket.id)["Policy"]
        assert s3.get_bucket_lifecycle_configuration(Bucket=bucket.id)["Rules"]


def test_every_key_rotates_under_the_policy_of_the_program(stack: Deployed) -> None:
    for key in [*stack.of("aws:kms/key:Key"), *stack.graph.of_type("aws:kms/replicaKey:ReplicaKey")]:
        kms = stack.aws("kms", stack.region_of(key))
        found = json.loads(kms.get_key_policy(KeyId=key.id, PolicyName="default")["Policy"])
        assert found == json.loads(key.inputs["policy"])
        if key.type == "aws:kms/key:Key":  # a replica shares its primary's rotation, which MiniStack does not know
            of_macs = key.inputs.get("keyUsage") == "GENERATE_VERIFY_MAC"  # KMS rotates no HMAC key
            assert kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"] is not of_macs


def test_every_role_is_within_the_boundary_and_has_exactly_its_policies(stack: Deployed) -> None:
    iam = stack.aws("iam")
    [boundary] = [policy.outputs["arn"] for policy in stack.of("aws:iam/policy:Policy") if policy.name.endswith("boundary")]
    inline = {(policy.inputs["role"], policy.inputs["name"]): policy for policy in stack.of("aws:iam/rolePolicy:RolePolicy")}
    for role in stack.of("aws:iam/role:Role"):
        found = iam.get_role(RoleName=role.id)["Role"]
        of_its_own = API_GATEWAY_LOGS if role.name == "account-api-gateway" else boundary
        assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == of_its_own
        names = iam.list_role_policies(RoleName=role.id)["PolicyNames"]
        assert {(role.id, name) for name in names} == {key for key in inline if key[0] == role.id}
    for (name, policy_name), policy in inline.items():
        document = iam.get_role_policy(RoleName=name, PolicyName=policy_name)["PolicyDocument"]
        assert document == json.loads(policy.inputs["policy"])


def test_subnets_leave_through_their_own_way_or_not_at_all(stack: Deployed) -> None:
    for region in stack.regions:
        ec2 = stack.aws("ec2", region)
        tables = ec2.describe_route_tables()["RouteTables"]
        routes = {
            item["SubnetId"]: {route.get("GatewayId") or route.get("NatGatewayId") for route in table["Routes"]}
            for table in tables
            for item in table["Associations"]
            if "SubnetId" in item
        }
        ours = [subnet for subnet in stack.of("aws:ec2/subnet:Subnet") if stack.region_of(subnet) == region]
        starts = {"public": "igw-", "application": "nat-"}
        for subnet in ours:
            out = {target for target in routes[subnet.id] if target and target != "local" and not target.startswith("vpce-")}
            wanted = starts.get(subnet.inputs["tags"]["Tier"])
            assert len(out) == (1 if wanted else 0)
            assert all(target.startswith(wanted) for target in out if wanted)


def test_no_group_is_open_to_the_world_and_the_default_one_is_empty(stack: Deployed) -> None:
    for region in stack.regions:
        vpc = stack.graph.outputs["regions"][region]["vpc"]
        groups = stack.aws("ec2", region).describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
        assert len(groups) > 1
        for group in groups:
            permissions = group["IpPermissions"] + group["IpPermissionsEgress"]
            assert "0.0.0.0/0" not in {item["CidrIp"] for permission in permissions for item in permission["IpRanges"]}
            assert group["GroupName"] != "default" or not permissions


def test_the_listener_speaks_tls_alone_with_an_issued_certificate(stack: Deployed) -> None:
    for region in stack.regions:
        elb, acm = stack.aws("elbv2", region), stack.aws("acm", region)
        [balancer] = elb.describe_load_balancers()["LoadBalancers"]
        [listener] = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        assert (listener["Protocol"], listener["Port"]) == ("HTTPS", 443)
        assert "TLS13" in listener["SslPolicy"]
        certificate = acm.describe_certificate(CertificateArn=listener["Certificates"][0]["CertificateArn"])["Certificate"]
        assert certificate["Status"] == "ISSUED"


def test_the_catalogue_is_one_table_in_all_regions(stack: Deployed) -> None:
    [table] = [one for one in stack.of("aws:dynamodb/table:Table") if one.name == "global-catalogue"]
    key = {"contentId": {"S": "made-here"}}
    stack.aws("dynamodb", stack.region_of(table)).put_item(TableName=table.id, Item=key)
    for region in stack.regions:
        dynamodb = stack.aws("dynamodb", region)
        wait_for(lambda dynamodb=dynamodb: dynamodb.get_item(TableName=table.id, Key=key).get("Item"))
        found = dynamodb.describe_table(TableName=table.id)["Table"]
        assert f":kms:{region}:" in found["SSEDescription"]["KMSMasterKeyArn"]
        backups = dynamodb.describe_continuous_backups(TableName=table.id)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_every_function_runs_and_may_call_nothing_that_its_role_does_not_allow(stack: Deployed, emulator: Emulator) -> None:
    functions = stack.of("aws:lambda/function:Function")
    for function in functions:
        found = stack.aws("lambda", stack.region_of(function)).get_function(FunctionName=function.id)["Configuration"]
        assert (found["State"], found["TracingConfig"]["Mode"]) == ("Active", "Active")
        assert found["DeadLetterConfig"]["TargetArn"] == function.inputs["deadLetterConfig"]["targetArn"]
        assert found["Handler"].startswith("runtime.")
    assert len({function.inputs["role"] for function in functions}) == len(functions)


def test_a_second_deployment_into_the_same_account_is_refused_in_aws_s_words(stack: Deployed, emulator: Emulator) -> None:
    """The engine keeps no state, so what stands is in the way, and the error names it."""
    with pytest.raises(BackendError, match=r"failed: \w*Already\w*: "):
        Deployed(emulator, stack.settings.stack)

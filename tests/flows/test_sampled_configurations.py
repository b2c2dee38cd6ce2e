"""What the settings accept deploys: four sampled configurations on the emulated AWS, each in an account of its own."""

import copy
import itertools

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from marquee.domain.address_plan import address_plan
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.emulator.resources import SIMULATED
from marquee.engine import run
from marquee.settings import Settings, load
from tests.flows.world import World
from tests.graph.conftest import ROOT, Raw
from tests.strategies import valid_settings

accounts = itertools.count(808_000_000_000)


def with_networks(raw: Raw, parsed: Settings, emulator: Emulator) -> Raw:
    """The configuration with real networks, where it says that they exist already."""
    if parsed.network.mode != "existing":
        return raw
    raw = copy.deepcopy(raw)
    for region in parsed.regions:
        ec2 = World(emulator, parsed.accounts.workload, region.name)("ec2")
        vpc = ec2.create_vpc(CidrBlock=str(region.cidr))["Vpc"]["VpcId"]
        ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
        entry = raw["network"]["existing"][region.name] = {"vpc_id": vpc, "public": [], "application": [], "data": []}
        for letter, subnets in address_plan(region.cidr, parsed.zones(region)).items():
            for tier, cidr in subnets.items():
                made = ec2.create_subnet(VpcId=vpc, CidrBlock=str(cidr), AvailabilityZone=f"{region.name}{letter}")
                entry[tier].append(made["Subnet"]["SubnetId"])
    return raw


@pytest.mark.slow
@pytest.mark.timeout(600)  # four deployments in one test: seconds each, on a machine with nothing else to do
@given(raw=valid_settings().filter(lambda raw: len(raw["regions"]) <= 2))
@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_accepted_configurations_deploy(raw: Raw, emulator: Emulator) -> None:
    account = str(next(accounts))
    raw = {**raw, "accounts": {"workload": account}}
    parsed = load(raw, "dev")
    world = World(emulator, account)

    graph = run(
        ROOT, stack="dev", backend=EmulatorBackend(emulator), config={"platform": with_networks(raw, parsed, emulator)}, preview=False
    )

    assert set(graph.outputs["regions"]) == {region.name for region in parsed.regions}
    assert all(resource.id for resource in graph if resource.custom)
    assert {resource.type for resource in graph if resource.simulated} <= SIMULATED.keys()
    for region in parsed.regions:  # each of these raises if what it asks for is not there
        World(emulator, account, region.name)("s3").head_bucket(Bucket=parsed.names.bucket("incoming", region.name))
        World(emulator, account, region.name)("dynamodb").describe_table(TableName=parsed.names.table("catalogue"))
    assert not refused(world.calls())

"""The address plan and the regions it is drawn for."""

import re
from ipaddress import IPv4Network
from itertools import combinations
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from marquee.domain.address_plan import address_plan
from marquee.domain.countries import PATTERN as COUNTRY
from marquee.domain.regions import COUNTRIES, LACKING, ZONE_LETTERS, ZONES, short_code

cidrs = st.builds(
    lambda prefix, place: IPv4Network((0x0A000000 + (place << (32 - prefix)), prefix)), st.integers(16, 20), st.integers(0, 255)
)
zone_lists = st.lists(st.sampled_from(ZONE_LETTERS), min_size=1, max_size=6, unique=True)


def subnets(cidr: IPv4Network, zones: list[str]) -> dict[tuple[str, str], IPv4Network]:
    return {(zone, tier): net for zone, tiers in address_plan(cidr, zones).items() for tier, net in tiers.items()}


def test_a_region_of_16_bits_is_divided_as_the_docs_draw_it():
    plan = subnets(IPv4Network("10.20.0.0/16"), ["a", "b"])
    assert {key: str(net) for key, net in plan.items()} == {
        ("a", "application"): "10.20.0.0/20",
        ("a", "data"): "10.20.16.0/21",
        ("a", "public"): "10.20.24.0/22",
        ("b", "application"): "10.20.32.0/20",
        ("b", "data"): "10.20.48.0/21",
        ("b", "public"): "10.20.56.0/22",
    }


@given(cidrs, zone_lists)
def test_subnets_are_disjoint_and_inside_the_region(cidr: IPv4Network, zones: list[str]):
    nets = list(subnets(cidr, zones).values())
    assert len(nets) == 3 * len(zones)
    assert all(net.subnet_of(cidr) for net in nets)
    assert not any(one.overlaps(two) for one, two in combinations(nets, 2))


@given(cidrs, zone_lists)
def test_subnets_are_of_sizes_that_aws_and_a_load_balancer_take(cidr: IPv4Network, zones: list[str]):
    for (_, tier), net in subnets(cidr, zones).items():
        assert 16 <= net.prefixlen <= (27 if tier == "public" else 28)
        # AWS keeps five addresses of each; a load balancer wants eight free ones beside a NAT gateway.
        assert net.num_addresses - 5 >= 16


@given(cidrs, zone_lists, st.randoms(use_true_random=False))
def test_adding_removing_or_reordering_zones_moves_no_subnet(cidr: IPv4Network, zones: list[str], random):
    everything = subnets(cidr, list(ZONE_LETTERS))
    shuffled = random.sample(zones, len(zones))
    assert subnets(cidr, shuffled).items() <= everything.items()


@given(cidrs)
def test_a_quarter_of_the_region_stays_free_beside_six_zones(cidr: IPv4Network):
    used = subnets(cidr, list(ZONE_LETTERS)).values()
    spare = list(cidr.subnets(prefixlen_diff=2))[3]
    assert not any(net.overlaps(spare) for net in used)


@pytest.mark.parametrize("bad", ["10.0.0.0/15", "10.0.0.0/21", "10.0.0.0/24"])
def test_a_region_of_another_size_is_refused(bad: str):
    with pytest.raises(ValueError, match="/16 to /20"):
        address_plan(IPv4Network(bad), ["a"])


@pytest.mark.parametrize("zone", ["g", "", "ab", "A", "eu-west-1a"])
def test_a_zone_that_is_no_letter_is_refused(zone: str):
    with pytest.raises(ValueError, match="zone"):
        address_plan(IPv4Network("10.0.0.0/16"), [zone])


def test_a_plan_cannot_be_changed():
    plan = address_plan(IPv4Network("10.0.0.0/16"), ["a"])
    with pytest.raises(TypeError):
        plan["a"]["public"] = IPv4Network("10.0.0.0/24")  # type: ignore[index]


def test_regions_are_those_of_botocore():
    import boto3

    assert sorted(ZONES) == boto3.Session().get_available_regions("ec2")


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("MediaConvert", ["mediaconvert"]),
        ("MediaLive", ["medialive", "mediapackagev2", "mediaconnect"]),
        ("MediaPackage VOD", ["mediapackage-vod"]),
    ],
)
def test_services_lack_where_botocore_has_no_endpoint(service: str, names: list[str]):
    import boto3

    offered = [set(boto3.Session().get_available_regions(name)) for name in names]
    assert LACKING[service] == ZONES.keys() - set.intersection(*offered)


def test_countries_are_those_of_aws_waf():
    import botocore.session

    codes = botocore.session.get_session().get_service_model("wafv2").shape_for("CountryCode").enum
    letters = [first + second for first in ascii_uppercase for second in ascii_uppercase]
    assert [code for code in letters if re.fullmatch(COUNTRY, code)] == sorted(codes)


def test_zones_are_those_that_moto_recorded():
    recorded = {region: "".join(zone.name[-1] for zone in zones) for region, zones in RegionsAndZonesBackend.zones.items()}
    assert {region: recorded[region] for region in ZONES} == ZONES


def test_every_zone_letter_has_a_slot():
    assert set("".join(ZONES.values())) <= set(ZONE_LETTERS)


@pytest.mark.parametrize(
    ("region", "code"),
    [("eu-west-1", "euw1"), ("ap-southeast-2", "apse2"), ("ap-northeast-1", "apne1"), ("ca-central-1", "cac1"), ("us-east-1", "use1")],
)
def test_short_codes_are_the_prefixes_of_aws_zone_ids(region: str, code: str):
    assert short_code(region) == code
    zone_ids = {zone.zone_id.partition("-")[0] for zone in RegionsAndZonesBackend.zones[region]}
    assert zone_ids == {code}


def test_every_region_is_in_a_country() -> None:
    assert COUNTRIES.keys() == ZONES.keys()
    assert not [country for country in COUNTRIES.values() if not re.fullmatch(COUNTRY, country)]


def test_short_codes_are_unique_and_short():
    codes = [short_code(region) for region in ZONES]
    assert len(set(codes)) == len(ZONES)
    assert max(map(len, codes)) == 5

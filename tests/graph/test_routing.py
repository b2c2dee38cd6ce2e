"""DNS between viewers and regions, as the program declares it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from marquee.engine import Analyzer, Graph, run
from marquee.engine.standin import StandIn
from marquee.engine.values import Value
from tests.graph.conftest import ROOT, of_stack
from tests.policy.harness import PACK
from tests.policy.stacks import judged

RECORD, CHECK = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck"


def routed(graph: Graph) -> dict[str, dict[str, Any]]:
    """Logical name → inputs of the records that routing owns."""
    return {one.name: dict(one.inputs) for one in graph if one.type == RECORD and one.name.startswith("routing-")}


@pytest.fixture(scope="module")
def given() -> Graph:
    """A primary, a standby, places with regions of their own, DNSSEC and Shield."""
    graph = judged("all-features", preview=True).graph
    assert graph is not None
    return graph


@pytest.mark.parametrize(("stack", "regions"), [("dev", 1), ("prod", 3)])
def test_each_region_has_a_deep_check_an_alarm_and_both_together(stack: str, regions: int) -> None:
    checks = [one for one in of_stack(stack, True) if one.type == CHECK]
    assert Counter(one.inputs["type"] for one in checks) == {"HTTPS": regions, "CLOUDWATCH_METRIC": regions, "CALCULATED": regions}
    for one in checks:
        match one.inputs["type"]:
            case "HTTPS":
                assert one.inputs["resourcePath"] == "/health/deep"
                assert str(one.inputs["fqdn"]).startswith("origin.")
                assert one.inputs["requestInterval"] == (10 if stack == "prod" else 30)
            case "CALCULATED":
                assert (len(one.inputs["childHealthchecks"]), one.inputs["childHealthThreshold"]) == (2, 2)
            case _:
                assert one.inputs["insufficientDataHealthStatus"] == "LastKnownStatus"


def test_a_single_region_needs_no_choice() -> None:
    records = routed(of_stack("dev", True))
    assert not any("latencyRoutingPolicies" in one or "failoverRoutingPolicies" in one for one in records.values())
    assert records["routing-api-nearest-eu-west-1"]["name"] == "api-origin.dev.media.example.org"
    assert records["routing-api-eu-west-1"]["name"] == "euw1.api-origin.dev.media.example.org"


def test_three_regions_are_chosen_by_latency_through_records_that_have_health() -> None:
    records = routed(of_stack("prod", True))
    for what, name in (("api", "api-origin.media.example.org"), ("ingress", "origin.media.example.org")):
        chosen = [one for key, one in records.items() if key.startswith(f"routing-{what}-nearest-")]
        assert {one["latencyRoutingPolicies"][0]["region"] for one in chosen} == {"eu-west-1", "us-east-1", "ap-southeast-2"}
        assert {one["name"] for one in chosen} == {name}
        assert all(one["aliases"][0]["evaluateTargetHealth"] for one in chosen)
        leaves = [records[f"routing-{what}-{region}"] for region in ("eu-west-1", "us-east-1", "ap-southeast-2")]
        assert all("healthCheckId" in one for one in leaves)


@pytest.mark.parametrize("stack", ["dev", "prod", "all-features"])
def test_an_alias_within_the_zone_waits_for_every_record_that_it_leads_to(stack: str, given: Graph) -> None:
    """Route 53 refuses one whose target is not there yet, and the engine makes at once whatever waits for nothing."""
    records = [one for one in (given if stack == "all-features" else of_stack(stack, True)) if one.type == RECORD]
    of_name: dict[str, set[str]] = {}
    for one in records:
        of_name.setdefault(str(one.inputs["name"]), set()).add(one.urn)
    inside = [one for one in records if one.inputs.get("aliases") and one.inputs["aliases"][0]["name"] in of_name]
    assert len(inside) == {"dev": 2, "prod": 6, "all-features": 14}[stack]
    for one in inside:
        assert of_name[one.inputs["aliases"][0]["name"]] <= set(one.dependencies), one.name


def test_viewers_names_lead_to_the_distributions_over_both_address_families_and_http3() -> None:
    records = routed(of_stack("prod", True))
    edge = {(one["name"], one["type"]) for key, one in records.items() if key.startswith("routing-edge-")}
    assert edge == {(f"{label}.media.example.org", kind) for label in ("media", "api") for kind in ("A", "AAAA", "HTTPS")}


def test_a_person_can_switch_any_serving_region_and_a_plan_has_two() -> None:
    plans = [one.inputs for one in of_stack("prod", True) if one.type == "aws:arcregionswitch/plan:Plan"]
    assert [plan["regions"] for plan in plans] == [["eu-west-1", "us-east-1"], ["eu-west-1", "ap-southeast-2"]]
    assert [plan["name"] for plan in plans] == ["marquee-prod-use1", "marquee-prod-apse2"]
    for plan in plans:
        steps = [(flow["workflowTargetAction"], flow["workflowTargetRegion"]) for flow in plan["workflows"]]
        assert steps == [(action, region) for region in plan["regions"] for action in ("activate", "deactivate")]
        blocks = {flow["steps"][0]["executionBlockType"] for flow in plan["workflows"]}
        assert blocks == {"Route53HealthCheck"}


class Arc(StandIn):
    """ARC some minutes later: each plan has made a check for both of its regions."""

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        if not token.startswith("aws:arcregionswitch/"):
            return super().invoke(token, args, provider_inputs)
        plan = args["planArn"].rpartition("/")[2]
        regions = ("eu-west-1", "us-east-1" if plan.endswith("us-east-1") else "ap-southeast-2")
        rest = {"hostedZoneId": "Z1", "recordName": "api-origin.media.example.org", "status": "healthy"}
        return {
            "planArn": args["planArn"],
            "healthChecks": [{"healthCheckId": f"{plan} {region}", "region": region, **rest} for region in regions],
        }


@pytest.mark.slow
def test_the_records_take_the_checks_that_a_plan_turns() -> None:
    """And the pack, which would raise, has nothing against them."""
    records = routed(run(ROOT, stack="prod", backend=Arc(), preview=False, analyzer=Analyzer(PACK)))
    chosen = {key: one.get("healthCheckId") for key, one in records.items() if "-nearest-" in key}
    assert chosen == {
        "routing-api-nearest-eu-west-1": "routing-switch-us-east-1 eu-west-1",
        "routing-api-nearest-us-east-1": "routing-switch-us-east-1 us-east-1",
        "routing-api-nearest-ap-southeast-2": "routing-switch-ap-southeast-2 ap-southeast-2",
        "routing-ingress-nearest-eu-west-1": None,
        "routing-ingress-nearest-us-east-1": None,
        "routing-ingress-nearest-ap-southeast-2": None,
    }


@pytest.mark.slow
def test_a_standby_region_is_the_second_of_a_failover_and_nobodys_first(given: Graph) -> None:
    records = routed(given)
    primary, secondary = records["routing-api-failover-primary"], records["routing-api-failover-secondary"]
    assert (primary["failoverRoutingPolicies"][0]["type"], secondary["failoverRoutingPolicies"][0]["type"]) == ("PRIMARY", "SECONDARY")
    assert primary["name"] == secondary["name"] == "api-origin.all.media.example.org"
    assert primary["aliases"][0]["name"] == "by-place.api-origin.all.media.example.org"
    assert secondary["aliases"][0]["name"] == "standby.api-origin.all.media.example.org"
    assert records["routing-api-standby-ap-northeast-1"]["name"] == "standby.api-origin.all.media.example.org"
    assert "routing-api-nearest-ap-northeast-1" not in records


def test_places_come_before_latency_and_everybody_else_has_an_answer(given: Graph) -> None:
    records = routed(given)
    policies = {key: one["geolocationRoutingPolicies"][0] for key, one in records.items() if "geolocationRoutingPolicies" in one}
    assert policies["routing-api-place-EU"] == {"continent": "EU"}
    assert policies["routing-api-place-country-JP"] == {"country": "JP"}
    assert policies["routing-api-place-elsewhere"] == {"country": "*"}
    assert records["routing-api-place-elsewhere"]["aliases"][0]["name"] == "nearest.api-origin.all.media.example.org"


def test_shield_protects_with_health_and_never_subscribes(given: Graph) -> None:
    kinds = Counter(one.type for one in given if one.type.startswith("aws:shield/"))
    assert kinds == {
        "aws:shield/protection:Protection": 4,  # two distributions, two load balancers
        "aws:shield/protectionHealthCheckAssociation:ProtectionHealthCheckAssociation": 4,
    }
    assert not any(one.type.startswith("aws:shield/") for one in of_stack("prod", True))


def test_a_signed_zone_has_a_key_of_our_own_that_outlives_a_mistake(given: Graph) -> None:
    key = next(one for one in given if one.name == "dnssec" and one.type == "aws:kms/key:Key")
    assert (key.inputs["customerMasterKeySpec"], key.inputs["keyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    assert key.inputs["deletionWindowInDays"] == 30
    assert any(one.type == "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec" for one in given)

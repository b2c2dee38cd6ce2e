"""Whom a continuous deployment policy sends to the staging distribution, and for how long."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.emulator.edge.canary import COOKIE, Canaries, Canary, Policy, read_policy
from marquee.emulator.edge.viewer import Viewed, cookies_of
from tests.edge_stand import _media

NOW = 1_796_000_000.0
STICKY = Policy(staging="s", weight=0.1, idle=300, maximum=900)


def viewed(cookie: str = "", **headers: str) -> Viewed:
    return Viewed(method="GET", host="h", path="/", query="", headers=headers, address="127.0.0.1", cookies=cookies_of(cookie))


def canary(policy: Policy) -> Canary:
    made = Canary()
    made.follow(policy)
    return made


def cookie_of(header: str) -> str:
    return header.partition(";")[0]


@given(st.integers(0, 15), st.integers(1, 20))
def test_a_share_of_requests_is_exact(percent: int, hundreds: int) -> None:
    made = canary(Policy(staging="s", weight=percent / 100))
    answers = [made.choose(viewed(), NOW) for _ in range(100 * hundreds)]
    assert sum(staging for staging, _ in answers) == percent * hundreds
    assert {cookie for _, cookie in answers} == {""}


def test_a_viewer_stays_where_it_was_sent() -> None:
    made = canary(STICKY)
    first = [made.choose(viewed(), NOW) for _ in range(10)]
    assert [staging for staging, _ in first].count(True) == 1
    for staging, header in first:
        assert "; Path=/; Max-Age=300; Secure; HttpOnly" in header
        moment, cookie = NOW, cookie_of(header)
        while (moment := moment + 290) < NOW + 900:
            stayed, renewed = made.choose(viewed(cookie), moment)
            assert stayed is staging
            cookie = cookie_of(renewed)


@pytest.mark.parametrize(("seconds", "goes_on"), [(299, True), (300, False), (-1, False)])
def test_a_session_ends_when_nothing_is_asked(seconds: int, goes_on: bool) -> None:
    made = canary(replace(STICKY, weight=0.0))
    cookie = f"{COOKIE}=1.staging.{int(NOW)}.{int(NOW)}"
    assert made.choose(viewed(cookie), NOW + seconds)[0] is goes_on


def test_a_session_ends_at_its_greatest_age_and_its_cookie_with_it() -> None:
    made = canary(replace(STICKY, weight=0.0))
    cookie = f"{COOKIE}=1.staging.{int(NOW)}.{int(NOW + 700)}"
    staging, header = made.choose(viewed(cookie), NOW + 800)
    assert (staging, "Max-Age=100;" in header) == (True, True)
    assert made.choose(viewed(cookie), NOW + 900)[0] is False


@pytest.mark.parametrize("value", ["", "staging", "1.staging.x.1", "1.other.1.1", "0.staging.1796000000.1796000000", "1.staging.1.1.1"])
def test_a_cookie_that_is_none_of_ours_begins_a_new_session(value: str) -> None:
    made = canary(replace(STICKY, weight=0.0))
    staging, header = made.choose(viewed(f"{COOKIE}={value}"), NOW)
    assert (staging, cookie_of(header)) == (False, f"{COOKIE}=1.primary.{int(NOW)}.{int(NOW)}")


def test_switching_a_policy_off_and_on_ends_every_session_and_another_weight_none() -> None:
    made = canary(replace(STICKY, weight=0.0))
    cookie = f"{COOKIE}=1.staging.{int(NOW)}.{int(NOW)}"
    made.follow(replace(STICKY, weight=0.01))
    assert made.choose(viewed(cookie), NOW)[0] is True
    made.follow(None)
    assert made.choose(viewed(cookie), NOW) == (False, "")
    made.follow(replace(STICKY, weight=0.0))
    assert made.choose(viewed(cookie), NOW)[0] is False


def test_a_header_sends_who_has_it() -> None:
    made = canary(Policy(staging="s", header="aws-cf-cd-try", value="yes"))
    sent = [made.choose(viewed(**{"aws-cf-cd-try": value}), NOW) for value in ("yes", "no", "")]
    assert sent == [(True, ""), (False, ""), (False, "")]


def config(**traffic: Any) -> dict[str, Any]:
    return {"Enabled": True, "StagingDistributionDnsNames": {"Quantity": 1, "Items": ["s"]}, "TrafficConfig": traffic}


def test_policies_are_read_as_cloudfront_has_them() -> None:
    weight = {"Weight": 0.1, "SessionStickinessConfig": {"IdleTTL": 300, "MaximumTTL": 900}}
    assert read_policy(config(Type="SingleWeight", SingleWeightConfig=weight)) == STICKY
    header = {"Header": "AWS-CF-CD-Try", "Value": "Yes"}
    assert read_policy(config(Type="SingleHeader", SingleHeaderConfig=header)) == Policy(staging="s", header="aws-cf-cd-try", value="Yes")
    assert read_policy({**config(Type="SingleWeight", SingleWeightConfig=weight), "Enabled": False}) is None
    assert read_policy(config()) is None


class _CloudFront:
    def get_continuous_deployment_policy(self, Id: str) -> Any:  # noqa: N803 boto3's
        assert Id == "P"
        header = {"Header": "aws-cf-cd-try", "Value": "yes"}
        made = {**config(Type="SingleHeader", SingleHeaderConfig=header)}
        made["StagingDistributionDnsNames"]["Items"] = ["s.cloudfront.net"]
        return {"ContinuousDeploymentPolicy": {"ContinuousDeploymentPolicyConfig": made}}


def test_the_staging_distribution_answers_for_its_primary_and_for_no_other() -> None:
    primary = replace(_media(), deployment_policy="P")
    staging = replace(_media(), id="S", domain="s.cloudfront.net", staging=True, aliases=())
    other = replace(_media(), id="O")
    canaries = Canaries(_CloudFront())
    canaries.read([primary, staging, other])
    asked = viewed(**{"aws-cf-cd-try": "yes"})
    assert canaries.choose(primary, asked, NOW) == (staging, "")
    assert canaries.choose(primary, viewed(), NOW) == (primary, "")
    assert canaries.choose(other, asked, NOW) == (other, "")
    canaries.read([primary, other])
    assert canaries.choose(primary, asked, NOW) == (primary, ""), "a staging distribution that is disabled answers nobody"

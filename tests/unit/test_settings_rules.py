"""Rules between fields: one test a rule, each asserting the whole list of problems, so that no rule speaks out of turn."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from marquee.domain.names import contracts
from marquee.settings import SettingsError, _rules, load
from marquee.settings._rules import RULES
from tests.strategies import DELETE, Raw, edit, existing, mature, starter


def problems(raw: Raw, stack: str = "dev") -> dict[str, str]:
    """Path → why."""
    with pytest.raises(SettingsError) as caught:
        load(raw, stack)
    return {problem.path: problem.why for problem in caught.value.problems}


def with_regions(raw: Raw, *regions: tuple[str, str, str]) -> Raw:
    return raw | {"regions": [{"name": name, "cidr": cidr, "role": role} for name, cidr, role in regions]}


def test_distinct_regions():
    raw = with_regions(starter(), ("eu-west-1", "10.1.0.0/16", "primary"), ("eu-west-1", "10.2.0.0/16", "active"))
    assert problems(raw) == {"regions[1].name": "is listed twice"}


@pytest.mark.parametrize(("role", "path"), [("active", "regions"), ("standby", "regions")])
def test_one_primary_is_needed(role: str, path: str):
    assert "no region of role primary" in problems(edit(starter(), "regions[0].role", role))[path]


def test_one_primary_is_enough():
    assert problems(edit(mature(), "regions[1].role", "primary")) == {"regions[1].role": "is a second primary"}


def test_mature_has_two_regions():
    found = problems(edit(mature(), "regions[1]", DELETE))
    assert list(found) == ["regions"]
    assert "promises to survive" in found["regions"]
    assert len(load(with_regions(starter(), ("eu-west-1", "10.1.0.0/16", "primary")), "dev").regions) == 1


@pytest.mark.parametrize(("cidr", "good"), [("10.0.0.0/15", False), ("10.0.0.0/16", True), ("10.0.0.0/20", True), ("10.0.0.0/21", False)])
def test_cidr_sizes(cidr: str, good: bool):
    raw = edit(starter(), "regions[0].cidr", cidr)
    if good:
        assert str(load(raw, "dev").primary.cidr) == cidr
    else:
        assert "is not a /16 to /20" in problems(raw)["regions[0].cidr"]


@pytest.mark.parametrize(
    ("cidr", "good"),
    [
        ("8.8.0.0/16", False),
        ("100.64.0.0/16", False),
        ("172.15.0.0/16", False),
        ("172.32.0.0/16", False),
        ("192.169.0.0/16", False),
        ("169.254.0.0/16", False),
        ("10.255.0.0/16", True),
        ("172.31.0.0/16", True),
        ("192.168.0.0/16", True),
    ],
)
def test_private_cidrs(cidr: str, good: bool):
    raw = edit(starter(), "regions[0].cidr", cidr)
    if good:
        assert str(load(raw, "dev").primary.cidr) == cidr
    else:
        assert "is not private" in problems(raw)["regions[0].cidr"]


@pytest.mark.parametrize("second", ["10.20.0.0/16", "10.20.16.0/20", "10.20.240.0/20"])
def test_disjoint_cidrs(second: str):
    found = problems(edit(mature(), "regions[1].cidr", second))
    assert found == {"regions[1].cidr": "overlaps 10.20.0.0/16 of eu-west-1"}


def test_unreserved_cidrs():
    raw = edit(starter(), "network.reserved_cidrs", ["192.168.0.0/16", "10.16.0.0/12"])
    assert problems(raw) == {"regions[0].cidr": "overlaps 10.16.0.0/12 of network.reserved_cidrs"}


def test_distinct_zones():
    assert problems(edit(starter(), "regions[0].zones", ["a", "b", "a"])) == {"regions[0].zones[2]": "is listed twice"}


def test_zones_exist():
    found = problems(edit(edit(mature(), "regions[1].name", "us-west-1"), "network.az_count", 4))
    assert "us-west-1 has only 2, a, b" in found["network.az_count"] or "eu-west-1 has only 3" in found["network.az_count"]
    listed = edit(edit(starter(), "regions[0].zones", ["c", "a"]), "network.az_count", 3)
    assert "eu-west-1 has only 2, c, a" in problems(listed)["network.az_count"]


def test_mature_has_three_zones():
    found = problems(edit(mature(), "network.az_count", 2))
    assert list(found) == ["network.az_count"]
    assert "below 3" in found["network.az_count"]


def test_existing_networks_are_complete():
    raw = edit(mature(), "network", existing(["eu-west-1"], zones=3))
    assert problems(raw) == {"network.existing": "has no entry for region us-east-1"}


def test_existing_networks_are_of_the_stack():
    raw = edit(starter(), "network", existing(["eu-west-1", "eu-west-2"]))
    assert problems(raw) == {"network.existing.eu-west-2": "is no region of this stack"}


def test_existing_networks_need_mode_existing():
    raw = edit(edit(starter(), "network", existing(["eu-west-1"])), "network.mode", "create")
    assert problems(raw) == {"network.existing": "is given, but network.mode is create"}


def test_existing_subnets_match_zones():
    raw = edit(edit(starter(), "network", existing(["eu-west-1"], zones=3)), "network.az_count", 2)
    assert list(problems(raw)) == [f"network.existing.eu-west-1.{tier}" for tier in ("public", "application", "data")]


def test_existing_subnets_are_distinct():
    raw = edit(starter(), "network", existing(["eu-west-1"]))
    used = raw["network"]["existing"]["eu-west-1"]["public"][0]
    raw = edit(raw, "network.existing.eu-west-1.data[1]", used)
    assert problems(raw) == {"network.existing.eu-west-1.data[1]": "is listed twice"}


@pytest.mark.parametrize(("field", "value"), [("nat", "single"), ("interface_endpoints", ["kms"]), ("interface_endpoints", "derived")])
def test_existing_networks_are_left_alone(field: str, value: Any):
    raw = edit(edit(starter(), "network", existing(["eu-west-1"])), f"network.{field}", value)
    assert "means nothing with mode existing" in problems(raw)[f"network.{field}"]


def test_distinct_endpoints():
    raw = edit(starter(), "network.interface_endpoints", ["kms", "sts", "kms"])
    assert problems(raw) == {"network.interface_endpoints[2]": "is listed twice"}


@pytest.mark.parametrize(
    ("segment", "gop", "good"),
    [(6, 2, True), (4, 2, True), (3.84, 1.92, True), (5.76, 1.92, True), (2, 4, False), (5, 2, False), (6, 1.92, False), (4.2, 0.7, True)],
)
def test_segments_are_whole_gops(segment: float, gop: float, good: bool):
    raw = edit(edit(starter(), "media.segment_seconds", segment), "media.gop_seconds", gop)
    if good:
        assert load(raw, "dev").media.segment_seconds == segment
    else:
        assert "no whole multiple of media.gop_seconds" in problems(raw)["media.segment_seconds"]


@pytest.mark.parametrize(
    ("segment", "gop", "good"), [(2.5, 0.5, False), (5.5, 0.5, False), (5.76, 1.92, True), (3.0, 0.5, True), (4.2, 0.7, True)]
)
def test_mediaconvert_cuts_by_whole_seconds(segment: float, gop: float, good: bool):
    raw = edit(edit(starter(), "media.segment_seconds", segment), "media.gop_seconds", gop)
    if good:
        assert load(raw, "dev").media.segment_seconds == segment
    else:
        assert "no whole number of seconds rounds up to it" in problems(raw)["media.segment_seconds"]
        assert load(edit(raw, "media.encoder", "batch"), "dev").media.segment_seconds == segment


def test_deploy_role_in_account():
    raw = edit(starter(), "accounts.deploy_role", "arn:aws:iam::999999999999:role/deploy")
    assert "another account than accounts.workload, 111122223333" in problems(raw)["accounts.deploy_role"]
    own = edit(starter(), "accounts.deploy_role", "arn:aws:iam::111122223333:role/ci/deploy")
    assert load(own, "dev").accounts.deploy_role == "arn:aws:iam::111122223333:role/ci/deploy"


def test_residency_within_stack():
    raw = edit(mature(), "security.residency", ["eu-west-1", "eu-central-1"])
    assert problems(raw) == {"security.residency[1]": "is no region of this stack"}


def test_residency_is_distinct():
    assert problems(edit(mature(), "security.residency", ["eu-west-1", "eu-west-1"])) == {"security.residency[1]": "is listed twice"}


def test_somebody_is_told_of_alarms_in_mature():
    assert "profile mature has alarms" in problems(edit(mature(), "observability.alarm_email", DELETE))["observability.alarm_email"]


def test_somebody_is_told_of_the_budget():
    assert "has nobody to tell" in problems(edit(starter(), "cost.monthly_budget_usd", 100))["observability.alarm_email"]


def test_distinct_exemptions():
    one = {"control": "N3", "resource": "*::x", "reason": "because it must be", "owner": "team", "expires": "2027-01-31"}
    raw = edit(starter(), "security.exemptions", [one, one | {"resource": "*::y"}, one | {"expires": "2028-01-31"}])
    assert problems(raw) == {"security.exemptions[2]": "exempts what an earlier one does"}


@pytest.mark.parametrize("stack", ["dev", "production-eu"])
def test_names_fit_exactly_to_the_limit(stack: str):
    """The longest identity.name that the error allows loads; one letter more is refused, naming the name and its length."""
    with pytest.raises(SettingsError) as caught:
        load(edit(starter(), "identity.name", "m" * 40), stack)
    (problem,) = caught.value.problems
    fits = int(problem.fix.split("at most ")[1].split()[0])
    settings = load(edit(starter(), "identity.name", "m" * fits), stack)
    assert all(len(contract.name) <= contract.limit for contract in contracts(settings.names, ["eu-west-1"]))
    why = problems(edit(starter(), "identity.name", "m" * (fits + 1)), stack)["identity.name"]
    assert "33 characters long, and AWS takes 32" in why
    assert f"{'m' * (fits + 1)}-{stack}-" in why


def test_names_fit_says_when_only_the_stack_can_be_shorter():
    with pytest.raises(SettingsError) as caught:
        load(starter(), "a-stack-with-a-name-beyond-all-reason")
    assert caught.value.problems[0].fix == "no identity.name fits: rename the stack"


def test_all_broken_rules_are_told_at_once():
    raw = edit(edit(edit(starter(), "regions[0].cidr", "8.0.0.0/24"), "media.segment_seconds", 5), "cost.monthly_budget_usd", 5)
    assert list(problems(raw)) == ["regions[0].cidr", "media.segment_seconds", "observability.alarm_email"]


def with_channel(**fields: Any) -> Raw:
    """The starter with one sound RTMP channel, but for `fields`; None takes one away."""
    channel = {"name": "news", "region": "eu-west-1", "input": "rtmp_push", "allowed_cidrs": ["203.0.113.7/32"]} | fields
    return starter() | {"live": {"channels": [{name: value for name, value in channel.items() if value is not None}]}}


def test_live_channels_have_names_and_regions_of_their_own():
    raw = with_channel()
    raw["live"]["channels"] *= 2
    assert problems(raw) == {"live.channels[1].name": "is listed twice"}
    assert problems(with_channel(region="us-east-1")) == {"live.channels[0].region": "is no region of this stack"}


_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:srt-AbCdEf"
_FLOWS = [f"arn:aws:mediaconnect:eu-west-1:111122223333:flow:1-{name}:{name}" for name in "ab"]
_SRT = {"input": "srt_listener", "srt_passphrase_secret": _SECRET}


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({}, ""),
        ({"allowed_cidrs": None}, "allowed_cidrs"),
        (_SRT, ""),
        ({"input": "srt_listener"}, "srt_passphrase_secret"),
        ({"srt_passphrase_secret": _SECRET}, "srt_passphrase_secret"),
        ({"input": "srt_caller", "allowed_cidrs": None, "srt_sources": ["a.example.org:9000"]}, "srt_sources"),
        ({"input": "srt_caller", "allowed_cidrs": None, "srt_sources": ["a.example.org:9000", "b.example.org:9000"]}, ""),
        ({"input": "mediaconnect", "allowed_cidrs": None, "flows": _FLOWS[:1]}, "flows"),
        ({"input": "mediaconnect", "allowed_cidrs": None, "flows": _FLOWS}, ""),
        ({"input": "mediaconnect", "flows": _FLOWS}, "allowed_cidrs"),
    ],
)
def test_live_inputs_have_what_their_kind_needs(fields: Raw, broken: str):
    if broken:
        assert list(problems(with_channel(**fields))) == [f"live.channels[0].{broken}"]
    else:
        assert load(with_channel(**fields), "dev").live.in_region("eu-west-1")[0].name == "news"


@pytest.mark.parametrize(
    ("block", "good"), [("0.0.0.0/0", False), ("203.0.0.0/16", False), ("203.0.112.0/23", False), ("203.0.113.0/24", True)]
)
def test_live_senders_are_named(block: str, good: bool):
    raw = with_channel(allowed_cidrs=["198.51.100.4/32", block])
    if good:
        assert len(load(raw, "dev").live.channels[0].allowed_cidrs) == 2
    else:
        assert "whoever sends first is on air" in problems(raw)["live.channels[0].allowed_cidrs[1]"]


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("cron(0 18 ? * MON-FRI *)", True),
        ("cron(0/15 8-18 ? JAN,jul 2,FRI#2 2027-2030)", True),
        ("cron(5 0 L * ? *)", True),
        ("cron(5 0 15W 1/3 ? *)", True),
        ("cron(60 18 ? * MON *)", False),
        ("cron(0 24 ? * MON *)", False),
        ("cron(0 18 32 * ? *)", False),
        ("cron(0 18 ? 13 MON *)", False),
        ("cron(0 18 ? * MOM *)", False),
        ("cron(0 18 ? * 0 *)", False),
        ("cron(0 18 ? * MON 1969)", False),
        ("cron(0/0 18 ? * MON *)", False),
        ("cron(? 18 ? * MON *)", False),
        ("cron(1- 18 ? * MON *)", False),
    ],
)
def test_schedules_have_times_that_there_are(expression: str, good: bool):
    raw = with_channel(schedule={"start": expression, "stop": "cron(0 20 ? * MON *)"})
    if good:
        assert load(raw, "dev").live.channels[0].schedule
    else:
        assert list(problems(raw)) == ["live.channels[0].schedule.start"]


@pytest.mark.parametrize(("port", "good"), [("1", True), ("65535", True), ("65536", False), ("99999", False), ("0", False)])
def test_ports_end_where_ports_end(port: str, good: bool):
    raw = edit(starter(), "edge.player_origins", [f"https://watch.example.org:{port}"])
    if good:
        assert load(raw, "dev").edge.player_origins[0].endswith(f":{port}")
    else:
        assert list(problems(raw)) == ["edge.player_origins[0]"]


def test_live_arns_are_near():
    far = [arn.replace("eu-west-1", "us-east-1") for arn in _FLOWS]
    found = problems(with_channel(input="mediaconnect", allowed_cidrs=None, flows=[_FLOWS[0], far[1]]))
    assert found == {"live.channels[0].flows[1]": "is not in eu-west-1 of account 111122223333"}
    foreign = _SECRET.replace("111122223333", "999988887777")
    assert list(problems(with_channel(**_SRT | {"srt_passphrase_secret": foreign}))) == ["live.channels[0].srt_passphrase_secret"]


@pytest.mark.parametrize(("gop", "good"), [(0.5, True), (2, True), (3, True), (0.75, False), (1.92, False)])
def test_low_latency_segments_are_whole_gops(gop: float, good: bool):
    raw = with_channel() | {"media": {"gop_seconds": gop, "segment_seconds": 2 * gop if gop > 1 else 4 * gop, "encoder": "batch"}}
    if good:
        assert load(raw, "dev").live.channels[0].low_latency
    else:
        assert "needs segments of 2 s" in problems(raw)["live.channels[0].low_latency"]
        assert not load(edit(raw, "live.channels[0].low_latency", False), "dev").live.channels[0].low_latency


def test_distinct_systems():
    assert problems(edit(starter(), "drm.systems", ["widevine", "widevine"])) == {"drm.systems[1]": "is listed twice"}


def test_systems_decrypt_the_scheme():
    raw = edit(edit(starter(), "drm.scheme", "cenc"), "drm.systems", ["widevine", "fairplay"])
    assert problems(raw) == {"drm.systems[1]": "does not decrypt cenc, so its devices would play nothing"}
    assert load(edit(raw, "drm.systems", ["widevine", "playready"]), "dev").drm.protection.scheme == "cenc"


_AT_API_GATEWAY = "https://ab12.execute-api.eu-west-1.amazonaws.com/prod/speke/v2.0/copyProtection"


@pytest.mark.parametrize(
    ("url", "arn"),
    [
        (_AT_API_GATEWAY, "arn:aws:execute-api:eu-west-1:444455556666:ab12/prod/POST/speke/v2.0/copyProtection"),
        ("https://keys.example.org/speke", None),
        (None, None),
    ],
)
def test_account_of_a_provider_at_api_gateway(url: str | None, arn: str | None):
    raw = edit(starter(), "drm.key_provider", url)
    owned = edit(raw, "drm.key_provider_account", "444455556666")
    if arn:
        assert load(owned, "dev").drm.invoke_arn("111122223333") == arn
        assert load(raw, "dev").drm.invoke_arn("111122223333") == arn.replace("444455556666", "111122223333")
    else:
        assert list(problems(owned)) == ["drm.key_provider_account"]
        assert load(raw, "dev").drm.invoke_arn("111122223333") is None


def test_clear_keys_come_from_the_reference_provider():
    raw = edit(starter(), "drm.clear_key", True)
    assert load(raw, "dev").drm.clear_key
    assert list(problems(edit(raw, "drm.key_provider", "https://keys.example.org"))) == ["drm.clear_key"]


@pytest.mark.parametrize(("days", "good"), [(119, False), (120, True), (None, True)])
def test_archived_after_its_minimum(days: int | None, good: bool):
    raw = edit(mature(), "media.storage", {"masters_glacier_ir_days": 30, "masters_deep_archive_days": days})
    if good:
        assert load(raw, "dev").media.storage.masters_deep_archive_days == days
        assert load(edit(raw, "media.storage.masters_glacier_ir_days", None), "dev").media.storage.masters_glacier_ir_days is None
    else:
        assert list(problems(raw)) == ["media.storage.masters_deep_archive_days"]


def test_one_zone_has_another_copy():
    alone = edit(edit(starter(), "media.storage.renditions_class", "onezone_ia"), "resilience.keep_data", True)
    assert list(problems(alone)) == ["media.storage.renditions_class"]
    assert load(edit(alone, "resilience.keep_data", False), "dev").media.storage.renditions_class == "onezone_ia"
    assert load(edit(mature(), "media.storage.renditions_class", "onezone_ia"), "dev").media.storage.renditions_class == "onezone_ia"


def test_compliance_outlives_the_stack():
    raw = edit(starter(), "media.masters_lock", {"mode": "compliance", "days": 7})
    assert list(problems(raw)) == ["media.masters_lock.mode"]
    for path, value in (("resilience.keep_data", True), ("media.masters_lock.mode", "governance")):
        lock = load(edit(raw, path, value), "dev").media.masters_lock
        assert lock is not None
        assert lock.days == 7


def test_countries_of_one_kind():
    raw = edit(edit(starter(), "edge.countries_allowed", ["DE"]), "edge.countries_blocked", ["FR"])
    assert list(problems(raw)) == ["edge.countries_blocked"]
    assert load(edit(raw, "edge.countries_allowed", DELETE), "dev").edge.countries_blocked == ("FR",)


@pytest.mark.parametrize(
    ("field", "countries", "out"),
    [("countries_allowed", ["DE"], "IE, US"), ("countries_allowed", ["IE", "DE"], "US"), ("countries_blocked", ["US", "AQ"], "US")],
)
def test_prefetch_is_let_in(field: str, countries: list[str], out: str):
    two = with_regions(mature(), ("eu-west-1", "10.1.0.0/16", "primary"), ("us-east-1", "10.2.0.0/16", "active"))
    raw = edit(two, f"edge.{field}", countries)
    why = problems(raw)
    assert list(why) == ["edge.prefetch"]
    assert f"edge.{field} keeps out {out}," in why["edge.prefetch"]
    load(edit(raw, "edge.prefetch", False), "dev")
    load(edit(raw, f"edge.{field}", ["IE", "US"] if field == "countries_allowed" else ["AQ"]), "dev")


@pytest.mark.parametrize("field", ["countries_allowed", "countries_blocked", "player_origins"])
def test_lists_of_the_edge_are_distinct(field: str):
    twice = ["https://watch.example.org"] * 2 if field == "player_origins" else ["DE", "DE"]
    assert problems(edit(starter(), f"edge.{field}", twice)) == {f"edge.{field}[1]": "is listed twice"}


@pytest.mark.parametrize("code", ["UK", "ZZ", "de", "DEU", ""])
def test_what_is_no_country_is_refused(code: str):
    assert list(problems(edit(starter(), "edge.countries_allowed", [code]))) == ["edge.countries_allowed[0]"]


def test_encoder_is_offered():
    away = with_regions(starter(), ("me-south-1", "10.1.0.0/16", "primary"), ("eu-west-1", "10.2.0.0/16", "active"))
    assert problems(away) == {"media.encoder": "cannot be had in me-south-1: AWS has no MediaConvert there"}
    assert load(edit(away, "media.encoder", "batch"), "dev").media.encoder == "batch"


def test_packaging_is_offered():
    away = edit(with_regions(starter(), ("ap-southeast-5", "10.1.0.0/16", "primary")), "media.packaging", "jit")
    assert problems(away) == {"media.packaging": "cannot be had in ap-southeast-5: AWS has no MediaPackage for titles there"}
    assert load(edit(away, "media.packaging", "static"), "dev").media.packaging == "static"


def test_live_is_offered():
    away = with_regions(with_channel(region="us-west-1"), ("us-west-1", "10.1.0.0/16", "primary"))
    assert problems(away) == {"live.channels[0].region": "has no MediaLive, so that the channel could not be made"}


def test_live_keys_are_near():
    here = edit(with_channel(), "drm.key_provider", _AT_API_GATEWAY)
    assert load(here, "dev").drm.key_provider_region == "eu-west-1"
    away = edit(here, "drm.key_provider", _AT_API_GATEWAY.replace("eu-west-1", "us-east-1"))
    assert "asks no API Gateway of another region" in problems(away)["live.channels[0].region"]
    assert load(edit(away, "drm.key_provider", "https://keys.example.org/speke"), "dev").drm.key_provider_region is None


def test_hourly_invalidations_fit_the_month():
    raw = edit(starter(), "edge.invalidations", {"paths_per_hour": 21, "paths_per_month": 20})
    assert list(problems(raw)) == ["edge.invalidations.paths_per_hour"]
    assert load(edit(raw, "edge.invalidations.paths_per_hour", 20), "dev").edge.invalidations.paths_per_month == 20


def test_close_instances_are_on_demand() -> None:
    close = edit(starter(), "media", {"encoder": "batch", "batch": {"low_latency": True}})
    found = problems(close)
    assert list(found) == ["media.batch.low_latency"]
    assert "Spot gives none for certain" in found["media.batch.low_latency"]
    assert load(edit(close, "media.batch.capacity", "on_demand"), "dev").media.batch.low_latency


def test_a_job_fits() -> None:
    found = problems(edit(starter(), "media", {"batch": {"job_vcpus": 8, "max_vcpus": 4}}))
    assert list(found) == ["media.batch.job_vcpus"]
    assert "no job would ever start" in found["media.batch.job_vcpus"]


@pytest.mark.parametrize("kind", ["c7g", "c7gd.xlarge", "c8g.4xlarge", "a1", "m6gd"])
def test_instances_run_the_image(kind: str) -> None:
    found = problems(edit(starter(), "media", {"batch": {"instances": ["c7i", kind]}}))
    assert list(found) == ["media.batch.instances[1]"]
    assert "x86-64" in found["media.batch.instances[1]"]


@pytest.mark.parametrize("kind", ["c7i", "c6i.4xlarge", "g5", "g6.xlarge", "m7a"])
def test_x86_is_taken(kind: str) -> None:
    assert load(edit(starter(), "media", {"batch": {"instances": [kind]}}), "dev").media.batch.instances == (kind,)


@pytest.mark.parametrize("image", ["latest!", "sha256:abc", "", "a b"])
def test_what_is_no_image_is_refused(image: str) -> None:
    assert list(problems(edit(starter(), "media", {"batch": {"image": image}}))) == ["media.batch.image"]


def test_issuer_has_audience():
    issuer = edit(starter(), "playback.issuer", "https://login.example.org")
    assert "any client of playback.issuer" in problems(issuer)["playback.audience"]
    assert load(edit(issuer, "playback.audience", ["player"]), "dev").playback.audience == ("player",)
    assert "nothing without playback.issuer" in problems(edit(starter(), "playback.audience", ["player"]))["playback.audience"]
    assert problems(edit(issuer, "playback.audience", ["a", "b", "a"])) == {"playback.audience[2]": "is listed twice"}


def test_sessions_outlive_tokens():
    raw = edit(starter(), "playback", {"token_minutes": 121, "session_hours": 2})
    assert problems(raw) == {"playback.session_hours": "is shorter than a token lives, 121 minutes"}
    assert load(edit(raw, "playback.token_minutes", 120), "dev").playback.session_hours == 2


def test_geolocation_names_serving_regions():
    found = problems(edit(starter(), "routing", {"geolocation": {"EU": "eu-west-1", "country-JP": "ap-northeast-1"}}))
    assert found == {"routing.geolocation.country-JP": "is sent to ap-northeast-1, which serves nobody in this stack"}
    assert load(edit(starter(), "routing", {"geolocation": {"EU": "eu-west-1"}}), "dev").routing.geolocation == {"EU": "eu-west-1"}


@pytest.mark.parametrize("place", ["Europe", "eu", "DE", "country-de", "country-UK", "country-*", ""])
def test_what_is_no_place_is_refused(place: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(edit(starter(), "routing", {"geolocation": {place: "eu-west-1"}}), "dev")
    assert [problem.value for problem in caught.value.problems] == [repr(place)]  # the key is wrong, and not the region that it leads to


def test_signed_zone_is_ours():
    theirs = edit(starter(), "edge", {"hosted_zone_id": "Z0123456789ABCDEFGHIJ"})
    assert list(problems(edit(theirs, "routing", {"dnssec": True}))) == ["routing.dnssec"]
    assert load(edit(starter(), "routing", {"dnssec": True}), "dev").routing.dnssec


def test_every_rule_has_a_test_here():
    tested = " ".join(name for name in globals() if name.startswith("test_")).replace("_is_", "_").replace("_are_", "_")
    for rule in RULES:
        words = rule.__name__.replace("_is_", "_").replace("_are_", "_")
        assert words in tested, rule.__name__


def test_nothing_is_left_out_of_the_rules():
    modules = [import_module(f"marquee.settings.{path.stem}") for path in Path(_rules.__file__).parent.glob("_*rules.py")]
    functions = {value for module in modules for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__}
    assert {f.__name__ for f in functions if callable(f)} - {f.__name__ for f in RULES} == {"broken"}

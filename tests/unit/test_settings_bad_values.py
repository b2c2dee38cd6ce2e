"""A table of bad configurations: each is refused at the named path with its reason. YAML's own traps are in test_stack_file.py."""

from typing import Any

import pytest

from marquee.settings import SettingsError, load
from tests.strategies import DELETE, Raw, edit, existing, mature, starter

S, M = starter(), mature()
E = edit(S, "network", existing(["eu-west-1"]))
EXEMPTION = {"control": "N3", "resource": "*::x", "reason": "because it must be so", "owner": "team", "expires": "2027-01-31"}
X = edit(S, "security", {"exemptions": [EXEMPTION]})
LONG = "x" * 300

# base, path that is edited, value, word of the reason, path that is blamed if it is another
ROWS: list[tuple[Raw, str, Any, str] | tuple[Raw, str, Any, str, str]] = [
    # profile
    (S, "profile", DELETE, "required"),
    (S, "profile", "startre", "choices"),
    (S, "profile", "Starter", "choices"),
    (S, "profile", None, "choices"),
    (S, "profile", ["starter"], "choices"),
    # playback
    (S, "playback.issuer", "http://login.example.org", "https address"),
    (S, "playback.issuer", "https://login.example.org/", "https address"),
    (S, "playback.audience", "player", "not a list"),
    (S, "playback.token_minutes", 4, "below 5"),
    (S, "playback.token_minutes", 1441, "above 1,440"),
    (S, "playback.session_hours", 1.5, "whole number"),
    (S, "playback.key_rotation_days", 1, "below 2"),
    (S, "playback.second_factor", "none", "choices"),
    (S, "playback.bind_address", "yes", "true nor false"),
    (S, "playback.requests_per_second", 0, "below 1"),
    (S, "playback.player_origins", [], "no setting"),
    # unknown keys
    (S, "regoins", [], "no setting"),
    (S, "stack", "dev", "no setting"),
    (S, "identity.nmae", "x", "no setting"),
    (S, "regions[0].az_count", 3, "no setting"),
    (S, "network.natt", "single", "no setting"),
    (S, "observability.slo.latency", 3, "no setting"),
    (X, "security.exemptions[0].until", "2027-01-01", "no setting"),
    (E, "network.existing.eu-west-1.subnets", [], "no setting"),
    # sections that are none
    (S, "identity", DELETE, "required"),
    (S, "identity", None, "empty"),
    (S, "identity", "marquee", "not a section"),
    (S, "identity", [{"name": "marquee"}], "not a section"),
    (S, "accounts", DELETE, "required"),
    (S, "network", None, "empty"),
    (S, "network", True, "not a section"),
    (S, "edge", None, "empty"),
    (S, "observability.slo", 99.9, "not a section"),
    (S, "security.exemptions", EXEMPTION, "not a list"),
    (S, "security.exemptions", ["N3"], "not a section", "security.exemptions[0]"),
    # identity
    (S, "identity.name", DELETE, "required"),
    (S, "identity.name", "", "lower-case"),
    (S, "identity.name", "Marquee", "lower-case"),
    (S, "identity.name", "my_marquee", "lower-case"),
    (S, "identity.name", "my--marquee", "lower-case"),
    (S, "identity.name", "marquee-", "lower-case"),
    (S, "identity.name", "1marquee", "lower-case"),
    (S, "identity.name", "märquee", "lower-case"),
    (S, "identity.name", "marquee\n", "lower-case"),
    (S, "identity.name", 42, "number, not text"),
    (S, "identity.name", True, "true or false, not text"),
    (S, "identity.name", None, "empty"),
    (S, "identity.name", {"a": "b"}, "not text"),
    (S, "identity.name", "aws-tv", "AWS keeps"),
    (S, "identity.name", "internal", "AWS keeps"),
    (S, "identity.name", "a-very-long-streaming-name", "AWS takes 32"),
    (S, "identity.domain", "localhost", "full domain"),
    (S, "identity.domain", "https://media.example.org", "full domain"),
    (S, "identity.domain", "media.example.org.", "full domain"),
    (S, "identity.domain", "Media.example.org", "full domain"),
    (S, "identity.domain", "media..example.org", "full domain"),
    (S, "identity.domain", "-media.example.org", "full domain"),
    (S, "identity.domain", "media_tv.example.org", "full domain"),
    (S, "identity.domain", "10.0.0.1", "full domain"),
    (S, "identity.domain", "*.example.org", "full domain"),
    (S, "identity.domain", f"{'x' * 50}.example.org", "48 characters"),
    (S, "identity.owner", "", "tag"),
    (S, "identity.owner", " team", "tag"),
    (S, "identity.owner", "team & co", "tag"),
    (S, "identity.owner", LONG, "tag"),
    (S, "identity.cost_centre", 1234, "number, not text"),
    (S, "identity.cost_centre", DELETE, "required"),
    # accounts
    (S, "accounts.workload", 111122223333, "number, not text"),
    (S, "accounts.workload", 1.11122223333e11, "number, not text"),
    (S, "accounts.workload", "11112222333", "account number"),
    (S, "accounts.workload", "1111222233334", "account number"),
    (S, "accounts.workload", "1111-2222-3333", "account number"),
    (S, "accounts.workload", "\uff11" * 12, "account number"),  # full-width digits
    (S, "accounts.deploy_role", "deploy", "ARN"),
    (S, "accounts.deploy_role", "arn:aws:iam::111122223333:user/deploy", "ARN"),
    (S, "accounts.deploy_role", "arn:aws-cn:iam::111122223333:role/deploy", "ARN"),
    # regions
    (S, "regions", DELETE, "required"),
    (S, "regions", [], "too few"),
    (S, "regions", "eu-west-1", "not a list"),
    (S, "regions", {"eu-west-1": {}}, "not a list"),
    (S, "regions[0]", "eu-west-1", "not a section"),
    (S, "regions[0].name", "eu-west-9", "commercial AWS region"),
    (S, "regions[0].name", "EU-WEST-1", "commercial AWS region"),
    (S, "regions[0].name", "us-gov-west-1", "commercial AWS region"),
    (S, "regions[0].name", False, "true or false, not text"),
    (S, "regions[0].cidr", DELETE, "required"),
    (S, "regions[0].cidr", "10.20.0.0", "IPv4 block"),
    (S, "regions[0].cidr", "10.20.0.0/255.255.0.0", "IPv4 block"),
    (S, "regions[0].cidr", "fd00::/48", "IPv4 block"),
    (S, "regions[0].cidr", 10.2, "IPv4 block"),
    (S, "regions[0].cidr", 170131456, "IPv4 block"),
    (S, "regions[0].cidr", "10.20.0.0/33", "out of range"),
    (S, "regions[0].cidr", "10.256.0.0/16", "out of range"),
    (S, "regions[0].cidr", "010.20.0.0/16", "octal"),
    (S, "regions[0].cidr", "10.20.0.0/016", "IPv4 block"),
    (S, "regions[0].cidr", "10.20.0.0/08", "octal"),
    (S, "regions[0].cidr", "10.20.1.0/16", "host bits"),
    (S, "regions[0].role", "Primary", "choices"),
    (S, "regions[0].role", "passive", "choices"),
    (S, "regions[0].zones", "abc", "not a list"),
    (S, "regions[0].zones", ["a"], "too few"),
    (S, "regions[0].zones", ["a", "g"], "letter of a zone", "regions[0].zones[1]"),
    (S, "regions[0].zones", ["a", "eu-west-1b"], "letter of a zone", "regions[0].zones[1]"),
    # network
    (S, "network.mode", "shared", "choices"),
    (S, "network.az_count", 1, "below 2"),
    (S, "network.az_count", 7, "above 6"),
    (S, "network.az_count", "2", "not a number"),
    (S, "network.az_count", 2.5, "whole"),
    (S, "network.az_count", True, "not a number"),
    (S, "network.az_count", None, "not a number"),
    (S, "network.nat", "none", "choices"),
    (S, "network.nat", "per-az", "choices"),
    (S, "network.reserved_cidrs", "10.0.0.0/8", "not a list"),
    (S, "network.reserved_cidrs", ["10.0.0.1/8"], "host bits", "network.reserved_cidrs[0]"),
    (S, "network.interface_endpoints", "all", "choices"),
    (S, "network.interface_endpoints", True, "choices"),
    (S, "network.interface_endpoints", ["kms", "s3"], "choices", "network.interface_endpoints[1]"),
    (S, "network.interface_endpoints", ["com.amazonaws.eu-west-1.kms"], "choices", "network.interface_endpoints[0]"),
    (E, "network.existing", ["vpc-00000000"], "not a mapping"),
    (E, "network.existing.eu-west-9", {}, "region"),
    (E, "network.existing.eu-west-1.vpc_id", "my-vpc", "id of a VPC"),
    (E, "network.existing.eu-west-1.public", DELETE, "required"),
    (E, "network.existing.eu-west-1.public[0]", "vpc-00000000", "id of a subnet"),
    (E, "network.existing.eu-west-1.data", ["subnet-00000000"], "too few"),
    # edge, media
    (S, "edge.hosted_zone_id", "/hostedzone/Z123", "hosted zone"),
    (S, "edge.hosted_zone_id", "", "hosted zone"),
    (S, "media.segment_seconds", 1, "below 2"),
    (S, "media.segment_seconds", 7, "above 6"),
    (S, "media.segment_seconds", float("nan"), "finite"),
    (S, "media.segment_seconds", "6s", "not a number"),
    (S, "media.gop_seconds", 0, "below 0.5"),
    (S, "media.max_master_gib", 0, "below 1"),
    (S, "media.max_master_gib", 10**30, "above 5,120"),
    (S, "media.quarantine_days", 366, "above 365"),
    # observability, resilience
    (S, "observability.log_retention_days", 31, "CloudWatch"),
    (S, "observability.log_retention_days", 0, "CloudWatch"),
    (S, "observability.log_retention_days", "30", "not a number"),
    (S, "observability.slo.availability_percent", 100, "above 99.999"),
    (S, "observability.slo.availability_percent", 0.9995, "below 90"),
    (S, "observability.slo.availability_percent", "99.9%", "not a number"),
    (S, "observability.slo.latency_p99_ms", 0.5, "whole"),
    (S, "observability.alarm_email", "oncall", "e-mail"),
    (S, "observability.alarm_email", "on call@example.org", "e-mail"),
    (S, "resilience.keep_data", "yes", "neither true nor false"),
    (S, "resilience.keep_data", 1, "neither true nor false"),
    # security, cost
    (S, "security.residency", "eu-west-1", "not a list"),
    (S, "security.residency", ["europe"], "commercial AWS region", "security.residency[0]"),
    (S, "security.account_baseline", False, "choices"),
    (S, "security.ci_repository", "https://github.com/a/b", "owner/repository"),
    (S, "security.ci_repository", "marquee", "owner/repository"),
    (X, "security.exemptions[0].reason", "todo", "reason"),
    (X, "security.exemptions[0].reason", "          ", "reason"),
    (X, "security.exemptions[0].owner", DELETE, "required"),
    (X, "security.exemptions[0].expires", "never", "date"),
    (X, "security.exemptions[0].expires", "2027-02-30", "calendar"),
    (X, "security.exemptions[0].expires", "31.01.2027", "date"),
    (X, "security.exemptions[0].expires", 20270131, "date"),
    (X, "security.exemptions[0].control", "N 3", "id of a control"),
    (X, "security.exemptions[0].resource", "", "pattern"),
    (S, "cost.monthly_budget_usd", 0, "below 1"),
    (S, "cost.monthly_budget_usd", "$500", "not a number"),
    (M, "cost.monthly_budget_usd", 499.99, "whole"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]}={str(row[2])[:30]!r}" if row[2] is not DELETE else f"{row[1]} removed")
def test_bad_value_is_refused_where_it_stands(row: tuple[Any, ...]):
    base, path, value, word, *blamed = row
    with pytest.raises(SettingsError) as caught:
        load(edit(base, path, value), "dev")
    problems = [problem for problem in caught.value.problems if problem.path == (blamed[0] if blamed else path)]
    assert problems, caught.value.render()
    assert word in problems[0].why
    assert problems[0].fix


def test_the_table_is_long_enough_and_its_bases_are_good():
    assert len(ROWS) >= 100
    for base in (S, M, E, X):
        load(base, "dev")


@pytest.mark.parametrize("raw", [None, [], "text", 3, True])
def test_what_is_no_mapping_is_refused_as_a_whole(raw: Any):
    with pytest.raises(SettingsError, match="not a mapping"):
        load(raw, "dev")


@pytest.mark.parametrize("stack", ["Dev", "my_stack", "", "dev.eu", "-dev"])
def test_a_stack_name_that_physical_names_cannot_hold_is_refused(stack: str):
    with pytest.raises(SettingsError) as caught:
        load(S, stack)
    assert [problem.path for problem in caught.value.problems] == ["stack"]

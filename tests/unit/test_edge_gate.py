"""Who the emulated edge lets in: countries, and the web ACL of the distribution, over a real port."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from marquee.emulator.edge.configuration import Kept, read_distributions
from marquee.emulator.edge.firewall import Firewall
from marquee.emulator.edge.gate import COUNTRY_HEADER, Gate
from marquee.emulator.firewall.statistics import FirewallStatistics
from marquee.errors import MarqueeError
from tests.edge_stand import API_HOST, Running, Stand
from tests.firewall_stand import ARN, PLAIN, acl, rule

LOG_GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-x:*"
CUSTOM = {"ResponseCode": 429, "CustomResponseBodyKey": "slow", "ResponseHeaders": [{"Name": "retry-after", "Value": "9"}]}


def path(text: str) -> dict[str, Any]:
    given = {"FieldToMatch": {"UriPath": {}}, "PositionalConstraint": "STARTS_WITH", "SearchString": text.encode()}
    return {"ByteMatchStatement": {**given, "TextTransformations": PLAIN}}


ACL = acl(
    rule(path("/plain"), Name="plain"),
    rule(path("/custom"), {"Block": {"CustomResponse": CUSTOM}}, Name="custom"),
    rule(path("/seen"), {"Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "seen", "Value": "1"}]}}}, Name="seen"),
    CustomResponseBodies={"slow": {"ContentType": "TEXT_PLAIN", "Content": "Slower, please."}},
)


class _Waf:
    """boto3's client, as far as it is asked."""

    def __init__(self) -> None:
        self.acl: dict[str, Any] = ACL

    def get_web_acl(self, **_: str) -> Any:
        return {"WebACL": self.acl}

    def get_logging_configuration(self, **_: str) -> Any:
        destinations = [LOG_GROUP, "arn:aws:firehose:us-east-1:111122223333:deliverystream/aws-waf-logs-x"]
        redacted = [{"SingleHeader": {"Name": "cookie"}}]
        return {"LoggingConfiguration": {"LogDestinationConfigs": destinations, "RedactedFields": redacted}}


class _Logs:
    class exceptions:  # noqa: N801 boto3's name
        ResourceAlreadyExistsException = KeyError

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def create_log_stream(self, **_: str) -> None:
        """Nothing."""

    def put_log_events(self, **given: Any) -> None:
        self.events.append(given)


class Entrance:
    """An edge whose two distributions have the ACL and lists of countries."""

    def __init__(self, stand: Stand):
        self.stand, self.country, self.waf, self.logs = stand, "", _Waf(), _Logs()
        self.statistics = FirewallStatistics()
        self.firewall = Firewall(self.waf, self.logs, self.statistics)
        self.run(self.firewall.begin([ARN]))
        stand.edge._gate = Gate(self.firewall, lambda: self.country, self.statistics)
        state: Any = stand.edge._state
        media, api = state.distributions
        state.distributions = (
            replace(media, countries_allowed=frozenset({"DE"})),
            replace(api, countries_blocked=frozenset({"KP"}), web_acl=ARN),
        )

    @staticmethod
    def run(work: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, work).result()

    def policies(self, **changes: Any) -> None:
        """The API's origin request policy, changed."""
        state: Any = self.stand.edge._state
        media, api = state.distributions
        (behaviour,) = api.behaviours
        state.distributions = (media, replace(api, behaviours=(replace(behaviour, request=replace(behaviour.request, **changes)),)))

    def get(self, path: str, **headers: Any) -> Any:
        return self.stand.get(path, host=API_HOST, **headers)


@pytest.fixture
def entrance() -> Iterator[Entrance]:
    with Running() as stand:
        yield Entrance(stand)


def test_a_list_of_countries_lets_in_or_keeps_out_and_unknown_ones_are_served(entrance: Entrance) -> None:
    statuses: dict[str, tuple[int, int]] = {}
    for entrance.country in ("", "DE", "FR", "KP"):
        statuses[entrance.country] = (entrance.stand.play("video/1.m4s").status_code, entrance.get("/x").status_code)
    assert statuses == {"": (200, 200), "DE": (200, 200), "FR": (403, 200), "KP": (403, 403)}
    assert entrance.statistics.countries == {"FR": 1, "KP": 2}
    entrance.country = "KP"
    refused = entrance.get("/plain", origin="https://player.media.example.org")
    assert "block access from your country" in refused.text
    assert (refused.headers["x-cache"], refused.headers["server"]) == ("Error from cloudfront", "CloudFront")
    assert "access-control-allow-origin" not in refused.headers
    assert not entrance.statistics.blocked, "who is kept out by the list is judged by no rule"


def test_what_the_acl_blocks_never_reaches_code_cache_or_origin(entrance: Entrance) -> None:
    refused = entrance.get("/plain/x")
    assert (refused.status_code, refused.headers["x-cache"]) == (403, "Error from cloudfront")
    assert "Request blocked." in refused.text
    assert not entrance.stand.asked
    assert entrance.statistics.blocked == {"plain": 1}


def test_a_response_of_ones_own(entrance: Entrance) -> None:
    refused = entrance.get("/custom")
    assert (refused.status_code, refused.text, refused.headers["retry-after"]) == (429, "Slower, please.", "9")
    assert refused.headers["content-type"] == "text/plain"


def test_headers_that_a_rule_inserts_reach_the_origin(entrance: Entrance) -> None:
    assert entrance.get("/seen").status_code == 200
    (asked,) = entrance.stand.asked
    assert asked.headers["x-amzn-waf-seen"] == "1"
    assert entrance.statistics.counted == {"seen": 1}


def test_a_country_reaches_the_origin_where_a_policy_names_it(entrance: Entrance) -> None:
    entrance.country = "DE"
    entrance.get("/x", cloudfront_viewer_country="FR")
    entrance.policies(headers=Kept(behaviour="allViewerAndWhitelistCloudFront", names=frozenset({COUNTRY_HEADER})))
    entrance.get("/x", cloudfront_viewer_country="FR", x_other="y")
    first, second = (asked.headers for asked in entrance.stand.asked)
    assert COUNTRY_HEADER not in first, "what a viewer says of its country is nobody's business"
    assert (second[COUNTRY_HEADER], second["x-other"]) == ("DE", "y")


def test_records_reach_the_log_group_without_what_is_redacted(entrance: Entrance) -> None:
    entrance.country = "DE"
    entrance.get("/plain", cookie="secret=1")
    entrance.run(entrance.firewall.flush())
    (written,) = entrance.logs.events
    assert (written["logGroupName"], written["logStreamName"]) == ("aws-waf-logs-x", "cloudfront_acl_0")
    (event,) = written["logEvents"]
    assert '"action":"BLOCK"' in event["message"]
    assert '"country":"DE"' in event["message"]
    assert "secret" not in event["message"]
    assert (entrance.statistics.logged, entrance.statistics.lost) == (1, 0)
    assert sum(entrance.statistics.unwritten.values()) == 1, "no delivery stream is written to here, and that is said"


def test_a_changed_acl_is_in_force_and_an_unchanged_one_goes_on_counting(entrance: Entrance) -> None:
    rate = {"RateBasedStatement": {"Limit": 1, "AggregateKeyType": "IP"}}
    entrance.waf.acl = acl(rule(rate, Name="rate"))
    entrance.run(entrance.firewall.begin([ARN]))
    assert [entrance.get("/plain").status_code for _ in range(2)] == [200, 403]
    entrance.waf.acl = acl(rule(dict(rate), Name="rate"))
    entrance.run(entrance.firewall.begin([ARN]))
    assert entrance.get("/x").status_code == 403
    entrance.waf.acl = acl(rule(rate, {"Count": {}}, Name="rate"))
    entrance.run(entrance.firewall.begin([ARN]))
    assert [entrance.get("/x").status_code for _ in range(3)] == [200] * 3


def test_an_acl_that_is_gone_is_said(entrance: Entrance) -> None:
    from botocore.exceptions import ClientError

    def gone(**_: str) -> Any:
        raise ClientError({"Error": {"Code": "WAFNonexistentItemException", "Message": "gone"}}, "GetWebACL")

    entrance.waf.get_web_acl = gone  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(MarqueeError, match="names a web ACL that cannot be read"):
        entrance.run(entrance.firewall.begin([ARN]))


class _CloudFront:
    """A distribution with little in it."""

    def __init__(self, restriction: Any):
        self.restriction = restriction

    def list_distributions(self) -> Any:
        return {"DistributionList": {"Items": [{"Id": "D"}]}}

    def get_distribution(self, **_: str) -> Any:
        behaviour = {"TargetOriginId": "o", "CachePolicyId": "c"}
        config = {
            "Enabled": True, "Origins": {"Items": [{"Id": "o", "DomainName": "o.example.org"}]}, "DefaultCacheBehavior": behaviour,
            "WebACLId": ARN, "Restrictions": {"GeoRestriction": self.restriction},
        }  # fmt: skip
        return {"Distribution": {"ARN": "arn:D", "DomainName": "d.cloudfront.net", "DistributionConfig": config}}

    def get_cache_policy(self, **_: str) -> Any:
        return {"CachePolicy": {"CachePolicyConfig": {"MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": {}}}}


@pytest.mark.parametrize(
    ("kind", "items", "served"),
    [("whitelist", ["DE"], ["DE"]), ("blacklist", ["DE"], ["FR"]), ("none", [], ["DE", "FR"])],
)
def test_the_list_is_cloudfront_s(kind: str, items: list[str], served: list[str]) -> None:
    (found,) = read_distributions(_CloudFront({"RestrictionType": kind, "Items": items}))
    assert found.web_acl == ARN
    assert [country for country in ("DE", "FR") if found.serves(country)] == served

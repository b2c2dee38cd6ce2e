"""The edge: distributions, what they trust and fetch from, what they write down. They prove what is declared, not that AWS accepts it."""

import copy
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from marquee.domain.edge import SHIELDS
from marquee.domain.regions import ZONES
from marquee.engine import Graph, Resource, run
from marquee.engine.standin import StandIn
from tests.graph.conftest import ROOT, of_stack, platform

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def edge(graph: Graph) -> list[Resource]:
    return [r for r in graph if r.custom and graph.top(r).name == "edge"]


def one(graph: Graph, token: str, name: str = "") -> dict[str, Any]:
    (found,) = [r for r in edge(graph) if r.type == token and (not name or r.name == name)]
    return dict(found.inputs)


def policy(graph: Graph, kind: str, name: str) -> dict[str, Any]:
    return one(graph, f"aws:cloudfront/{kind[0].lower()}{kind[1:]}:{kind}", f"edge-policies-{name}")


def media(graph: Graph) -> dict[str, Any]:
    return one(graph, DISTRIBUTION, "edge-media")


def behaviours(distribution: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Path pattern → behaviour, in CloudFront's order; `*` is the default one."""
    ordered = {behaviour["pathPattern"]: behaviour for behaviour in distribution["orderedCacheBehaviors"]}
    return {**ordered, "*": distribution["defaultCacheBehavior"]}


def test_origins_of_every_region_have_a_shield_in_a_region_that_has_one() -> None:
    assert set(SHIELDS) == set(ZONES)
    assert {SHIELDS[shield] for shield in SHIELDS.values()} == set(SHIELDS.values())  # its own


@cache
def with_canary() -> Graph:
    raw = copy.deepcopy(platform("prod"))
    raw["edge"] = {
        "canary_percent": 10, "countries_allowed": ["FR", "DE"], "prefetch": False, "price_class": "PriceClass_200",
        "realtime_log_percent": 0,
    }  # fmt: skip
    return run(ROOT, stack="prod", backend=StandIn(), preview=False, config={"platform": raw})


class TestMedia:
    def test_every_behaviour_demands_a_signature_https_and_the_function(self, deployed: Graph) -> None:
        found = behaviours(media(deployed))
        assert list(found) == ["/t/*/_live/*", "/t/*.m3u8", "/t/*.mpd", "/t/*", "*"]
        (function,) = [r for r in edge(deployed) if r.name == "edge-code-media" and r.type.endswith(":Function")]
        groups = {tuple(behaviour["trustedKeyGroups"]) for behaviour in found.values()}
        assert len(groups) == 1
        for behaviour in found.values():
            assert behaviour["viewerProtocolPolicy"] == "https-only"
            assert behaviour["allowedMethods"] == behaviour["cachedMethods"] == ["GET", "HEAD"]
            assert behaviour["functionAssociations"] == [{"eventType": "viewer-request", "functionArn": function.outputs["arn"]}]

    def test_manifests_are_compressed_and_segments_are_not(self, deployed: Graph) -> None:
        found = behaviours(media(deployed))
        assert {path: behaviour["compress"] for path, behaviour in found.items()} == {
            "/t/*/_live/*": True, "/t/*.m3u8": True, "/t/*.mpd": True, "/t/*": False, "*": False,
        }  # fmt: skip
        for name, compressed in (("manifests", True), ("live", True), ("segments", False), ("uncached", False)):
            key = policy(deployed, "CachePolicy", name)["parametersInCacheKeyAndForwardedToOrigin"]
            assert (key["enableAcceptEncodingGzip"], key["enableAcceptEncodingBrotli"]) == (compressed, compressed), name

    def test_keys_of_the_cache_are_small(self, deployed: Graph) -> None:
        """Neither cookies nor queries but those of low-latency playlists; devices for manifests alone."""
        keys = {
            name: policy(deployed, "CachePolicy", name)["parametersInCacheKeyAndForwardedToOrigin"]
            for name in ("segments", "manifests", "live", "uncached")
        }
        assert {key["cookiesConfig"]["cookieBehavior"] for key in keys.values()} == {"none"}
        assert {name: key["headersConfig"].get("headers", {}).get("items") for name, key in keys.items()} == {
            "segments": None, "manifests": ["x-marquee-device", "x-marquee-drm"], "live": None, "uncached": None,
        }  # fmt: skip
        assert {name: key["queryStringsConfig"].get("queryStrings", {}).get("items") for name, key in keys.items()} == {
            "segments": None, "manifests": None, "live": ["_HLS_msn", "_HLS_part", "_HLS_skip"], "uncached": None,
        }  # fmt: skip

    def test_it_fetches_from_the_buckets_signed_through_the_nearest_shield(self, stack: str, deployed: Graph) -> None:
        controls = {r.inputs["originAccessControlOriginType"]: r for r in edge(deployed) if r.type.endswith(":OriginAccessControl")}
        assert {kind: (r.inputs["signingBehavior"], r.inputs["signingProtocol"]) for kind, r in controls.items()} == {
            "s3": ("always", "sigv4"), "mediapackagev2": ("always", "sigv4"),
        }  # fmt: skip
        account, regions = ACCOUNTS[stack], {"dev": ["eu-west-1"], "prod": ["eu-west-1", "us-east-1"]}[stack]
        codes = {"eu-west-1": "euw1", "us-east-1": "use1"}
        buckets = [origin for origin in media(deployed)["origins"] if origin["originId"].startswith("titles-")]
        assert [(origin["originId"], origin["domainName"], origin["originShield"]) for origin in buckets] == [
            (
                f"titles-{region}",
                f"marquee-{stack}-renditions-{account}-{codes[region]}.s3.{region}.amazonaws.com",
                {"enabled": True, "originShieldRegion": region},
            )
            for region in regions
        ]
        assert not [origin for origin in buckets if {"customOriginConfig", "s3OriginConfig"} & set(origin)]

    def test_live_is_fetched_from_mediapackage_below_its_group(self, stack: str, deployed: Graph) -> None:
        (live,) = [origin for origin in media(deployed)["origins"] if origin["originId"].startswith("live-")]
        assert (live["originId"], live["originPath"]) == ("live-eu-west-1", f"/out/v1/marquee-{stack}-live")
        assert (
            live["customOriginConfig"] | {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]}
            == live["customOriginConfig"]
        )
        assert behaviours(media(deployed))["/t/*/_live/*"]["targetOriginId"] == "live-eu-west-1"

    def test_prod_turns_to_the_second_region(self) -> None:
        distribution = media(of_stack("prod", False))
        assert distribution["originGroups"] == [{
            "originId": "titles",
            "failoverCriteria": {"statusCodes": [403, 404, 500, 502, 503, 504]},
            "members": [{"originId": "titles-eu-west-1"}, {"originId": "titles-us-east-1"}],
        }]  # fmt: skip
        assert {behaviours(distribution)[path]["targetOriginId"] for path in ("/t/*", "/t/*.mpd", "*")} == {"titles"}

    def test_dev_has_nowhere_to_turn_to(self) -> None:
        assert media(of_stack("dev", False))["originGroups"] == []

    def test_errors_are_forgotten_within_a_second(self, deployed: Graph) -> None:
        """A live segment that is asked for too early is there a second later."""
        errors = {error["errorCode"]: error["errorCachingMinTtl"] for error in media(deployed)["customErrorResponses"]}
        assert errors == dict.fromkeys((403, 404, 500, 502, 503, 504), 1)
        assert not [error for error in media(deployed)["customErrorResponses"] if "responsePagePath" in error]


class TestApi:
    def test_nothing_is_cached_and_all_but_the_host_is_passed_on(self, deployed: Graph) -> None:
        uncached = policy(deployed, "CachePolicy", "uncached")
        assert (uncached["minTtl"], uncached["defaultTtl"], uncached["maxTtl"]) == (0, 0, 0)
        requests = policy(deployed, "OriginRequestPolicy", "api-requests")
        assert requests["headersConfig"] == {"headerBehavior": "allExcept", "headers": {"items": ["host"]}}
        found = behaviours(one(deployed, DISTRIBUTION, "edge-api"))
        assert {path: behaviour["targetOriginId"] for path, behaviour in found.items()}["*"] == "api"
        assert len(found["*"]["allowedMethods"]) == 7
        assert found["/health/*"]["allowedMethods"] == ["GET", "HEAD", "OPTIONS"]

    def test_it_is_reached_under_the_name_of_all_regions(self, stack: str, deployed: Graph) -> None:
        domain = platform(stack)["identity"]["domain"]
        origins = {origin["originId"]: origin for origin in one(deployed, DISTRIBUTION, "edge-api")["origins"]}
        assert origins["api"]["domainName"] == f"api-origin.{domain}"
        assert origins["ingress-eu-west-1"]["domainName"] == f"origin.euw1.{domain}"
        assert not [origin for origin in origins.values() if "originShield" in origin]  # there is nothing to keep in it

    def test_prod_asks_a_second_region_for_health(self) -> None:
        distribution = one(of_stack("prod", False), DISTRIBUTION, "edge-api")
        (group,) = distribution["originGroups"]
        assert [member["originId"] for member in group["members"]] == ["ingress-eu-west-1", "ingress-us-east-1"]
        assert behaviours(distribution)["/health/*"]["targetOriginId"] == group["originId"] == "health"


class TestBoth:
    def test_they_are_where_viewers_look_for_them(self, stack: str, deployed: Graph) -> None:
        domain = platform(stack)["identity"]["domain"]
        for name, alias in (("edge-media", f"media.{domain}"), ("edge-api", f"api.{domain}")):
            distribution = one(deployed, DISTRIBUTION, name)
            assert distribution["aliases"] == [alias]
            assert (distribution["enabled"], distribution["isIpv6Enabled"], distribution["httpVersion"]) == (True, True, "http2and3")
            certificate = distribution["viewerCertificate"]
            assert (certificate["minimumProtocolVersion"], certificate["sslSupportMethod"]) == ("TLSv1.2_2021", "sni-only")
            assert distribution["webAclId"] == distribution["webAclId"].strip()
            assert distribution["restrictions"] == {"geoRestriction": {"restrictionType": "none", "locations": []}}
            assert distribution["priceClass"] == {"dev": "PriceClass_100", "prod": "PriceClass_All"}[stack]

    def test_players_are_named_and_every_answer_is_secured(self, stack: str, deployed: Graph) -> None:
        domain = platform(stack)["identity"]["domain"]
        for name in ("media-responses", "api-responses"):
            headers = policy(deployed, "ResponseHeadersPolicy", name)
            assert headers["corsConfig"]["accessControlAllowOrigins"] == {"items": [f"https://player.{domain}"]}
            assert headers["corsConfig"]["accessControlAllowCredentials"] is True
            assert "*" not in json.dumps(headers["corsConfig"])
            security = headers["securityHeadersConfig"]
            assert security["strictTransportSecurity"] == {
                "accessControlMaxAgeSec": 63072000, "includeSubdomains": True, "preload": True, "override": True,
            }  # fmt: skip
            assert set(security) == {
                "contentSecurityPolicy", "contentTypeOptions", "frameOptions", "referrerPolicy", "strictTransportSecurity",
            }  # fmt: skip
            assert headers["serverTimingHeadersConfig"] == {"enabled": True, "samplingRate": 100}

    def test_requests_are_logged_without_what_opens_anything(self, deployed: Graph) -> None:
        sources = [r for r in edge(deployed) if r.type.endswith(":LogDeliverySource")]
        assert {r.inputs["logType"] for r in sources} == {"ACCESS_LOGS"}
        distributions = {r.outputs["arn"] for r in edge(deployed) if r.type == DISTRIBUTION}
        assert {r.inputs["resourceArn"] for r in sources} == distributions
        deliveries = [r for r in edge(deployed) if r.type.endswith(":LogDelivery")]
        assert len(deliveries) == 2
        for delivery in deliveries:
            assert {"cs-uri-stem", "c-ip", "sc-status"} <= set(delivery.inputs["recordFields"])
            assert not {"cs-uri-query", "cs(Cookie)"} & set(delivery.inputs["recordFields"])

    def test_the_functions_are_published_with_the_store_where_it_is_read(self, deployed: Graph) -> None:
        functions = {r.name: r.inputs for r in edge(deployed) if r.type == "aws:cloudfront/function:Function"}
        (store,) = [r for r in edge(deployed) if r.type == "aws:cloudfront/keyValueStore:KeyValueStore"]
        assert {name: function["keyValueStoreAssociations"] for name, function in functions.items()} == {
            "edge-code-media": [store.outputs["arn"]], "edge-code-api": [],
        }  # fmt: skip
        for name, function in functions.items():
            assert (function["runtime"], function["publish"]) == ("cloudfront-js-2.0", True)
            assert function["code"] == (ROOT / "runtime" / "edge" / f"{name.rpartition('-')[2]}.js").read_text()

    def test_it_has_these_parts_and_no_others(self, stack: str, deployed: Graph) -> None:
        counts = Counter(r.type.rpartition(":")[2] for r in edge(deployed) if ":cloudfront/" in r.type or ":kinesis/" in r.type)
        assert counts == {
            "CachePolicy": 4, "Distribution": 2, "Function": 2, "KeyValueStore": 1, "OriginAccessControl": 2, "OriginRequestPolicy": 1,
            "ResponseHeadersPolicy": 2, **({"RealtimeLogConfig": 1, "Stream": 1} if stack == "prod" else {}),
        }  # fmt: skip


class TestFirewall:
    def test_common_rules_and_bots_pass_over_media_and_all_else_is_judged_everywhere(self, stack: str, deployed: Graph) -> None:
        acl = one(deployed, "aws:wafv2/webAcl:WebAcl", "edge-waf")
        scopes = {
            rule["name"]: rule["statement"]["managedRuleGroupStatement"].get("scopeDownStatement")
            for rule in acl["rules"]
            if "managedRuleGroupStatement" in rule["statement"]
        }
        spared = {name for name, scope in scopes.items() if scope}
        assert spared == {"AWSManagedRulesCommonRuleSet", *(["AWSManagedRulesBotControlRuleSet"] if stack == "prod" else [])}
        for name in spared:
            match = scopes[name]["notStatement"]["statement"]["byteMatchStatement"]
            assert match["searchString"] == f"media.{platform(stack)['identity']['domain']}"
            assert (match["fieldToMatch"], match["positionalConstraint"]) == ({"singleHeader": {"name": "host"}}, "EXACTLY")

    def test_apps_are_counted_and_not_stopped_as_bots(self) -> None:
        acl = one(of_stack("prod", False), "aws:wafv2/webAcl:WebAcl", "edge-waf")
        (bots,) = (rule for rule in acl["rules"] if rule["name"] == "AWSManagedRulesBotControlRuleSet")
        overrides = bots["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
        assert overrides == [
            {"name": name, "actionToUse": {"count": {}}} for name in ("SignalNonBrowserUserAgent", "CategoryHttpLibrary")
        ]  # fmt: skip


class TestRealtimeLogs:
    def test_prod_has_a_share_of_its_requests_on_a_stream_with_what_players_say(self) -> None:
        graph = of_stack("prod", False)
        config = one(graph, "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig")
        assert config["samplingRate"] == 5
        assert len([field for field in config["fields"] if field.startswith("cmcd-")]) == 18
        assert not {"c-ip", "cs-cookie", "cs-uri-query", "cs-headers", "x-forwarded-for"} & set(config["fields"])
        stream = one(graph, "aws:kinesis/stream:Stream")
        assert (stream["encryptionType"], stream["streamModeDetails"]) == ("KMS", {"streamMode": "ON_DEMAND"})
        for name in ("edge-media", "edge-api"):
            assert all("realtimeLogConfigArn" in behaviour for behaviour in behaviours(one(graph, DISTRIBUTION, name)).values())

    def test_dev_pays_for_none(self) -> None:
        graph = of_stack("dev", False)
        assert not [r for r in edge(graph) if r.type.startswith("aws:kinesis/") or r.type.endswith(":RealtimeLogConfig")]
        assert not [behaviour for behaviour in behaviours(media(graph)).values() if "realtimeLogConfigArn" in behaviour]


@pytest.mark.slow
class TestSettings:
    def test_a_canary_is_the_same_distribution_without_names(self) -> None:
        graph = with_canary()
        main, staging = media(graph), one(graph, DISTRIBUTION, "edge-media-staging")
        assert staging.pop("staging") is True
        for name in ("aliases", "continuousDeploymentPolicyId", "comment"):
            main.pop(name, None)
            staging.pop(name, None)
        assert main == staging
        assert main["httpVersion"] == "http2"  # continuous deployment knows no HTTP/3
        weight = one(graph, "aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy")
        assert weight["trafficConfig"]["type"] == "SingleWeight"
        assert weight["trafficConfig"]["singleWeightConfig"]["weight"] == 0.1
        assert one(graph, DISTRIBUTION, "edge-api")["httpVersion"] == "http2and3"

    def test_the_canarys_requests_are_logged_too(self) -> None:
        sources = {r.name.rpartition("-")[2]: r.inputs["resourceArn"] for r in edge(with_canary()) if r.type.endswith(":LogDeliverySource")}
        assert set(sources) == {"media", "api", "canary"}
        assert len(set(sources.values())) == 3

    def test_deliveries_of_logs_are_made_in_turn(self) -> None:
        """CloudWatch Logs refuses two at once that share a destination."""
        deliveries = [r for r in edge(with_canary()) if r.type.endswith(":LogDelivery")]
        assert len(deliveries) == 3
        for index, delivery in enumerate(deliveries):
            assert {earlier.urn for earlier in deliveries[:index]} <= set(delivery.dependencies)

    def test_countries_and_price_class_are_updates_of_the_same_distribution(self) -> None:
        before, after = media(of_stack("prod", False)), media(with_canary())
        assert after["restrictions"] == {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE", "FR"]}}
        assert (before["priceClass"], after["priceClass"]) == ("PriceClass_All", "PriceClass_200")
        assert before["origins"] == after["origins"]

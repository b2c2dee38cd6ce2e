"""Titles that are packaged just in time: what the edge, the workflow and the roles of such a stack declare."""

import copy
import json
from functools import cache
from typing import Any

import jsonata
import pytest

from marquee.domain import packaging, tokens
from marquee.domain.tokens import Claims
from marquee.emulator.edge.configuration import Behaviour, CachePolicy, Kept
from marquee.engine import Graph, Resource, run
from marquee.engine.standin import StandIn
from tests.graph.conftest import ROOT, of_stack
from tests.policy.stacks import platform

REGIONS = ("eu-central-1", "ap-northeast-1")
ACCOUNT = "222233334444"
ASSETS = [f"arn:aws:mediapackage-vod:{region}:{ACCOUNT}:assets/*" for region in REGIONS]
NOTHING = Kept()
POLICY = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0, headers=NOTHING, cookies=NOTHING, queries=NOTHING, gzip=False, brotli=False)


@cache
def graph() -> Graph:
    """Two regions, live channels and a canary, all of it deployed on made-up outputs."""
    raw = copy.deepcopy(platform("all-features"))
    return run(ROOT, stack="dev", backend=StandIn(), preview=False, config={"platform": raw})


def media(name: str = "edge-media") -> dict[str, Any]:
    (found,) = [one for one in graph() if one.type == "aws:cloudfront/distribution:Distribution" and one.name == name]
    return dict(found.inputs)


def behaviours() -> dict[str, dict[str, Any]]:
    ordered = {each["pathPattern"]: each for each in media()["orderedCacheBehaviors"]}
    return {**ordered, "*": media()["defaultCacheBehavior"]}


def target(path: str) -> str:
    """Where a viewer's path leads, by the emulated edge's own matching."""
    for pattern, declared in behaviours().items():
        behaviour = Behaviour(
            pattern=pattern, target=declared["targetOriginId"], methods=frozenset(), cached_methods=frozenset(), compress=False,
            cache=POLICY, request=None, responses={}, key_groups=(), functions={},
        )  # fmt: skip
        if behaviour.fits(path):
            return behaviour.target
    raise AssertionError(path)


def statements(function: str) -> list[dict[str, Any]]:
    """What the role of a function may do, in every region."""
    found = [one for one in graph() if one.type == "aws:iam/rolePolicy:RolePolicy" and f"-functions-{function}" in one.name]
    assert found, function
    return [statement for one in found for statement in json.loads(str(one.inputs["policy"]))["Statement"]]


def packager(statement: dict[str, Any]) -> bool:
    return any(action.startswith("mediapackage-vod:") for action in statement["Action"])


def functions(part: str) -> list[Resource]:
    return [one for one in graph() if one.type == "aws:lambda/function:Function" and one.name.endswith(part)]


def test_each_region_has_its_origin_with_the_secret_header_and_no_group() -> None:
    origins = {each["originId"]: each for each in media()["origins"] if each["originId"].startswith("jit-")}
    assert list(origins) == [f"jit-{region}" for region in REGIONS]
    for region, origin in zip(REGIONS, origins.values(), strict=True):
        assert origin["originPath"] == "/out/v1"
        assert "://" not in str(origin["domainName"])
        assert [header["name"] for header in origin["customHeaders"]] == ["X-MediaPackage-CDNIdentifier"]
        assert origin["originShield"] == {"enabled": True, "originShieldRegion": region}
        assert origin["customOriginConfig"]["originProtocolPolicy"] == "https-only"
        assert origin["customOriginConfig"]["originSslProtocols"] == ["TLSv1.2"]
        assert "originAccessControlId" not in origin
    assert not [group for group in media()["originGroups"] if group["originId"].startswith("jit")]


def test_the_headers_value_is_a_secret_to_the_engine() -> None:
    """As the secret's own is, so that no state file holds it in the clear."""
    (made,) = [one for one in graph() if one.name == "media-eu-central-1-packaging" and one.type.endswith(":SecretVersion")]
    values = [header["value"] for origin in media()["origins"] for header in origin.get("customHeaders", [])]
    assert len(values) == 2
    assert {str(value) for value in values} == {str(made.inputs["secretString"])} == {"[secret]"}


def test_packaged_titles_have_behaviours_like_those_of_titles_in_s3() -> None:
    found = behaviours()
    jit = [
        pattern for region in REGIONS for pattern in (f"/t/*/_jit/{region}/*.m3u8", f"/t/*/_jit/{region}/*.mpd", f"/t/*/_jit/{region}/*")
    ]
    assert list(found) == ["/t/*/_live/*", *jit, "/t/*.m3u8", "/t/*.mpd", "/t/*", "*"]
    for pattern in jit:
        like = found["/t/*.m3u8" if pattern.endswith((".m3u8", ".mpd")) else "/t/*"]
        assert {**found[pattern], "targetOriginId": "", "pathPattern": ""} == {**like, "targetOriginId": "", "pathPattern": ""}
        assert found[pattern]["targetOriginId"] == f"jit-{pattern.split('/')[4]}"


def test_the_canary_has_them_too() -> None:
    staging = media("edge-media-staging")
    assert staging["origins"] == media()["origins"]
    assert staging["orderedCacheBehaviors"] == media()["orderedCacheBehaviors"]


@pytest.mark.parametrize("title", ["live", "titles", "jit", "t"])
@pytest.mark.parametrize("name", ["index.m3u8", "index.mpd", "live/index.mpd", "video/00001.m4s", "jit/eu-central-1/x.m3u8"])
def test_no_titles_id_leads_to_another_origin(title: str, name: str) -> None:
    scope = tokens.title_scope(title, "0" * 16)
    claims = Claims(session="a" * 24, user="b" * 16, device="c" * 16, quality="HD", issued=1, expires=2, scope=scope)
    token = tokens.sign(claims, "path", key_id="0a0b0c0d", key="k" * 43)
    assert target(f"/t/{token}/{scope}/{name}") == "titles"


def test_live_and_packaged_titles_lead_to_theirs() -> None:
    asset = packaging.Asset(REGIONS[1], "a" * 32)
    assert target(f"/t/x/{tokens.live_scope('titles')}/cmaf/index.mpd") == "live-eu-central-1"
    for name in ("index.m3u8", "index.mpd", "index_video_1init.cmfv"):
        assert target(f"/t/x/titles/live/{'0' * 16}/{asset.prefix}c/b/{name}") == "jit-ap-northeast-1"
    assert target(f"/t/x/titles/film/{'0' * 16}/_jit/eu-west-9/{'a' * 32}/index.mpd") == "titles", "a region without a packager"


def test_a_stack_that_serves_from_s3_has_none_of_it() -> None:
    static = of_stack("prod", False)
    assert not [one for one in static if "PackagingGroup" in str(one.inputs.get("typeName"))]
    assert not [one for one in static if "mediapackage-vod" in str(one.inputs.get("policy", ""))]
    assert not [one for one in static if "_jit" in str(one.inputs.get("orderedCacheBehaviors", ""))]


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("takedown", ["mediapackage-vod:DeleteAsset", "mediapackage-vod:DescribeAsset"]),
        ("retire", ["mediapackage-vod:DeleteAsset"]),
    ],
)
def test_what_ends_a_title_ends_its_assets_wherever_they_are(function: str, actions: list[str]) -> None:
    found = [statement for statement in statements(function) if packager(statement)]
    assert found == [{"Effect": "Allow", "Action": actions, "Resource": ASSETS}] * len(REGIONS)
    told = {one.inputs["environment"]["variables"]["PACKAGING_REGIONS"] for one in functions(f"-functions-{function}")}
    assert told == {",".join(REGIONS)}


@pytest.mark.parametrize("region", REGIONS)
def test_the_workflow_waits_until_an_asset_plays(region: str) -> None:
    (machine,) = [one for one in graph() if one.type == "aws:sfn/stateMachine:StateMachine" and one.name == f"media-{region}-ingest"]
    states = json.loads(str(machine.inputs["definition"]))["States"]
    assert states["Complete?"]["Choices"][0]["Next"] == "Package"
    assert (states["Package"]["Next"], states["FindAsset"]["Next"]) == ("FindAsset", "Playable?")
    assert [choice["Next"] for choice in states["Playable?"]["Choices"]] == ["Packaged", "Unpackaged"]
    assert states["Playable?"]["Default"] == "LetAssetIngest"
    assert {name: states["LetAssetIngest"][name] for name in ("Type", "Seconds", "Next")} == {
        "Type": "Wait", "Seconds": 30, "Next": "FindAsset",
    }  # fmt: skip
    assert (states["Packaged"]["Next"], states["Unpackaged"]["Next"]) == ("Publish", "Incomplete")
    assert f"_jit/{region}/" in states["Packaged"]["Assign"]["check"]


def packaging_configurations(found: Graph) -> list[Resource]:
    """Of the primary region."""
    kind = "AWS::MediaPackage::PackagingConfiguration"
    return [one for one in found if one.inputs.get("typeName") == kind and f"media-{REGIONS[0]}-" in one.name]


@pytest.mark.parametrize(
    ("statuses", "looks", "then"),
    [
        (["PLAYABLE", "PLAYABLE"], 1, "Packaged"),
        (["PLAYABLE", "PROCESSING"], 1, "LetAssetIngest"),
        ([], 1, "LetAssetIngest"),
        (["QUEUED", "QUEUED"], 479, "LetAssetIngest"),
        (["PLAYABLE", "PROCESSING"], 480, "Unpackaged"),
        (["PLAYABLE", "FAILED"], 1, "Unpackaged"),
        ([], 480, "Unpackaged"),
    ],
)
def test_it_waits_as_long_as_an_asset_may_take_and_no_longer(statuses: list[str], looks: int, then: str) -> None:
    (machine,) = [one for one in graph() if one.type == "aws:sfn/stateMachine:StateMachine" and one.name == "media-eu-central-1-ingest"]
    state = json.loads(str(machine.inputs["definition"]))["States"]["Playable?"]
    configured = [json.loads(one.inputs["desiredState"])["Id"] for one in packaging_configurations(graph())]

    def holds(condition: str) -> bool:
        expression = jsonata.Jsonata(condition.removeprefix("{%").removesuffix("%}"))
        endpoints = [{"PackagingConfigurationId": each, "Status": status} for each, status in zip(configured, statuses, strict=False)]
        expression.assign("endpoints", [*endpoints, {"PackagingConfigurationId": "of-former-settings", "Status": "FAILED"}])
        expression.assign("looks", looks)
        return expression.evaluate(None) is True

    assert next((choice["Next"] for choice in state["Choices"] if holds(choice["Condition"])), state["Default"]) == then


def configurations(change: dict[str, Any]) -> dict[str, Resource]:
    """Name → packaging configuration of the primary region, after a change of the stack file."""
    raw = copy.deepcopy(platform("all-features"))
    for section, values in change.items():
        raw[section] = {**raw[section], **values}
    found = run(ROOT, stack="dev", backend=StandIn(), preview=True, config={"platform": raw})
    return {one.name: one for one in packaging_configurations(found)}


@pytest.mark.slow
def test_another_setting_is_another_configuration_and_another_tag_is_none() -> None:
    """MediaPackage updates no configuration, and one that is replaced under its name would end what plays by it."""
    before = configurations({})
    assert len(before) == 2
    assert set(configurations({"identity": {"cost_centre": "cc-9"}})) == set(before)
    assert not set(configurations({"media": {"segment_seconds": 6}})) & set(before)
    assert not set(configurations({"drm": {"systems": ["widevine", "fairplay"]}})) & set(before)
    for one in before.values():
        assert one.ignore_changes == ("desiredState",)
        assert one.retain_on_delete

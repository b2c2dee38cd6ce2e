"""A region's live channels: the exact resources, who may do what, and bodies that the published schemas allow."""

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from components.cloud_control import _text_at
from components.live.encoder import provider_names
from marquee.emulator.resource_schemas import problems
from marquee.emulator.service_model import check
from marquee.engine import UNKNOWN, Graph, Resource
from marquee.engine.standin import StandIn
from tests.graph.conftest import of_stack, platform
from tests.live_program import ACCOUNT, EVERY_KIND, FLOWS, NEWS, PREFIX, REGION, SECRET, live

GROUP = f"arn:aws:mediapackagev2:{REGION}:{ACCOUNT}:channelGroup/{PREFIX}-live"
ORIGIN = {
    "AWS::MediaPackageV2::Channel": 4,
    "AWS::MediaPackageV2::ChannelPolicy": 4,
    "AWS::MediaPackageV2::OriginEndpoint": 4,
    "AWS::MediaPackageV2::OriginEndpointPolicy": 4,
}
TYPES = {
    "aws:cloudcontrol/resource:Resource": 18,  # sixteen of the origin, and two SRT inputs
    "aws:cloudwatch/eventRule:EventRule": 1,
    "aws:cloudwatch/eventTarget:EventTarget": 1,
    "aws:cloudwatch/logDelivery:LogDelivery": 2,  # who wrote to the origin, and who read
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": 1,
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": 2,
    "aws:cloudwatch/logGroup:LogGroup": 5,  # MediaLive's, the origin's, the watch's, the harvest's and its function's
    "aws:cloudwatch/metricAlarm:MetricAlarm": 13,  # three a channel, and the watch's
    "aws:iam/role:Role": 7,
    "aws:lambda/function:Function": 1,
    "aws:medialive/channel:Channel": 4,
    "aws:medialive/input:Input": 2,
    "aws:medialive/inputSecurityGroup:InputSecurityGroup": 2,
    "aws:mediapackagev2/channelGroup:ChannelGroup": 1,
    "aws:scheduler/schedule:Schedule": 2,
    "aws:scheduler/scheduleGroup:ScheduleGroup": 1,
    "aws:sfn/stateMachine:StateMachine": 2,
}


@cache
def region(*, preview: bool = False, encrypted: bool = True) -> Graph:
    return live(StandIn(), EVERY_KIND, encrypted=encrypted, preview=preview)


def mine(graph: Graph) -> list[Resource]:
    return [resource for resource in graph if resource.custom and graph.top(resource).name == "live"]


def one(token: str, name: str) -> Resource:
    (found,) = [resource for resource in mine(region()) if resource.type.endswith(f":{token}") and resource.name == name]
    return found


def body(name: str) -> dict[str, Any]:
    return json.loads(one("Resource", name).inputs["desiredState"])


def statements(role: str) -> list[dict[str, Any]]:
    policies = [r for r in mine(region()) if r.type == "aws:iam/rolePolicy:RolePolicy" and r.name in {f"{role}-access", f"{role}-keys"}]
    assert policies
    return [statement for policy in policies for statement in json.loads(policy.inputs["policy"])["Statement"]]


def test_deliveries_of_the_origins_logs_are_made_in_turn() -> None:
    """CloudWatch Logs refuses two at once that share a destination."""
    first, second = [resource for resource in mine(region()) if resource.type.endswith(":LogDelivery")]
    assert first.urn in second.dependencies


def test_a_region_has_exactly_these() -> None:
    for graph in (region(), region(preview=True)):
        counted = Counter(resource.type for resource in mine(graph))
        del counted["aws:iam/rolePolicy:RolePolicy"]
        assert counted == TYPES
        kinds = Counter(r.inputs["typeName"] for r in mine(graph) if r.type == "aws:cloudcontrol/resource:Resource")
        assert kinds == ORIGIN | {"AWS::MediaLive::Input": 2}


def test_every_body_is_what_its_schema_allows() -> None:
    bodies = [(r.inputs["typeName"], json.loads(r.inputs["desiredState"])) for r in mine(region()) if "cloudcontrol" in r.type]
    assert len(bodies) == 18
    for kind, state in bodies:
        # A stand-in's Outputs are no ARNs; the schema asks of the role's nothing but its length.
        assert problems(kind, state, REGION) == [], kind


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"ContainerTyp": "CMAF"}, "Additional properties"),
        ({"ContainerType": "MP4"}, "is not one of"),
        ({"StartoverWindowSeconds": 2_000_000}, "maximum"),
        ({"Segment": {"SegmentDurationSeconds": "2"}}, "is not of type"),
        ({"Arn": "arn:aws:x"}, "only the service sets it"),
        ({"HlsManifests": [{"ManifestName": "index", "Url": "https://x"}]}, "only the service sets it"),
    ],
)
def test_a_body_that_the_schema_forbids_is_told(edit: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in problems("AWS::MediaPackageV2::OriginEndpoint", body("live-origin-news-endpoint") | edit))


def test_a_type_that_cloud_control_cannot_make_is_told() -> None:
    assert problems("AWS::DocDB::DBCluster", {"DBClusterIdentifier": "x"}) == ["AWS::DocDB::DBCluster cannot be made through Cloud Control"]


def test_nothing_runs_before_somebody_starts_it() -> None:
    for channel in (resource for resource in mine(region()) if resource.type == "aws:medialive/channel:Channel"):
        assert channel.inputs["startChannel"] is False
        assert channel.inputs["channelClass"] == "STANDARD"
        assert [len(place["settings"]) for place in channel.inputs["destinations"]] == [2]  # a pipeline each


def test_the_encoder_settings_are_ones_that_medialive_takes() -> None:
    """Back from the provider's names to the API's, for botocore's model of MediaLive."""
    given = one("Channel", "live-news").inputs["encoderSettings"]
    assert check("medialive", "EncoderSettings", _api(given)) == []
    sizes = [(video["width"], video["height"]) for video in given["videoDescriptions"]]
    assert sizes == [(416, 234), (768, 432), (960, 540), (1280, 720), (1920, 1080)]
    assert given["outputGroups"][0]["outputGroupSettings"]["hlsGroupSettings"]["segmentLength"] == 2
    assert [len(one("Channel", f"live-{name}").inputs["encoderSettings"]["videoDescriptions"]) for name in ("sport", "archive")] == [5, 3]


def test_provider_names_keep_what_the_provider_has() -> None:
    settings = {
        "IFrameOnlyPlaylists": "DISABLED",
        "IndexNSegments": 1,
        "SegmentationMode": "X",
        "HlsCdnSettings": {"HlsBasicPutSettings": {}},
    }
    assert provider_names([settings]) == [
        {"iframe_only_playlists": "DISABLED", "index_n_segments": 1, "hls_cdn_settings": [{"hls_basic_put_settings": {}}]}
    ]


def test_inputs_are_what_the_settings_say() -> None:
    rtmp, flows = one("Input", "live-news-input").inputs, one("Input", "live-archive-input").inputs
    assert (rtmp["type"], [place["streamName"] for place in rtmp["destinations"]]) == ("RTMP_PUSH", ["news/primary", "news/secondary"])
    assert (flows["type"], [flow["flowArn"] for flow in flows["mediaConnectFlows"]]) == ("MEDIACONNECT", FLOWS)
    group = one("InputSecurityGroup", "live-news-input").inputs
    assert [rule["cidr"] for rule in group["whitelistRules"]] == NEWS["allowed_cidrs"]
    listener, caller = body("live-sport-input"), body("live-arts-input")
    decryption = {"Algorithm": "AES256", "PassphraseSecretArn": SECRET}
    assert listener["SrtSettings"]["SrtListenerSettings"]["Decryption"] == decryption
    assert len(listener["InputSecurityGroups"]) == 1
    sources = [(each["SrtListenerAddress"], each["SrtListenerPort"]) for each in caller["SrtSettings"]["SrtCallerSources"]]
    assert sources == [("a.example.org", "9000"), ("b.example.org", "9001")]


def test_an_input_outlives_the_channel_that_it_feeds_being_changed() -> None:
    assert [one("Input", f"live-{channel}-input").delete_before_replace for channel in ("news", "archive")] == [False, False]


def test_only_medialives_role_writes_and_only_its_own_channels() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-live-encoder-euw1"
    for name in ("news", "sport", "arts", "archive"):
        (statement,) = body(f"live-origin-{name}-writer")["Policy"]["Statement"]
        assert statement["Principal"] == {"AWS": role}
        assert (statement["Action"], statement["Resource"]) == ("mediapackagev2:PutObject", f"{GROUP}/channel/{name}")
    put, logs, flows, secrets = statements("live-encoder")
    assert put["Resource"] == [f"{GROUP}/channel/{name}" for name in ("news", "sport", "arts", "archive")]
    assert all("log-group:ElementalMediaLive" in arn for arn in logs["Resource"])
    assert (flows["Resource"], secrets["Resource"]) == (FLOWS, [SECRET])
    assert one("Role", "live-encoder").inputs["name"] == role.rpartition("/")[2]


def test_only_cloudfront_of_the_account_and_the_harvester_read() -> None:
    view, harvest = body("live-origin-news-readers")["Policy"]["Statement"]
    endpoint = f"{GROUP}/channel/news/originEndpoint/cmaf"
    assert (view["Resource"], harvest["Resource"]) == (endpoint, endpoint)
    assert view["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert view["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}
    assert harvest["Principal"] == {"Service": "mediapackagev2.amazonaws.com"}
    assert harvest["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_endpoints_are_encrypted_with_keys_that_change() -> None:
    encryption = body("live-origin-news-endpoint")["Segment"]["Encryption"]
    assert encryption["EncryptionMethod"] == {"CmafEncryptionMethod": "CBCS"}
    assert encryption["KeyRotationIntervalSeconds"] == 3600
    provider = encryption["SpekeKeyProvider"]
    assert provider["ResourceId"] == "news_live"
    assert sorted(provider["DrmSystems"]) == ["FAIRPLAY", "PLAYREADY", "WIDEVINE"]
    assert provider["EncryptionContractConfiguration"] == {"PresetSpeke20Audio": "PRESET_AUDIO_1", "PresetSpeke20Video": "PRESET_VIDEO_3"}
    (invoke,) = statements("live-keys")
    assert invoke["Action"] == ["execute-api:Invoke"]
    assert invoke["Resource"] == [f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a1b2c3/prod/POST/speke"]
    clear = [r for r in mine(region(encrypted=False)) if r.name == "live-origin-news-endpoint"]
    assert "Encryption" not in json.loads(clear[0].inputs["desiredState"])["Segment"]


def test_low_latency_is_a_kind_of_manifest_and_of_segment() -> None:
    fast, slow = body("live-origin-news-endpoint"), body("live-origin-archive-endpoint")
    assert ("LowLatencyHlsManifests" in fast, "HlsManifests" in fast, fast["Segment"]["SegmentDurationSeconds"]) == (True, False, 2)
    assert ("LowLatencyHlsManifests" in slow, "HlsManifests" in slow, slow["Segment"]["SegmentDurationSeconds"]) == (False, True, 6)
    assert [len(endpoint["DashManifests"]) for endpoint in (fast, slow)] == [1, 1]


def test_tags_are_in_the_bodies_that_take_them() -> None:
    assert body("live-origin-news-channel")["Tags"] == [{"Key": "Project", "Value": "marquee"}, {"Key": "Stack", "Value": "live"}]
    assert body("live-sport-input")["Tags"] == {"Project": "marquee", "Stack": "live"}


def test_schedules_start_and_stop_exactly_their_channel() -> None:
    made = {name: one("Schedule", f"live-schedule-news-{name}").inputs for name in ("start", "stop")}
    for name, schedule in made.items():
        target = schedule["target"]
        assert target["arn"] == f"arn:aws:scheduler:::aws-sdk:medialive:{name}Channel"
        assert json.loads(target["input"]) == {"ChannelId": one("Channel", "live-news").outputs["channelId"]}
        assert schedule["scheduleExpressionTimezone"] == "Europe/Dublin"
        assert target["deadLetterConfig"]["arn"]
        assert schedule["kmsKeyArn"]
    assert made["start"]["scheduleExpression"] == "cron(45 17 ? * MON-FRI *)"
    (change,) = [s for s in statements("live-schedule") if "medialive:StartChannel" in s["Action"]]
    assert change["Resource"] == [f"arn:aws:medialive:{REGION}:{ACCOUNT}:channel:{one('Channel', 'live-news').outputs['channelId']}"]
    trust = json.loads(one("Role", "live-schedule").inputs["assumeRolePolicy"])["Statement"][0]["Condition"]
    assert trust["ArnLike"] == {"aws:SourceArn": f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{PREFIX}-live"}


def test_the_watch_knows_every_limit_and_only_its_channels() -> None:
    machine = json.loads(one("StateMachine", "live-watch").inputs["definition"])
    limits = json.loads(machine["States"]["Look"]["Assign"]["limit"].removeprefix("{% $lookup(").removesuffix(", $states.result.Name) %}"))
    assert limits == {f"{PREFIX}-news": 6 * 3600, f"{PREFIX}-sport": 12 * 3600, f"{PREFIX}-arts": 12 * 3600}  # archive may run for ever
    pattern = json.loads(one("EventRule", "live-watch").inputs["eventPattern"])
    watched = [one("Channel", f"live-{name}").outputs["arn"] for name in ("news", "sport", "arts")]
    assert (pattern["detail"]["state"], sorted(pattern["detail"]["channel_arn"])) == (["RUNNING"], sorted(watched))
    (look,) = [s for s in statements("live-watch") if "medialive:StopChannel" in s["Action"]]
    assert (sorted(look["Action"]), sorted(look["Resource"])) == (["medialive:DescribeChannel", "medialive:StopChannel"], sorted(watched))
    alarm = one("MetricAlarm", "live-watch").inputs
    assert (alarm["metricName"], alarm["threshold"], len(alarm["alarmActions"])) == ("ExecutionsFailed", 0, 1)


def test_both_pipelines_of_each_channel_are_watched() -> None:
    for name, metric in (("input", "FillMsec"), ("frames", "DroppedFrames"), ("alerts", "ActiveAlerts")):
        alarm = one("MetricAlarm", f"live-news-{name}").inputs
        measured = [query["metric"] for query in alarm["metricQueries"] if query.get("metric")]
        assert [each["metricName"] for each in measured] == [metric, metric]
        assert [each["dimensions"]["Pipeline"] for each in measured] == ["0", "1"]
        assert alarm["treatMissingData"] == "notBreaching"  # idle is no alarm


def test_dev_has_an_idle_channel_and_prod_a_scheduled_one() -> None:
    for stack, name, schedules in (("dev", "demo", 0), ("prod", "evening", 2)):
        graph = of_stack(stack, True)
        for place in (region["name"] for region in platform(stack)["regions"]):
            here = Counter(r.type for r in graph if r.custom and graph.top(r).name == f"live-{place}")
            wanted = place == "eu-west-1"
            assert here["aws:medialive/channel:Channel"] == wanted
            assert here["aws:cloudcontrol/resource:Resource"] == (4 if wanted else 0)
            assert here["aws:scheduler/schedule:Schedule"] == (schedules if wanted else 0)
        (channel,) = graph.of_type("aws:medialive/channel:Channel")
        assert channel.inputs["name"] == f"marquee-{stack}-{name}"
        assert channel.inputs["startChannel"] is False


@pytest.mark.parametrize(
    ("answered", "path", "text"),
    [
        ('{"Urls": ["a", "b"]}', ("Urls", 1), "b"),
        ('{"Urls": ["a"]}', ("Urls", 1), ""),
        ('{"Urls": "a"}', ("Urls", 0), ""),
        ('{"Urls": [7]}', ("Urls", 0), ""),
        ('{"a": {"b": "c"}}', ("a", "b"), "c"),
        ("[]", ("a",), ""),
        ("no JSON", ("a",), ""),
        ("null", ("a",), ""),
        (None, ("a",), ""),
        (7, ("a",), ""),
        ({"a": "b"}, ("a",), "b"),
    ],
)
def test_whatever_a_provider_answers_is_read_without_a_crash(answered: object, path: tuple[str | int, ...], text: str) -> None:
    assert _text_at(answered, path) == text


def test_a_preview_knows_what_policies_judge() -> None:
    known = [r for r in mine(region(preview=True)) if "cloudcontrol" in r.type and r.inputs.get("desiredState") is not UNKNOWN]
    assert {"live-origin-news-writer", "live-origin-news-readers", "live-origin-news-channel"} <= {r.name for r in known}


def _api(value: Any) -> Any:
    """The provider's names to the API's, the one list that the API has not unwrapped."""
    if isinstance(value, dict):
        names = {"iframeOnlyPlaylists": "IFrameOnlyPlaylists"}
        return {
            names.get(name, name[0].upper() + name[1:]): _api(item[0] if name == "hlsCdnSettings" else item) for name, item in value.items()
        }
    return [_api(item) for item in value] if isinstance(value, list) else value

"""What live channels are made of: MediaLive, MediaPackage v2, schedules, and what comes through Cloud Control."""

import json
from fractions import Fraction
from typing import Any

import pytest

from marquee.domain.ladder import medialive
from marquee.domain.ladder.live import live_plan
from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, trust

CONTROL = "aws:cloudcontrol/resource:Resource"
PLAN_FPS, SEGMENT = Fraction(25), Fraction(2)
GROUP = {"ChannelGroupName": "live", "ChannelName": "news"}


def control(aws: Bench, kind: str, name: str, /, **body: Any) -> dict[str, Any]:
    made = aws.make(CONTROL, name, typeName=kind, desiredState=json.dumps(body))
    return {"id": made.id, **json.loads(made.outputs["properties"])}


@pytest.fixture
def origin(aws: Bench) -> dict[str, Any]:
    group = aws.make("aws:mediapackagev2/channelGroup:ChannelGroup", name="live", description="all of them")
    assert group.id == "live"
    assert group.outputs["egressDomain"].endswith(f".mediapackagev2.{aws.region}.amazonaws.com")
    return control(aws, "AWS::MediaPackageV2::Channel", "news", **GROUP, InputType="HLS", Tags=[{"Key": "a", "Value": "b"}])


class TestCloudControl:
    def test_a_channel_is_made_by_its_services_own_call(self, aws: Bench, origin: dict[str, Any]) -> None:
        found = aws("mediapackagev2").get_channel(ChannelGroupName="live", ChannelName="news")
        assert (origin["id"], found["Tags"]) == (found["Arn"], {"a": "b"})
        assert origin["IngestEndpointUrls"] == [each["Url"] for each in found["IngestEndpoints"]]
        assert [url.rpartition("/in/v1/")[2] for url in origin["IngestEndpointUrls"]] == ["live/1/news/index", "live/2/news/index"]

    def test_endpoints_and_policies_too(self, aws: Bench, origin: dict[str, Any]) -> None:
        endpoint = control(
            aws, "AWS::MediaPackageV2::OriginEndpoint", "cmaf", **GROUP, OriginEndpointName="cmaf", ContainerType="CMAF",
            DashManifests=[{"ManifestName": "index"}], LowLatencyHlsManifests=[{"ManifestName": "index"}],
        )  # fmt: skip
        assert endpoint["DashManifestUrls"][0].endswith("/out/v1/live/news/cmaf/index.mpd")
        assert endpoint["LowLatencyHlsManifestUrls"][0].endswith("/out/v1/live/news/cmaf/index.m3u8")
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "mediapackagev2:PutObject"}],
        }
        policy["Statement"][0]["Resource"] = origin["Arn"]  # pyright: ignore[reportArgumentType, reportIndexIssue]
        made = control(aws, "AWS::MediaPackageV2::ChannelPolicy", "writers", **GROUP, Policy=policy)
        assert made["id"] == "live|news"
        assert json.loads(aws("mediapackagev2").get_channel_policy(**GROUP)["Policy"]) == policy
        with pytest.raises(MarqueeError, match="is not arn:aws:mediapackagev2"):
            control(aws, "AWS::MediaPackageV2::OriginEndpointPolicy", "readers", **GROUP, OriginEndpointName="cmaf", Policy=policy)

    def test_what_the_schema_forbids_is_refused_before_any_call(self, aws: Bench) -> None:
        with pytest.raises(MarqueeError, match="Additional properties are not allowed"):
            control(aws, "AWS::MediaPackageV2::Channel", "news", **GROUP, Color="red")
        with pytest.raises(MarqueeError, match="CloudFormation has no type AWS::Nothing::AtAll"):
            control(aws, "AWS::Nothing::AtAll", "x", A=1)
        with pytest.raises(MarqueeError, match="the emulated Cloud Control cannot make AWS::Cognito::UserPool"):
            control(aws, "AWS::Cognito::UserPool", "x", UserPoolName="x")


class TestMediaLive:
    def test_an_rtmp_channel_from_sender_to_origin(self, aws: Bench, origin: dict[str, Any]) -> None:
        group = aws.make("aws:medialive/inputSecurityGroup:InputSecurityGroup", whitelistRules=[{"cidr": "203.0.113.7/32"}])
        source = aws.make(
            "aws:medialive/input:Input", name="in", type="RTMP_PUSH", inputSecurityGroups=[group.id],
            destinations=[{"streamName": "news/a"}, {"streamName": "news/b"}],
        )  # fmt: skip
        urls = origin["IngestEndpointUrls"]
        made = self._channel(aws, source.id, urls)
        described = aws("medialive").describe_channel(ChannelId=made.outputs["channelId"])
        assert (described["State"], described["Name"], described["Tags"]) == ("IDLE", "news", TAGS)
        assert described["Destinations"][0]["Settings"] == [{"Url": url} for url in urls]
        assert described["InputSpecification"] == {"Codec": "AVC", "Resolution": "HD", "MaximumBitrate": "MAX_20_MBPS"}
        plan = live_plan(960, 540, PLAN_FPS, segment_seconds=SEGMENT, gop_seconds=SEGMENT)
        wanted = medialive.encoder_settings(plan, medialive.Channel(destination="origin"))
        del wanted["OutputGroups"][0]["OutputGroupSettings"]["HlsGroupSettings"]["SegmentationMode"]  # which the provider lacks
        assert described["EncoderSettings"] == wanted
        found = aws("medialive").describe_input(InputId=source.id)
        assert (found["State"], found["AttachedChannels"], found["Tags"]) == ("ATTACHED", [made.id], TAGS)
        with pytest.raises(MarqueeError, match="is attached to channel"):
            self._channel(aws, source.id, urls)
        with pytest.raises(MarqueeError, match="2 pipelines need as many URLs"):
            self._channel(aws, source.id, urls[:1])

    def test_other_inputs_need_what_their_kind_needs(self, aws: Bench) -> None:
        flows = [{"flowArn": aws.arn("mediaconnect", f"flow:1-{name}:{name}")} for name in "ab"]
        with pytest.raises(MarqueeError, match="RoleArn: an input of type MEDIACONNECT needs it"):
            aws.make("aws:medialive/input:Input", type="MEDIACONNECT", mediaConnectFlows=flows)
        sources = [{"SrtListenerAddress": f"{name}.example.org", "SrtListenerPort": "9000", "MinimumLatency": 2000} for name in "ab"]
        made = control(aws, "AWS::MediaLive::Input", "srt", Name="srt", Type="SRT_CALLER", SrtSettings={"SrtCallerSources": sources})
        assert made["id"] == made["Id"]
        assert made["DestinationUrls"] == []  # it fetches

    @staticmethod
    def _channel(aws: Bench, input_id: str, urls: list[str]) -> Any:
        plan = live_plan(960, 540, PLAN_FPS, segment_seconds=SEGMENT, gop_seconds=SEGMENT)
        settings = _camel(medialive.encoder_settings(plan, medialive.Channel(destination="origin")))
        role = f"arn:aws:iam::{aws.account}:role/encoder"
        if not [one for one in aws("iam").list_roles()["Roles"] if one["Arn"] == role]:
            aws.make("aws:iam/role:Role", name="encoder", assumeRolePolicy=trust("medialive"))
        return aws.make(
            "aws:medialive/channel:Channel", name="news", channelClass="STANDARD", roleArn=role, startChannel=False, logLevel="WARNING",
            inputSpecification={"codec": "AVC", "inputResolution": "HD", "maximumBitrate": "MAX_20_MBPS"},
            destinations=[{"id": "origin", "settings": [{"url": url} for url in urls]}],
            inputAttachments=[{"inputAttachmentName": "c", "inputId": input_id, "inputSettings": {"sourceEndBehavior": "CONTINUE"}}],
            encoderSettings=settings,
        )  # fmt: skip


def test_schedules(aws: Bench) -> None:
    group = aws.make("aws:scheduler/scheduleGroup:ScheduleGroup", name="live")
    target = {
        "arn": "arn:aws:scheduler:::aws-sdk:medialive:startChannel",
        "roleArn": aws.role("starter", "scheduler"),
        "input": '{"ChannelId": "1"}',
        "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 60},
        "deadLetterConfig": {"arn": aws.arn("sqs", "letters")},
    }
    made = aws.make(
        "aws:scheduler/schedule:Schedule", name="news-start", groupName="live", scheduleExpression="cron(45 17 ? * MON-FRI *)",
        scheduleExpressionTimezone="Europe/Dublin", flexibleTimeWindow={"mode": "OFF"}, target=target,
    )  # fmt: skip
    assert made.id == "live/news-start"
    found = aws("scheduler").get_schedule(Name="news-start", GroupName="live")
    assert (found["State"], found["ScheduleExpressionTimezone"]) == ("ENABLED", "Europe/Dublin")
    assert found["Target"]["Input"] == target["input"]
    assert found["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 60}
    assert group.outputs["arn"] == aws.arn("scheduler", "schedule-group/live")


def _camel(value: Any) -> Any:
    """The API's names to the provider's."""
    if isinstance(value, dict):
        names = {"IFrameOnlyPlaylists": "iframeOnlyPlaylists"}
        fields = {names.get(name, name[0].lower() + name[1:]): (name, item) for name, item in value.items() if name != "SegmentationMode"}
        return {name: [_camel(item)] if given == "HlsCdnSettings" else _camel(item) for name, (given, item) in fields.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value

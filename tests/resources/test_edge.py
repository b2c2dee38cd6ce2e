"""CloudFront, Kinesis, log delivery, invocations: what was asked for is what the emulated AWS then holds."""

from typing import Any

import pytest

from marquee.emulator.resources.cloudfront_shapes import shaped
from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, tags

CLOUDFRONT = "aws:cloudfront/"

BEHAVIOUR: dict[str, Any] = {
    "targetOriginId": "both",
    "viewerProtocolPolicy": "https-only",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
    "compress": True,
}


def distribution(aws: Bench, name: str = "it", /, **more: Any) -> Any:
    policy = aws.make(f"{CLOUDFRONT}cachePolicy:CachePolicy", f"films-{name}", minTtl=1, defaultTtl=60, maxTtl=600, comment="c",
        parametersInCacheKeyAndForwardedToOrigin={
            "cookiesConfig": {"cookieBehavior": "none"},
            "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["x-device"]}},
            "queryStringsConfig": {"queryStringBehavior": "none"},
            "enableAcceptEncodingGzip": True,
            "enableAcceptEncodingBrotli": True,
        })  # fmt: skip
    control = aws.make(f"{CLOUDFRONT}originAccessControl:OriginAccessControl", f"films-{name}", originAccessControlOriginType="s3",
        signingBehavior="always", signingProtocol="sigv4", description="d")  # fmt: skip
    behaviour = {**BEHAVIOUR, "cachePolicyId": policy.id}
    given: dict[str, Any] = {"httpVersion": "http2and3", "aliases": ["media.example.org"], **more}
    return aws.make(
        f"{CLOUDFRONT}distribution:Distribution",
        name,
        enabled=True,
        isIpv6Enabled=True,
        priceClass="PriceClass_100",
        comment="Films",
        viewerCertificate={"acmCertificateArn": "arn:aws:acm:us-east-1:1:certificate/x", "sslSupportMethod": "sni-only",
            "minimumProtocolVersion": "TLSv1.2_2021"},
        restrictions={"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE", "FR"]}},
        origins=[
            {"originId": "one", "domainName": "one.s3.eu-west-1.amazonaws.com", "originAccessControlId": control.id,
                "originShield": {"enabled": True, "originShieldRegion": "eu-west-1"}},
            {"originId": "two", "domainName": "two.example.org", "customOriginConfig": {"httpPort": 80, "httpsPort": 443,
                "originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]}},
        ],
        originGroups=[{"originId": "both", "failoverCriteria": {"statusCodes": [403, 500]},
            "members": [{"originId": "one"}, {"originId": "two"}]}],
        defaultCacheBehavior=behaviour,
        orderedCacheBehaviors=[{**behaviour, "pathPattern": "/t/*", "trustedKeyGroups": ["group"], "functionAssociations": []}],
        customErrorResponses=[{"errorCode": 404, "errorCachingMinTtl": 1}],
        **given,
    )  # fmt: skip


def test_a_distribution_is_held_with_everything_that_was_asked_for(aws: Bench) -> None:
    made = distribution(aws, tags={"tier": "edge"})
    client = aws("cloudfront", "us-east-1")
    found = client.get_distribution(Id=made.id)["Distribution"]
    assert made.outputs["arn"] == found["ARN"]
    assert made.outputs["domainName"] == found["DomainName"]
    assert made.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert "region" not in made.outputs
    config = found["DistributionConfig"]
    assert config["Aliases"]["Items"] == ["media.example.org"]
    assert (config["HttpVersion"], config["PriceClass"], config["IsIPV6Enabled"]) == ("http2and3", "PriceClass_100", True)
    one, two = config["Origins"]["Items"]
    assert one["S3OriginConfig"] == {"OriginAccessIdentity": ""}  # what the provider sends for an origin of no other kind
    assert one["OriginShield"] == {"Enabled": True, "OriginShieldRegion": "eu-west-1"}
    assert two["CustomOriginConfig"]["OriginSslProtocols"] == {"Quantity": 1, "Items": ["TLSv1.2"]}
    (group,) = config["OriginGroups"]["Items"]
    assert group["Id"] == "both"
    assert group["FailoverCriteria"]["StatusCodes"]["Items"] == [403, 500]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["one", "two"]
    (behaviour,) = config["CacheBehaviors"]["Items"]
    assert behaviour["PathPattern"] == "/t/*"
    assert behaviour["TrustedKeyGroups"] == {"Enabled": True, "Quantity": 1, "Items": ["group"]}
    assert behaviour["AllowedMethods"]["CachedMethods"]["Items"] == ["GET", "HEAD"]
    assert config["Restrictions"]["GeoRestriction"] == {"RestrictionType": "whitelist", "Quantity": 2, "Items": ["DE", "FR"]}
    assert config["CustomErrorResponses"]["Items"][0]["ErrorCachingMinTTL"] == 1
    assert tags(client.list_tags_for_resource(Resource=found["ARN"])["Tags"]["Items"]) == TAGS | {"tier": "edge"}


def test_a_policy_is_held_as_it_was_asked_for(aws: Bench) -> None:
    made = aws.make(f"{CLOUDFRONT}responseHeadersPolicy:ResponseHeadersPolicy",
        corsConfig={
            "accessControlAllowCredentials": True,
            "accessControlAllowHeaders": {"items": ["range"]},
            "accessControlAllowMethods": {"items": ["GET"]},
            "accessControlAllowOrigins": {"items": ["https://player.example.org"]},
            "originOverride": True,
        },
        customHeadersConfig={"items": [{"header": "timing-allow-origin", "value": "x", "override": True}]},
        serverTimingHeadersConfig={"enabled": True, "samplingRate": 100},
        removeHeadersConfig={"items": [{"header": "server"}]})  # fmt: skip
    found = aws("cloudfront", "us-east-1").get_response_headers_policy(Id=made.id)["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
    assert found["Name"] == made.outputs["name"]
    assert found["CorsConfig"]["AccessControlAllowOrigins"]["Items"] == ["https://player.example.org"]
    assert found["CustomHeadersConfig"]["Items"] == [{"Header": "timing-allow-origin", "Value": "x", "Override": True}]
    assert found["RemoveHeadersConfig"]["Items"] == [{"Header": "server"}]
    assert found["ServerTimingHeadersConfig"] == {"Enabled": True, "SamplingRate": 100.0}
    assert made.outputs["arn"] == f"arn:aws:cloudfront::{aws.account}:response-headers-policy/{made.id}"


def test_a_function_is_published_with_its_store(aws: Bench) -> None:
    store = aws.make(f"{CLOUDFRONT}keyValueStore:KeyValueStore", "keys", name=f"keys-{aws.account}", comment="c")
    made = aws.make(f"{CLOUDFRONT}function:Function", "check", runtime="cloudfront-js-2.0", code="function handler(event) { return 1; }",
        comment="c", keyValueStoreAssociations=[store.outputs["arn"]], publish=True)  # fmt: skip
    client = aws("cloudfront", "us-east-1")
    live = client.get_function(Name=made.id, Stage="LIVE")["FunctionCode"].read()
    assert live == b"function handler(event) { return 1; }"
    config = client.describe_function(Name=made.id, Stage="LIVE")["FunctionSummary"]["FunctionConfig"]
    assert config["KeyValueStoreAssociations"]["Items"] == [{"KeyValueStoreARN": store.outputs["arn"]}]


def test_a_setting_that_has_no_place_is_refused(aws: Bench) -> None:
    client = aws("cloudfront", "us-east-1")
    shape = client.meta.service_model.operation_model("CreateDistribution").input_shape.members["DistributionConfig"]
    with pytest.raises(MarqueeError, match=r"origins\[0\]\.nonsense has no place"):
        shaped(shape, {"origins": [{"originId": "a", "domainName": "b", "nonsense": 1}]}, "")


def test_a_real_time_log_configuration_is_held_as_it_was_asked_for(aws: Bench) -> None:
    stream = f"arn:aws:kinesis:us-east-1:{aws.account}:stream/live"
    made = aws.make(f"{CLOUDFRONT}realtimeLogConfig:RealtimeLogConfig", name="live", samplingRate=5, fields=["timestamp"],
        endpoint={"streamType": "Kinesis", "kinesisStreamConfig": {"roleArn": "r", "streamArn": stream}})  # fmt: skip
    assert not made.simulated
    assert made.id == made.outputs["arn"] == f"arn:aws:cloudfront::{aws.account}:realtime-log-config/live"
    found = aws("cloudfront", "us-east-1").get_realtime_log_config(Name="live")["RealtimeLogConfig"]
    assert (found["SamplingRate"], found["Fields"]) == (5, ["timestamp"])
    assert found["EndPoints"] == [{"StreamType": "Kinesis", "KinesisStreamConfig": {"RoleARN": "r", "StreamARN": stream}}]


def test_a_canary_is_attached_to_its_distribution(aws: Bench) -> None:
    staging = distribution(aws, staging=True, aliases=[], httpVersion="http2", tags={"tier": "canary"})
    sticky = {"idleTtl": 300, "maximumTtl": 3600}
    made = aws.make("aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy", enabled=True,
        stagingDistributionDnsNames={"quantity": 1, "items": [staging.outputs["domainName"]]},
        trafficConfig={"type": "SingleWeight", "singleWeightConfig": {"weight": 0.07, "sessionStickinessConfig": sticky}})  # fmt: skip
    client = aws("cloudfront", "us-east-1")
    answer = client.get_continuous_deployment_policy(Id=made.id)
    assert answer["ETag"] == made.outputs["etag"]
    traffic = answer["ContinuousDeploymentPolicy"]["ContinuousDeploymentPolicyConfig"]["TrafficConfig"]
    weight = {"Weight": 0.07, "SessionStickinessConfig": {"IdleTTL": 300, "MaximumTTL": 3600}}
    assert traffic == {"Type": "SingleWeight", "SingleWeightConfig": weight}
    primary = distribution(aws, "primary", httpVersion="http2", continuousDeploymentPolicyId=made.id)
    config = client.get_distribution(Id=primary.id)["Distribution"]["DistributionConfig"]
    assert (config["ContinuousDeploymentPolicyId"], config["Aliases"]["Items"]) == (made.id, ["media.example.org"])


def test_a_stream_is_encrypted_and_active(aws: Bench) -> None:
    key = aws.make("aws:kms/key:Key", description="clicks").outputs["arn"]
    made = aws.make("aws:kinesis/stream:Stream", name="clicks", streamModeDetails={"streamMode": "ON_DEMAND"}, retentionPeriod=48,
        encryptionType="KMS", kmsKeyId=key)  # fmt: skip
    found = aws("kinesis").describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]
    assert (made.id, found["StreamStatus"], found["RetentionPeriodHours"]) == (found["StreamARN"], "ACTIVE", 48)
    assert (found["EncryptionType"], found["KeyId"]) == ("KMS", key)
    assert found["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert tags(aws("kinesis").list_tags_for_stream(StreamName="clicks")["Tags"]) == TAGS

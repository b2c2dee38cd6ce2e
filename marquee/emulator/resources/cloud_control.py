"""Cloud Control: bodies held to their published schemas, then made by the calls that each type's handler makes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from marquee.emulator.resource_schemas import identifier, problems
from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.fit import fit
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates
from marquee.errors import MarqueeError

Properties = dict[str, Any]
Handler = Callable[[Aws, Properties], Properties]
"""From a body to what the service set beside it."""


@creates("aws:cloudcontrol/resource:Resource")
def resource(aws: Aws, given: Inputs) -> Made:
    """A resource of any type with a handler here; its id is the type's primary identifier. The provider sends it no tags of its own."""
    kind, body = str(given["typeName"]), json.loads(given["desiredState"])
    if found := problems(kind, body, aws.region):
        raise MarqueeError(f"{kind}: {'; '.join(found[:5])}", fix="the schema is CloudFormation's, of the same name")
    handler = _HANDLERS.get(kind)
    if handler is None:
        raise MarqueeError(
            f"the emulated Cloud Control cannot make {kind}", fix="add a handler to marquee/emulator/resources/cloud_control.py"
        )
    properties: Properties = {**body, **handler(aws, body)}
    return identifier(kind, properties), {"properties": json.dumps(properties)}


def _request(aws: Aws, service: str, method: str, body: Mapping[str, Any], **fixed: Any) -> dict[str, Any]:
    """Call `method` with the members of the body, whose names are the API's; tags become a map."""
    client = aws.client(service)
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    tags = body.get("Tags")
    if isinstance(tags, list):
        pairs: list[dict[str, str]] = tags  # pyright: ignore[reportUnknownVariableType]
        fixed["Tags"] = {pair["Key"]: pair["Value"] for pair in pairs}
    return getattr(client, method)(**fit(shape, {**body, **fixed}, service))


def _origin_channel(aws: Aws, body: Properties) -> Properties:
    made = _request(aws, "mediapackagev2", "create_channel", body)
    return {
        "Arn": made["Arn"],
        "IngestEndpoints": made["IngestEndpoints"],
        "IngestEndpointUrls": [one["Url"] for one in made["IngestEndpoints"]],
    }


def _origin_endpoint(aws: Aws, body: Properties) -> Properties:
    made = _request(aws, "mediapackagev2", "create_origin_endpoint", body)
    kinds = {"DashManifests": "DashManifestUrls", "HlsManifests": "HlsManifestUrls", "LowLatencyHlsManifests": "LowLatencyHlsManifestUrls"}
    return {"Arn": made["Arn"], **{urls: [one["Url"] for one in made.get(kind, [])] for kind, urls in kinds.items()}}


def _policy_of(method: str) -> Handler:
    def put(aws: Aws, body: Properties) -> Properties:
        policy = body["Policy"]
        _request(aws, "mediapackagev2", method, body, Policy=policy if isinstance(policy, str) else json.dumps(policy))
        return {}

    return put


def _live_input(aws: Aws, body: Properties) -> Properties:
    made = _request(aws, "medialive", "create_input", body)["Input"]
    return {"Id": made["Id"], "Arn": made["Arn"], "DestinationUrls": [one["Url"] for one in made.get("Destinations", [])]}


def _packaging_group(aws: Aws, body: Properties) -> Properties:
    made = _request(aws, "mediapackage-vod", "create_packaging_group", body)
    return {"Arn": made["Arn"], "DomainName": made["DomainName"]}


def _packaging_configuration(aws: Aws, body: Properties) -> Properties:
    return {"Arn": _request(aws, "mediapackage-vod", "create_packaging_configuration", body)["Arn"]}


_HANDLERS: dict[str, Handler] = {
    "AWS::MediaLive::Input": _live_input,
    "AWS::MediaPackage::PackagingConfiguration": _packaging_configuration,
    "AWS::MediaPackage::PackagingGroup": _packaging_group,
    "AWS::MediaPackageV2::Channel": _origin_channel,
    "AWS::MediaPackageV2::ChannelPolicy": _policy_of("put_channel_policy"),
    "AWS::MediaPackageV2::OriginEndpoint": _origin_endpoint,
    "AWS::MediaPackageV2::OriginEndpointPolicy": _policy_of("put_origin_endpoint_policy"),
}

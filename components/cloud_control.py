"""Resources without a type of their own in the SDK, made through Cloud Control by their CloudFormation schema."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.json_text import json_text


class CloudControlResource(aws.cloudcontrol.Resource):
    """One resource of a CloudFormation type, such as `AWS::MediaPackageV2::Channel`.

    `state` is the type's own body, in its own names. The emulated AWS holds it to the published schema, as Cloud Control does;
    the provider's default tags do not reach it, so that a taggable type has `Tags` in its body (`tag_list`).
    """

    def __init__(self, name: str, type_name: str, state: Mapping[str, Any], opts: ResourceOptions | None = None):
        super().__init__(name, type_name=type_name, desired_state=json_text(state), opts=opts)

    def read(self, *path: str | int) -> Output[str]:
        """What the service answered at `path`, as text: `read("IngestEndpointUrls", 0)`. Empty if there is nothing of that kind."""
        return self.properties.apply(lambda answered: _text_at(answered, path))


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the form that most bodies take."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _text_at(answered: object, path: tuple[str | int, ...]) -> str:
    """A stand-in provider answers with anything at all; the program must come to its end all the same."""
    try:
        place: Any = json.loads(answered) if isinstance(answered, str) else answered
    except ValueError:
        return ""
    for step in path:
        if isinstance(step, str) and isinstance(place, Mapping):
            place = cast("Mapping[str, Any]", place).get(step)
        elif isinstance(step, int) and isinstance(place, list) and step < len(cast("list[Any]", place)):
            place = cast("list[Any]", place)[step]
        else:
            return ""
    return place if isinstance(place, str) else ""

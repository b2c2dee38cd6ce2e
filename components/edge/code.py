"""The code that runs at every edge location: CloudFront Functions, and the store that they read."""

from pathlib import Path

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from marquee.domain.names import Names

_SOURCES = Path(__file__).resolve().parents[2] / "runtime" / "edge"
_RUNTIME = "cloudfront-js-2.0"  # the one with KeyValueStore


class EdgeCode(ComponentResource):
    """Functions at the viewer's request. Only a published one runs, and publishing reaches every location within minutes."""

    store_arn: Output[str]
    """The KeyValueStore of token keys and revocations; who writes it is given its ARN."""
    media_request: Output[str]
    """ARN of the function before media."""
    api_request: Output[str]
    """ARN of the function before the API."""

    def __init__(self, name: str, names: Names, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:EdgeCode", name, {}, opts)
        child = ResourceOptions(parent=self)
        store = aws.cloudfront.KeyValueStore(
            f"{name}-store", name=names.key_value_store(), comment="Keys of playback tokens, and what is revoked", opts=child
        )
        self.store_arn = store.arn

        def function(part: str, comment: str, stores: list[Output[str]]) -> Output[str]:
            return aws.cloudfront.Function(
                f"{name}-{part.replace('_', '-')}",
                runtime=_RUNTIME,
                code=(_SOURCES / f"{part}.js").read_text(),
                comment=comment,
                key_value_store_associations=stores,
                publish=True,
                opts=child,
            ).arn

        self.media_request = function("media", "Playback token, revocation, device class", [store.arn])
        self.api_request = function("api", "The viewer's address, for the API", [])
        self.register_outputs({"store_arn": self.store_arn})

"""The reference SPEKE v2.0 key provider of a region: a function that makes content keys, and the API that encryptors ask."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.drm.key_api import STAGE, KeyApi, KeyApiArgs
from components.drm.web_acl import KeyApiWebAcl
from components.identity.statement import allow
from components.observability.any_alarm import alarm_on_any
from components.refs import KeyProviderRef, Placement, QueueRef, TableRef, TopicRef
from components.storage.table import use_table
from marquee.settings.drm import Drm


@dataclass(frozen=True, kw_only=True)
class KeyProviderArgs:
    """Arguments of `KeyProvider`."""

    placement: Placement
    drm: Drm
    index: TableRef
    """The index of content keys in this region."""
    dead_letters: QueueRef
    alarms: TopicRef
    logging_ready: Input[str] | None
    """Known once API Gateway may write logs in this account and region; None if another stack sees to that."""


class KeyProvider(ComponentResource):
    """Keys are made anew at every request, from the key id and an HMAC key that never leaves KMS; so every region gives the same."""

    ref: KeyProviderRef

    def __init__(self, name: str, args: KeyProviderArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:drm:KeyProvider", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        function = LambdaFunction(
            f"{name}-speke",
            LambdaFunctionArgs(
                placement=place,
                workload="speke",
                handler="runtime.speke.handler.handler",
                statements=[
                    allow("kms:GenerateMac", on=place.keys.content),
                    *use_table(args.index, "dynamodb:PutItem", region=place.region),
                ],
                dead_letters=args.dead_letters,
                environment={
                    "KEY_ARN": place.keys.content,
                    "TABLE_NAME": args.index.name,
                    "SYSTEMS": ",".join(args.drm.systems),
                },
                memory_mb=512,
                timeout_seconds=20,  # less than the API waits
            ),
            opts=child,
        )
        api = KeyApi(f"{name}-api", KeyApiArgs(placement=place, function=function, logging_ready=args.logging_ready), opts=child)
        KeyApiWebAcl(f"{name}-waf", placement=place, stage_arn=api.stage_arn, opts=child)
        aws.lambda_.Permission(
            f"{name}-invoke",
            action="lambda:InvokeFunction",
            function=Output.all(function.ready).apply(lambda _: function.function_name),
            principal="apigateway.amazonaws.com",
            source_arn=api.invoke_arn,
            opts=child,
        )
        _alarm(name, args, child)
        self.ref = KeyProviderRef(url=api.url, invoke_arn=api.invoke_arn)
        self.register_outputs({"url": api.url})


def _alarm(name: str, args: KeyProviderArgs, opts: ResourceOptions) -> None:
    """A live channel whose keys cannot rotate goes on under the old ones and tells nobody; an encode fails, and is told of elsewhere."""
    alarm_on_any(
        f"{name}-errors",
        f"{args.placement.names.prefix}: the key provider fails, so nothing new can be encrypted",
        namespace="AWS/ApiGateway",
        metric="5XXError",
        dimensions={"ApiName": args.placement.names.key_provider(), "Stage": STAGE},
        alarms=args.alarms,
        opts=opts,
    )


def external(drm: Drm, account: str) -> KeyProviderRef | None:
    """The provider that the settings name; None if the platform brings its own."""
    if drm.key_provider is None:
        return None
    return KeyProviderRef(url=drm.key_provider, invoke_arn=drm.invoke_arn(account))
